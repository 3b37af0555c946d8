import Autoscaler
import ForecastEngine
import Foundation
import KubernetesClient
import Logging
import ModelRegistry
import Playground
import Testing

@testable import Operator

/// Fleets on a real API server with the real Job controller: `scripts/test-integration` starts both. A node agent of this
/// process runs the pods.
@Suite(
    .serialized, .timeLimit(.minutes(5)),
    .enabled(if: RealPods.cluster != nil, "PRESAGE_TEST_KUBECONFIG names no server"))
struct FleetClusterTests {
    private struct Bench {
        let client: KubernetesClient
        let namespace: String
        let folder: URL

        func create(_ kind: String, _ name: String, _ spec: JSONObject) async throws {
            _ = try await client.create(
                KubernetesObject(json: [
                    "apiVersion": "presage.dev/v1alpha1", "kind": .string(kind),
                    "metadata": ["name": .string(name), "namespace": .string(namespace)], "spec": .object(spec),
                ]))
        }

        /// Waits for the end of a run, of the model's first where no name is given. A real Job waits ten seconds before it
        /// tries a pod again.
        func finished(_ name: String? = nil) async throws -> TrainingJob {
            for _ in 0..<1200 {
                let runs = try await client.list(TrainingJob.self, namespace: namespace).items
                if let run = runs.first(where: { name == nil || $0.name == name }), run.isFinished { return run }
                try await Task.sleep(for: .milliseconds(100))
            }
            throw OperatorHarness.WaitedInVain(what: "the end of \(name ?? "the first run")")
        }

        func pods(of job: String) async throws -> [Pod] {
            try await client.list(
                Pod.self, namespace: namespace, options: ListOptions(labelSelector: "job-name=\(job)")
            ).items
        }
    }

    /// Runs a node and an operator against the server, in a namespace of their own.
    private func with(scripts: [String: String], _ body: (Bench) async throws -> Void) async throws {
        let kubeconfig: String = try #require(RealPods.cluster)
        let client = KubernetesClient(configuration: try .load(kubeconfig: kubeconfig))
        let minor = try await client.raw("/version")["minor"]?.stringValue?.prefix { $0.isNumber } ?? ""
        // Retries for each index are stable from there.
        guard Int(minor) ?? 0 >= 33 else {
            try Test.cancel("1.\(minor) has no backoffLimitPerIndex; give 1.33 or later")
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "presage-fleet-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let namespace = "fleet-\(UUID().uuidString.prefix(8).lowercased())"
        _ = try await client.create(Namespace(metadata: ObjectMeta(name: namespace)))
        var logger = Logger(label: "fleet")
        logger.logLevel = .error
        let agent = NodeAgent(
            client: client, name: namespace, directory: folder.appending(path: "pods"),
            runner: try RealPods.runner(scripts: scripts, in: folder), logger: logger)
        let main = Operator(
            client: client,
            settings: OperatorSettings(
                namespace: namespace, trainerImage: "presage", host: "127.0.0.1", port: 0, electsLeader: false,
                leaseNamespace: namespace), registry: PrometheusRegistry(), logger: logger)
        let tasks = [Task { try await agent.run() }, Task { try await main.run() }]
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(Bench(client: client, namespace: namespace, folder: folder)))
        } catch {
            outcome = .failure(error)
        }
        for task in tasks.reversed() {
            task.cancel()
            _ = await task.result
        }
        try await client.delete(Namespace.self, namespace)
        try outcome.get()
    }

    @Test func `a fleet is trained by real Indexed Jobs, one pod of which is tried again alone`() async throws {
        let frail = """
            if [ "$JOB_COMPLETION_INDEX" = 1 ] && mkdir "$0.died" 2>/dev/null; then exit 70; fi
            exec \(RealPods.presage) "$@"
            """
        try await with(scripts: ["frail": frail]) { bench in
            let file = try RealPods.panel(series: 60, days: 21, in: bench.folder)
            try await bench.create(
                "ForecastModel", "shop", RealPods.spec(file, ["parallelism": 3, "image": "frail"]))
            let first = try await bench.finished()
            #expect(first.status?.phase == .succeeded, "\(String(describing: first.status?.conditions))")
            #expect(first.status?.series == 60)
            let index = "batch.kubernetes.io/job-completion-index"
            let tries = Dictionary(
                grouping: try await bench.pods(of: first.name), by: { $0.metadata.labels[index] ?? "" }
            ).mapValues(\.count)
            #expect(tries == ["0": 1, "1": 2, "2": 1])
            let registry = ClusterRegistry(client: bench.client)
            let manifest = try await registry.manifest("\(first.name)-artifact", namespace: bench.namespace)
            #expect(manifest.parts?.count == 3)
            #expect(try await registry.load(manifest, namespace: bench.namespace).models.count == 60)

            // The next one is compared with it, in other slices.
            try await bench.create(
                "TrainingJob", "second",
                [
                    "modelRef": ["name": "shop"], "parallelism": 4, "algorithm": ["name": "Naive"],
                    "pod": ["image": "presage"],
                ])
            let second = try await bench.finished("second")
            #expect(second.status?.phase == .succeeded, "\(String(describing: second.status?.conditions))")
            #expect(second.status?.promoted == false && second.status?.championSmape == first.status?.smape)

            // What no other try can help ends the Job at once, by the real controller's reading of the policy.
            let broken = bench.folder.appending(path: "broken.csv")
            try Data("unique_id,ds,y\na,2026-01-01,much\n".utf8).write(to: broken)
            try await bench.create(
                "TrainingJob", "broken",
                [
                    "modelRef": ["name": "shop"], "source": ["csv": ["path": .string(broken.path), "recorded": true]],
                    "pod": ["image": "presage"], "backoffLimit": 5, "parallelism": 1,
                ])
            let failed = try await bench.finished("broken")
            #expect(failed.status?.phase == .failed)
            let message = failed.status?.conditions?["Trained"]?.message ?? ""
            #expect(message.contains("line 2") && message.contains("PodFailurePolicy"), "\(message)")
        }
    }
}
