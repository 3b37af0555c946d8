import Autoscaler
import ForecastEngine
import Foundation
import FoundationNetworking
import KubernetesClient
import Logging
import Metrics
import ModelRegistry
import Playground
import TestServers
import Testing
import Threading

@testable import Operator

/// A playground without a kubelet and an operator against it, over real HTTP. The test plays the trainer, so that it can
/// publish what it likes.
final class OperatorHarness: Sendable {
    let playground: PlaygroundServer
    let client: KubernetesClient
    private let operatorTask: Locked<Task<Void, any Error>>
    private let setup: Setup
    /// Where the operator serves.
    let port: Int

    static let namespace = "demo"

    /// How many forecasts are made at once for who asks, and how many may wait.
    typealias Answers = (atOnce: Int, waiting: Int)

    /// What the operator is told.
    private struct Setup: Sendable {
        let mlflow: MLflowConfiguration?
        let authorization: AuthorizationMode
        let maxTrainings: Int
        let ahead: Locked<TimeInterval>
        let answers: Answers
    }

    /// The process' metrics, as `presage operator` sets them up.
    private static let registry = {
        let registry = PrometheusRegistry()
        MetricsSystem.bootstrap(registry)
        return registry
    }()

    /// Runs a test against a fresh cluster.
    ///
    /// - Parameters:
    ///   - pods: runs the pods of Jobs as processes; without, the test plays the trainer.
    ///   - ahead: how many seconds the operator's clock is ahead.
    static func with(
        pods: PodRunner? = nil, mlflow: MLflowConfiguration? = nil, authorization: AuthorizationMode = .alwaysAllow,
        maxTrainings: Int = 50, ahead: Locked<TimeInterval> = Locked(0), answers: Answers = (2, 32),
        _ body: (OperatorHarness) async throws -> Void
    ) async throws {
        var configuration = PlaygroundConfiguration()
        if let pods { configuration.pods = pods } else { configuration.pods.isEnabled = false }
        let playground = try await PlaygroundServer.start(configuration)
        let file = playground.dataDirectory.appending(path: "kubeconfig")
        try Data(playground.kubeconfig.utf8).write(to: file)
        let client = KubernetesClient(configuration: try .load(kubeconfig: file.path))
        let harness = try await OperatorHarness(
            playground: playground, client: client,
            setup: Setup(
                mlflow: mlflow, authorization: authorization, maxTrainings: maxTrainings, ahead: ahead, answers: answers
            ))
        do {
            try await body(harness)
            await harness.stop()
        } catch {
            await harness.stop()
            throw error
        }
    }

