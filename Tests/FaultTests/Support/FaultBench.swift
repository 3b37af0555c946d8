import Autoscaler
import ForecastEngine
import Foundation
import HTTPTransport
import KubernetesClient
import Logging
import Playground
import Testing

@testable import Operator

/// A cluster that breaks as told, operators against it, and others who work beside them: a trainer, a person, and another
/// writer of the same Deployment. Faults meet the operators alone.
final class FaultBench: Sendable {
    let server: any FaultyServer
    let namespace: String
    /// The others' client; its requests are left alone.
    let others: KubernetesClient
    let commits: CommitLog
    /// How often a fault was injected.
    let injected = Shared(0)
    /// What the other writer's counter was acknowledged to be.
    let counter = Shared(0)
    /// The Jobs whose trainer has published its version.
    let trained = Shared(Set<String>())
    private let tasks = Shared<[Task<Void, Never>]>([])
    private let operators = Shared<[any RunningOperator]>([])

    /// What the operators' requests carry in `User-Agent`, and the others' do not.
    static let operatorAgent = "operator"

    /// Runs a test against a fresh cluster with the custom resources, and what is there at the beginning of the story.
    static func with(
        _ story: (_ namespace: String) -> [JSONValue] = Story.beginning, allowsAnonymous: Bool = true,
        _ body: (FaultBench) async throws -> Void
    ) async throws {
        let bench: FaultBench
        if RealServer.isAtHand {
            bench = try await FaultBench(
                server: try await RealServer.start(allowsAnonymous: allowsAnonymous),
                namespace: "faults-\(UUID().uuidString.prefix(8).lowercased())")
        } else {
            var configuration = PlaygroundConfiguration()
            configuration.pods.isEnabled = false
            configuration.bookmarkInterval = .milliseconds(500)
            configuration.allowsAnonymous = allowsAnonymous
            bench = try await FaultBench(server: try await PlaygroundServer.start(configuration), namespace: "demo")
        }
        do {
            try await bench.install(story)
            try await body(bench)
            await bench.stop()
        } catch {
            await bench.stop()
            throw error
        }
    }

    private init(server: any FaultyServer, namespace: String) async throws {
        self.server = server
        self.namespace = namespace
        others = KubernetesClient(
            configuration: server.direct, options: .init(requestsPerSecond: 0, userAgent: "others"))
        commits = try await CommitLog(server, namespace: namespace)
    }

    private func install(_ story: (_ namespace: String) -> [JSONValue]) async throws {
        let crds = Self.repository.appending(path: "crds")
        for file in try FileManager.default.contentsOfDirectory(at: crds, includingPropertiesForKeys: nil)
        where file.pathExtension == "yaml" && file.lastPathComponent.contains("presage.dev") {
            for document in try YAML.parse(try String(contentsOf: file, encoding: .utf8)) { try await create(document) }
        }
        try await create(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(namespace)]])
        for object in story(namespace) {
            // A server takes custom resources a moment after it knows their definition.
            try await wait("the beginning") { try await create(object) }
        }
        // That of another bench would stand for a leader.
        try? await others.delete(Lease.self, "presage-operator", namespace: "default")
    }

    func create(_ json: JSONValue) async throws {
        do {
            _ = try await others.create(
                KubernetesObject(json: json), options: WriteOptions(fieldManager: "kubectl-client-side-apply"))
        } catch let error as KubernetesError where error.code == .alreadyExists {}
    }

    /// Takes away what operators of other benches would see.
    private func uninstall() async {
        await server.restart(forgetsHistory: false)
        for kind in [ForecastModel.definition, TrainingJob.definition] {
            let objects = try? await others.list(KubernetesObject.self, namespace: namespace, definition: kind)
            for object in objects?.items ?? [] {
                let name = object.metadata.name
                // No operator runs any more that could take its finalizer away.
                _ = try? await others.patch(
                    KubernetesObject.self, name, namespace: namespace, .merge(["metadata": ["finalizers": .null]]),
                    definition: kind)
                try? await others.delete(KubernetesObject.self, name, namespace: namespace, definition: kind)
            }
        }
        try? await others.delete(Namespace.self, namespace)
    }

    // MARK: Who works

    /// Starts an operator in this process and starts it again whenever it ends, as a Deployment's pod is.
    @discardableResult
    func startOperator(
        _ identity: String = "one", electsLeader: Bool = false,
        configuration: ClusterConfiguration? = nil, time: any TimeSource = QuickTime(),
        now: @escaping @Sendable () -> Date = { Date() }
    ) -> OperatorTask {
        let configuration =
            configuration
            ?? ClusterConfiguration(server: server.url, proxy: .none, credentials: .token(server.token))
        let running = OperatorTask(
            identity: identity, electsLeader: electsLeader, configuration: configuration, time: time,
            now: now)
        operators.change { $0.append(running) }
        return running
    }

    /// Starts `presage operator` as a process of its own, and starts it again whenever it is killed.
    func startProcess(onStart: @escaping @Sendable () -> Void = {}) throws -> OperatorProcess {
        let running = try OperatorProcess(kubeconfig: server.kubeconfig, onStart: onStart)
        operators.change { $0.append(running) }
        return running
    }

    /// Works beside the operators until the bench stops.
    func work(_ body: @escaping @Sendable () async -> Void) {
        let task = Task { await body() }
        tasks.change { $0.append(task) }
    }

    /// Ends those who work beside the operators, and waits until they have.
    func rest() async {
        for task in tasks.change({ tasks in
            defer { tasks = [] }
            return tasks
        }) {
            task.cancel()
            await task.value
        }
    }

    private func stop() async {
        await rest()
        server.setGate(nil)
        for running in operators.value { await running.stop() }
        if server.makesPods { await uninstall() }
        await server.stop()
    }

    func wait<Result>(
        _ what: String, within limit: Duration = .seconds(90), until check: () async throws -> Result?
    ) async throws -> Result {
        // A real server takes seconds to come back, and its controllers some more to make pods.
        let deadline = ContinuousClock.now + limit * (server.makesPods ? 3 : 1)
        while ContinuousClock.now < deadline {
            do {
                if let result = try await check() { return result }
            } catch let error as KubernetesError
                where error.isNotFound || [.transport, .unavailable, .server, .tooManyRequests].contains(error.code)
            {}
            try await Task.sleep(for: .milliseconds(30))
        }
        throw WaitedInVain(what: "\(what)\n\(operators.value.map { $0.log.suffix(4000) }.joined(separator: "\n"))")
    }

    struct WaitedInVain: Error, CustomStringConvertible {
        let what: String
        var description: String { "waited in vain for \(what)" }
    }

    /// The root of the checkout.
    static var repository: URL {
        var folder = URL(fileURLWithPath: #filePath)
        while folder.path != "/", !FileManager.default.fileExists(atPath: folder.appending(path: "crds").path) {
            folder.deleteLastPathComponent()
        }
        return folder
    }
}

/// An operator that a bench started.
protocol RunningOperator: Sendable {
    /// What it has logged.
    var log: String { get }
    func stop() async
}

extension Trait where Self == TimeLimitTrait {
    /// A limit of time for each test; a real server takes longer.
    static func patience(minutes: Int) -> Self { .timeLimit(.minutes(minutes * (RealServer.isAtHand ? 4 : 1))) }
}
