public import Foundation
public import ModelRegistry

/// What an operator process is told from outside.
public struct OperatorSettings: Sendable {
    /// The namespace to watch; nil for all.
    public var namespace: String?
    /// The image of training pods whose model names none.
    public var trainerImage: String
    /// Where the HTTP server listens.
    public var host: String
    /// The port; 0 for any.
    public var port: Int
    /// What the HTTP server shows to clients; nil for plain HTTP.
    public var certificate: ServingCertificate?
    /// Who may read what is served there.
    public var authorizationMode: AuthorizationMode
    /// How many forecasts are made at once for who asks the HTTP server, beside the reconcilers.
    public var answersAtOnce: Int
    /// How many more may wait for theirs; others are asked to come again.
    public var answersWaiting: Int
    /// Whether replicas elect a leader.
    public var electsLeader: Bool
    /// The namespace of the Lease.
    public var leaseNamespace: String
    /// Who this process is; unique among the replicas.
    public var identity: String
    /// How many objects of a kind are reconciled at once.
    public var workers: Int
    /// How many trainings run at once in a namespace; 0 for any number.
    public var maxTrainings: Int
    /// The longest silence of a watch before it is opened anew; servers send a bookmark about once a minute.
    public var watchIdleTimeout: Duration
    /// How long an object store is left alone that could not be used.
    public var registryRetry: TimeInterval
    /// How soon after a run's begin its pods are looked at again; pods are not watched. Later it is ten times as long.
    public var podInterval: Duration
    /// The longest that a model waits to be shown in an MLflow that was away.
    public var mlflowRetry: Duration
    /// Where trainings are shown; nil for nowhere.
    public var mlflow: MLflowConfiguration?

    /// Makes settings.
    public init(
        namespace: String? = nil, trainerImage: String, host: String = "0.0.0.0", port: Int = 8080,
        certificate: ServingCertificate? = nil, authorizationMode: AuthorizationMode = .alwaysAllow,
        answersAtOnce: Int = 2, answersWaiting: Int = 32,
        electsLeader: Bool = true, leaseNamespace: String, identity: String = Self.defaultIdentity(), workers: Int = 4,
        maxTrainings: Int = 50,
        watchIdleTimeout: Duration = .seconds(150), registryRetry: TimeInterval = 60,
        podInterval: Duration = .seconds(3), mlflowRetry: Duration = .seconds(60), mlflow: MLflowConfiguration? = nil
    ) {
        self.namespace = namespace
        self.trainerImage = trainerImage
        self.host = host
        self.port = port
        self.certificate = certificate
        self.authorizationMode = authorizationMode
        self.answersAtOnce = answersAtOnce
        self.answersWaiting = answersWaiting
        self.electsLeader = electsLeader
        self.leaseNamespace = leaseNamespace
        self.identity = identity
        self.workers = workers
        self.maxTrainings = maxTrainings
        self.watchIdleTimeout = watchIdleTimeout
        self.registryRetry = registryRetry
        self.podInterval = podInterval
        self.mlflowRetry = mlflowRetry
        self.mlflow = mlflow
    }

    /// The host's name, which is the pod's, and something that tells two processes on one host apart.
    public static func defaultIdentity() -> String {
        "\(ProcessInfo.processInfo.hostName)_\(UUID().uuidString.lowercased())"
    }
}