    private init(
        playground: PlaygroundServer, client: KubernetesClient, setup: Setup
    ) async throws {
        self.playground = playground
        self.client = client
        let crds = Self.repository.appending(path: "crds")
        for file in try FileManager.default.contentsOfDirectory(at: crds, includingPropertiesForKeys: nil)
        where file.pathExtension == "yaml" && file.lastPathComponent.contains("presage.dev") {
            for document in try YAML.parse(try String(contentsOf: file, encoding: .utf8)) {
                _ = try await client.create(KubernetesObject(json: document))
            }
        }
        _ = try await client.create(
            KubernetesObject(
                json: ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(Self.namespace)]]))
        port = try TestServer.freePort()
        self.setup = setup
        operatorTask = Locked(Self.start(client, port: port, setup))
    }

    /// Ends the operator; nobody decides or serves then.
    func stopOperator() async {
        let old = operatorTask.withLock { $0 }
        old.cancel()
        _ = try? await old.value
    }

    /// Ends the operator and starts another one, which has seen nothing yet.
    func restartOperator() async {
        await stopOperator()
        operatorTask.withLock {
            $0 = Self.start(client, port: port, setup)
        }
    }

    private static func start(
        _ client: KubernetesClient, port: Int, _ setup: Setup
    ) -> Task<Void, any Error> {
        var logger = Logger(label: "test")
        logger.logLevel = .error
        let main = Operator(
            client: client,
            settings: OperatorSettings(
                trainerImage: "presage", host: "127.0.0.1", port: port, authorizationMode: setup.authorization,
                answersAtOnce: setup.answers.atOnce, answersWaiting: setup.answers.waiting, electsLeader: false,
                leaseNamespace: "default", maxTrainings: setup.maxTrainings, registryRetry: 1,
                podInterval: .milliseconds(300), mlflowRetry: .seconds(1), mlflow: setup.mlflow),
            registry: registry, now: { Date().addingTimeInterval(setup.ahead.withLock { $0 }) }, logger: logger)
        return Task { try await main.run() }
    }

    /// Waits until the operator serves, which is a moment after it has begun.
    func serving() async throws {
        _ = try await wait("the operator's HTTP server") { (try? await get("/healthz"))?.status == 200 ? true : nil }
    }

    /// What the operator answers.
    func get(_ path: String, method: String = "GET") async throws -> (status: Int, body: String) {
        let answer = try await ask(path, method: method)
        return (answer.status, answer.body)
    }

    /// What the operator answers to a token.
    func ask(_ path: String, method: String = "GET", token: String? = nil) async throws -> Answer {
        var request = URLRequest(
            url: try #require(URL(string: "http://127.0.0.1:\(port)\(path)")),
            cachePolicy: .reloadIgnoringLocalCacheData)
        request.httpMethod = method
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        let (data, response) = try await URLSession.shared.data(for: request)
        let head = response as? HTTPURLResponse
        return Answer(
            status: head?.statusCode ?? 0, body: String(decoding: data, as: UTF8.self),
            challenge: head?.value(forHTTPHeaderField: "WWW-Authenticate"))
    }

    /// The head of what the operator answers, where nothing is followed or taken from a cache.
    func head(_ path: String, _ headers: [String: String] = [:]) async throws -> HTTPURLResponse {
        var request = URLRequest(
            url: try #require(URL(string: "http://127.0.0.1:\(port)\(path)")),
            cachePolicy: .reloadIgnoringLocalCacheData)
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        return try #require(try await URLSession.shared.data(for: request).1 as? HTTPURLResponse)
    }

    struct Answer {
        let status: Int
        let body: String
        /// `WWW-Authenticate`.
        let challenge: String?

        /// The reason of an error.
        var reason: String? { (try? JSONValue(parsing: body))?["error", "reason"]?.stringValue }
    }

    private func stop() async {
        await stopOperator()
        await playground.stop()
    }

    /// The requests that may change an object, or something of it, while a body runs, whatever comes of them.
    ///
    /// - Parameter object: the object's plural and name.
    func writes(to object: String, during body: () async throws -> Void) async throws -> [String] {
        let seen = Locked<[String]>([])
        playground.setGate(
            RequestGate(after: { request, status in
                if request.isMutating, "\(request.path)/".contains("/\(object)/") {
                    seen.withLock { $0.append("\(request.method) \(request.path): \(status)") }
                }
                return true
            }))
        defer { playground.setGate(nil) }
        try await body()
        return seen.withLock { $0 }
    }

    /// The root of the checkout.
    static var repository: URL {
        var folder = URL(fileURLWithPath: #filePath)
        while folder.path != "/", !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path)
        {
            folder.deleteLastPathComponent()
        }
        return folder
    }

    // MARK: Objects

    func create(_ json: JSONValue) async throws {
        _ = try await client.create(
            KubernetesObject(json: json), options: WriteOptions(fieldManager: "kubectl-client-side-apply"))
    }

    func createDeployment(_ name: String = "shop") async throws {
        var object = deployment()
        object["metadata"] = ["name": .string(name), "namespace": .string(Self.namespace)]
        object["spec", "selector"] = ["matchLabels": ["app": .string(name)]]
        object["spec", "template", "metadata"] = ["labels": ["app": .string(name)]]
        try await create(object)
    }

    func createModel(_ name: String = "shop", spec changes: JSONObject = [:]) async throws {
        var spec: JSONObject = [
            "targetRef": ["name": "shop"],
            "source": ["csv": ["path": "/nowhere.csv", "recorded": true]],
            "scaling": ["mode": "Apply", "conflictPolicy": "TakeOwnership", "cooldown": "0s"],
        ]
        for (key, value) in changes { spec[key] = value }
        try await create([
            "apiVersion": "presage.dev/v1alpha1", "kind": "ForecastModel",
            "metadata": ["name": .string(name), "namespace": .string(Self.namespace)], "spec": .object(spec),
        ])
    }

    func patchModel(_ patch: JSONValue, of name: String = "shop") async throws {
        _ = try await client.patch(ForecastModel.self, name, namespace: Self.namespace, .merge(patch))
    }

    func model(_ name: String = "shop", _ check: @Sendable @escaping (ForecastModel) -> Bool) async throws
        -> ForecastModel
    {
        try await waiting(for: name, status: \.status, check)
    }

    func run(_ name: String, _ check: @Sendable @escaping (TrainingJob) -> Bool) async throws -> TrainingJob {
        try await waiting(for: name, status: \.status, check)
    }

    /// Waits for an object, and says in vain with the status that was there in the end.
    private func waiting<Object: KubernetesResource, Status: Encodable>(
        for name: String, status: KeyPath<Object, Status?>, _ check: (Object) -> Bool
    ) async throws -> Object {
        var last: Status?
        do {
            return try await wait("\(Object.self) \(name)") {
                let object = try await client.get(Object.self, name, namespace: Self.namespace)
                last = object[keyPath: status]
                return check(object) ? object : nil
            }
        } catch let error as WaitedInVain {
            throw error.seeing(last)
        }
    }

    func deploymentJSON(_ name: String = "shop") async throws -> JSONValue {
        try await client.get(Deployment.self, name, namespace: Self.namespace).jsonValue()
    }

    /// The Events of a reason.
    func events(_ reason: String) async throws -> [KubernetesObject] {
        try await client.list(
            KubernetesObject.self, namespace: Self.namespace,
            definition: .init(group: "events.k8s.io", version: "v1", plural: "events", kind: "Event", namespaced: true)
        ).items.filter { $0["reason"]?.stringValue == reason }
    }

    // MARK: The trainer's part

    /// Waits until a run's Job exists, and returns the document that its pod would read.
    func document(of run: String) async throws -> TrainingRun {
        try await wait("Job \(run)") {
            guard try await self.client.find(Job.self, run, namespace: Self.namespace) != nil else { return nil }
            let map = try await self.client.get(ConfigMap.self, "\(run)-run", namespace: Self.namespace)
            return try JSONValue(parsing: map["data", "run.json"]?.stringValue ?? "").decode(TrainingRun.self)
        }
    }

    /// The name of the run that the model's own spec asks for.
    func firstRun(of model: String = "shop") async throws -> String {
        try await wait("the first TrainingJob") {
            try await self.client.list(TrainingJob.self, namespace: Self.namespace).items
                .first { $0.spec.modelRef.name == model }?.metadata.name
        }
    }

    /// Publishes a version of a run, trained on a made history, and completes its Job.
    ///
    /// - Parameters:
    ///   - record: what an operator decided that crashed right after it.
    ///   - failures: how many series failed; a hundred are listed.
    ///   - meanwhile: what happens between the publication and the end of the Job.
    func train(
        _ run: String, smape: Double = 10, champion: Double? = nil, baseline: Double = 20,
        winner: VersionManifest.Winner = .challenger, live: (served: Double, previous: Double)? = nil,
        record: PromotionRecord? = nil, failures: Int = 0, findings: [VersionManifest.Finding]? = nil,
        meanwhile: (VersionManifest) async throws -> Void = { _ in }
    ) async throws {
        var document = try await document(of: run)
        document.artifact.annotations.merge(record?.annotations ?? [:]) { $1 }
        let day = 86_400
        let times = (0..<(14 * 24)).map { 1_700_000_000 + $0 * 3600 }
        func series(_ id: String, _ level: Double) -> TimeSeries {
            TimeSeries(
                id: id, times: times,
                values: times.map { level * (1 + 0.3 * sin(2 * .pi * Double($0 % day) / Double(day))) })
        }
        let models = try [series("web/cpu", 0.5), series("web/memory", 512 * 1_048_576)].map {
            try TrainedModel.fit($0, recipe: Recipe(.seasonalNaive), horizon: 24)
        }
        let end = Date(timeIntervalSince1970: Double(times.last ?? 0))
        let stages = ["Validated", "Prepared", "Trained", "Evaluated"].map {
            VersionManifest.Stage(name: $0, succeeded: true, reason: "Ok", message: "", time: end)
        }
        var manifest = VersionManifest(
            model: document.model, trainingJob: document.trainingJob, algorithm: "SeasonalNaive",
            challengerAlgorithm: "SeasonalNaive", engineVersion: "test", trainedAt: end,
            historyStart: Date(timeIntervalSince1970: Double(times[0])), historyEnd: end,
            cut: end.addingTimeInterval(-86_400), historyDigest: "x", series: 2,
            failedSeries: (0..<min(failures, 100)).map { .init(id: "s\($0)", reason: "too short") },
            failedSeriesCount: failures == 0 ? nil : failures,
            scores: .init(challenger: smape, champion: champion, baseline: baseline),
            championVersion: document.champion?.version, winner: winner, reason: "scored \(smape)", stages: stages,
            chunks: [], artifactDigest: "")
        manifest.findings = findings
        manifest.live = live.map {
            VersionManifest.Live(
                smape: $0.served, previousSmape: $0.previous, previousVersion: document.previous?.version,
                from: end.addingTimeInterval(-86_400), through: end, series: 2, points: 48)
        }
        let published = try await ClusterRegistry(client: client).publish(
            NewVersion(
                manifest: manifest, artifact: try ModelArtifact(models: models).encode(), naming: document.artifact))
        try await meanwhile(published)
        try await finishJob(run, condition: ["type": "Complete", "status": "True"])
    }

    /// Ends a Job as the Job controller does.
    func finishJob(_ run: String, condition: JSONValue) async throws {
        _ = try await client.patch(
            Job.self, run, namespace: Self.namespace, .merge(["status": ["conditions": [condition]]]),
            subresource: "status")
    }

    /// Takes a model to its first version.
    func trainFirst(of model: String = "shop", smape: Double = 10, baseline: Double = 20) async throws {
        try await train(try await firstRun(of: model), smape: smape, baseline: baseline)
        _ = try await self.model(model) { $0.status?.production?.version == 1 }
    }

    /// Puts up a challenger as a person would.
    func challenge(_ name: String, model: String = "shop") async throws {
        try await create([
            "apiVersion": "presage.dev/v1alpha1", "kind": "TrainingJob",
            "metadata": ["name": .string(name), "namespace": .string(Self.namespace)],
            "spec": ["modelRef": ["name": .string(model)], "algorithm": ["name": "Theta"]],
        ])
    }

    /// Waits for another second to begin: the times of objects are whole ones, and which of two is the later must show.
    func nextSecond() async throws {
        let now = Date().timeIntervalSince1970
        try await Task.sleep(for: .seconds(now.rounded(.down) + 1.01 - now))
    }

    @discardableResult
    func wait<Result>(
        _ what: String, within seconds: Double = 20, until check: () async throws -> Result?
    ) async throws -> Result {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            do {
                if let result = try await check() { return result }
            } catch let error as KubernetesError where error.isNotFound {}
            try await Task.sleep(for: .milliseconds(30))
        }
        throw WaitedInVain(what: what)
    }

    struct WaitedInVain: Error, CustomStringConvertible {
        var what: String
        var description: String { "waited in vain for \(what)" }

        /// The same, with the status that was there in the end.
        func seeing(_ status: some Encodable) -> WaitedInVain {
            let text = (try? JSONEncoder().encode(status)).map { String(decoding: $0, as: UTF8.self) }
            return WaitedInVain(what: "\(what), whose status is \(text ?? "unreadable")")
        }
    }
}
