public import ArgumentParser
import Foundation
import KubernetesClient
public import Logging
import Metrics
import ModelRegistry
public import Operator
import ServiceLifecycle
import UnixSignals

/// Runs the operator: watches the custom resources, trains, promotes, scales and serves.
struct OperatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operator",
        abstract: "Run the operator against a cluster.",
        discussion: """
            Finds the cluster as kubectl does: --kubeconfig, KUBECONFIG, the pod's service account, ~/.kube/config.
            SIGTERM ends it gracefully: reconciles under way are finished and the leader's Lease is given back.
            Where MLFLOW_TRACKING_URI is set, every training is shown in that MLflow (docs/mlflow.md).
            """
    )

    @Option(help: "The kubeconfig; several files may be separated by colons.")
    var kubeconfig: String?

    @Option(help: "The context of the kubeconfig.")
    var context: String?

    @Option(help: "Watch this namespace only; all of them where left out.")
    var namespace: String?

    @Option(
        help: "The image of training pods whose model names none; PRESAGE_IMAGE, where left out.")
    var trainerImage: String?

    @Option(help: "Where the HTTP server listens: health, metrics and forecasts.")
    var host = "0.0.0.0"

    @Option(help: "The HTTP server's port.")
    var port = 8080

    @Option(help: "The HTTP server's certificate, as PEM, with those that lead to its authority; plain HTTP without.")
    var tlsCertFile: String?

    @Option(help: "The certificate's key, as PEM. Both files are read again when they are replaced.")
    var tlsPrivateKeyFile: String?

    @Option(
        help: """
            Who may read what is served there, but for health: AlwaysAllow, everybody; Webhook, whoever sends a bearer \
            token that the cluster knows (TokenReview) and has the right (SubjectAccessReview). See docs/serving.md.
            """)
    var authorizationMode = AuthorizationMode.alwaysAllow

    @Flag(inversion: .prefixedNo, help: "Elect a leader among replicas by a Lease.")
    var leaderElection = true

    @Option(help: "The Lease's namespace; POD_NAMESPACE, else the kubeconfig's, where left out.")
    var leaseNamespace: String?

    @Option(help: "How many objects of a kind are reconciled at once.")
    var workers = 4

    @Option(help: "How many trainings run at once in a namespace, while others wait; 0 for any number.")
    var maxTrainings = 50

    @Option(name: .customLong("kube-api-qps"), help: "Requests a second to the API server, on average.")
    var kubeAPIQPS = 50.0

    @Option(name: .customLong("kube-api-burst"), help: "Requests at once to the API server, after a pause.")
    var kubeAPIBurst = 100

    @Option(help: "The least severe messages to log.")
    var logLevel: Logger.Level = .info

    func validate() throws {
        guard workers > 0 else { throw ValidationError("--workers is \(workers); give at least 1") }
        guard maxTrainings >= 0 else {
            throw ValidationError("--max-trainings is \(maxTrainings); give 1 or more, or 0 for any number")
        }
        guard (0...65535).contains(port) else { throw ValidationError("--port is \(port); give 0 to 65535") }
        guard (tlsCertFile == nil) == (tlsPrivateKeyFile == nil) else {
            throw ValidationError("--tls-cert-file and --tls-private-key-file go together; give both or neither")
        }
        guard kubeAPIQPS > 0, kubeAPIBurst > 0 else {
            throw ValidationError("--kube-api-qps and --kube-api-burst have to be above 0")
        }
    }

    func run() async throws {
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        let registry = PrometheusRegistry()
        MetricsSystem.bootstrap(registry)
        var logger = Logger(label: "presage")
        logger.logLevel = logLevel

        var certificate: ServingCertificate?
        if let tlsCertFile, let tlsPrivateKeyFile {
            certificate = try ServingCertificate(certificate: tlsCertFile, key: tlsPrivateKeyFile, logger: logger)
        }
        let environment = ProcessInfo.processInfo.environment
        let configuration = try ClusterConfiguration.load(kubeconfig: kubeconfig, context: context)
        let client = KubernetesClient(
            configuration: configuration,
            options: .init(
                requestsPerSecond: kubeAPIQPS, burst: kubeAPIBurst, userAgent: "presage/\(Presage.version) (operator)"),
            logger: logger)
        let main = Operator(
            client: client,
            settings: OperatorSettings(
                namespace: namespace,
                trainerImage: trainerImage ?? environment["PRESAGE_IMAGE"]
                    ?? "ghcr.io/presage-dev/presage:\(Presage.version)",
                host: host, port: port, certificate: certificate, authorizationMode: authorizationMode,
                electsLeader: leaderElection,
                leaseNamespace: leaseNamespace ?? environment["POD_NAMESPACE"] ?? client.namespace, workers: workers,
                maxTrainings: maxTrainings,
                mlflow: try MLflowConfiguration(environment: environment)),
            registry: registry, logger: logger)
        // A wrong address or token is told in one line before anything is started.
        try await main.checkAccess()
        try await ServiceGroup(
            services: [main], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger
        ).run()
    }
}

extension AuthorizationMode: ExpressibleByArgument {}
extension Logger.Level: @retroactive ExpressibleByArgument {}
