import ForecastEngine
import Foundation
import KubernetesClient
import ModelRegistry
import Playground
import Testing

/// What a trainer publishes, by docs/trainer-contract.md, into a cluster: ours and the example in Python.
@Suite(.serialized)
struct TrainerPublicationTests {
    typealias Trainer = TrainerContractTests.Trainer

    /// A namespace of a playground, and a folder that is `/etc/presage` of the pods.
    private struct Bench {
        let folder: URL
        let client: KubernetesClient
        let kubeconfig: String
        let trainer: Trainer

        /// Runs the trainer on a document.
        func train(
            _ run: TrainingRun, environment: [String: String] = [:]
        ) async throws -> (status: Int32, report: TrainingReport) {
            let document = folder.appending(path: "run/run.json")
            let log = folder.appending(path: "log")
            try FileManager.default.createDirectory(
                at: document.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(try JSONValue(encoding: run).serialized()).write(to: document)
            try Data().write(to: log)
            let arguments = ["train", "--run", document.path, "--termination-log", log.path]
            var variables = ["KUBECONFIG": kubeconfig, "PYTHONDONTWRITEBYTECODE": "1"]
            variables.merge(environment) { $1 }
            let process =
                trainer == .presage
                ? try await PresageProcess.run(arguments, environment: variables)
                : try await PresageProcess.run(
                    [PresageProcess.repository.appending(path: "examples/python-trainer/trainer.py").path] + arguments,
                    environment: variables, program: URL(fileURLWithPath: "/usr/bin/python3"))
            return (process.status, try JSONValue(parsing: Data(contentsOf: log)).decode(TrainingReport.self))
        }

        func history(days: Int) throws {
            var text = "unique_id,ds,y\n"
            for series in [TrainFixtures.series("a", days: days), TrainFixtures.series("b", days: days, seed: 8)] {
                for (time, value) in zip(series.times, series.values) {
                    let ds = Date(timeIntervalSince1970: Double(time)).formatted(.iso8601)
                    text += "\(series.id),\(ds),\(value)\n"
                }
            }
            try Data(text.utf8).write(to: folder.appending(path: "history.csv"))
        }

        func run(_ name: String, uid: String) -> TrainingRun {
            var run = TrainFixtures.run()
            run.source.path = "../history.csv"
            run.trainingJob = .init(namespace: "shop", name: name, uid: uid)
            run.artifact = TrainingRun.Artifact(
                name: "\(name)-artifact", maximumChunks: 4, labels: ["presage.dev/model": "web"], annotations: [:],
                ownerReferences: [])
            return run
        }

        func find(_ name: String) async throws -> ConfigMap? {
            try await client.find(ConfigMap.self, name, namespace: "shop")
        }

        func manifest(_ name: String) async throws -> VersionManifest {
            try await ClusterRegistry(client: client).manifest(name, namespace: "shop")
        }

        /// What the operator does to a version that it has decided about.
        func seal(_ names: String...) async throws {
            for name in names {
                _ = try await client.patch(
                    ConfigMap.self, name, namespace: "shop", .merge(["immutable": true]))
            }
        }

        /// Mounts a version as the champion.
        func mount(_ name: String) async throws -> TrainingRun.Champion {
            let manifest = try await manifest(name)
            let champion = folder.appending(path: "champion")
            try FileManager.default.createDirectory(at: champion, withIntermediateDirectories: true)
            try Data(try manifest.json()).write(to: champion.appending(path: "manifest.json"))
            for chunk in manifest.chunks {
                let map = try #require(try await find(chunk.name))
                let text = try #require(map["binaryData", .key(chunk.name)]?.stringValue)
                try #require(Data(base64Encoded: text)).write(to: champion.appending(path: chunk.name))
            }
            return TrainingRun.Champion(version: 1, directory: "../champion", manifest: name)
        }
    }

    private func with(_ trainer: Trainer, _ body: (Bench) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "presage-publish-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var configuration = PlaygroundConfiguration()
        configuration.pods.isEnabled = false
        let playground = try await PlaygroundServer.start(configuration)
        let outcome: Result<Void, any Error>
        do {
            let file = folder.appending(path: "kubeconfig")
            try Data(playground.kubeconfig.utf8).write(to: file)
            let client = KubernetesClient(configuration: try .load(kubeconfig: file.path))
            _ = try await client.create(Namespace(metadata: ObjectMeta(name: "shop")))
            let bench = Bench(folder: folder, client: client, kubeconfig: file.path, trainer: trainer)
            try bench.history(days: 14)
            outcome = .success(try await body(bench))
        } catch {
            outcome = .failure(error)
        }
        await playground.stop()
        try outcome.get()
    }

    @Test(arguments: Trainer.runnable)
    func `a pod that runs again after it had published changes nothing and ends well`(trainer: Trainer) async throws {
        try await with(trainer) { bench in
            let run = bench.run("web-1", uid: "first")
            let first = try await bench.train(run)
            #expect(first.status == 0 && first.report.succeeded, "\(first.report.message)")
            try await bench.seal("web-1-artifact", "web-1-artifact-0")
            let sealed = try await [bench.find("web-1-artifact"), bench.find("web-1-artifact-0")]

            // Longer by a day, so that everything that it publishes differs.
            try bench.history(days: 15)
            let again = try await bench.train(run)
            #expect(again.status == 0 && again.report.succeeded, "\(again.report.message)")
            let after = try await [bench.find("web-1-artifact"), bench.find("web-1-artifact-0")]
            #expect(after.map { $0?.metadata.resourceVersion } == sealed.map { $0?.metadata.resourceVersion })
            let manifest = try await bench.manifest("web-1-artifact")
            #expect(manifest.trainingJob.uid == "first" && manifest.winner == .challenger)
        }
    }

    @Test(arguments: Trainer.runnable)
    func `a version of another run of the same name stays, and the run is told that no other try helps`(
        trainer: Trainer
    ) async throws {
        try await with(trainer) { bench in
            let first = try await bench.train(bench.run("web-1", uid: "first"))
            #expect(first.status == 0, "\(first.report.message)")
            try await bench.seal("web-1-artifact", "web-1-artifact-0")
            try bench.history(days: 15)
            let other = try await bench.train(bench.run("web-1", uid: "second"))
            #expect(other.status == 65 && other.report.reason == "PublishFailed", "\(other.report)")
            #expect(other.report.message.contains("web-1-artifact holds the version of"), "\(other.report.message)")
            #expect(try await bench.manifest("web-1-artifact").trainingJob.uid == "first")
        }
    }

    @Test(arguments: Trainer.runnable)
    func `what the server refuses is said in its words where nothing was published before`(trainer: Trainer)
        async throws
    {
        try await with(trainer) { bench in
            // Left of something else: a chunk that nobody may change, and no manifest.
            let left: JSONValue = [
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": ["name": "web-1-artifact-0", "namespace": "shop"], "immutable": true,
                "data": ["a": "b"],
            ]
            _ = try await bench.client.create(KubernetesObject(json: left))
            let refused = try await bench.train(bench.run("web-1", uid: "first"))
            #expect(refused.status != 0 && refused.report.reason == "PublishFailed", "\(refused.report)")
            #expect(refused.report.message.contains("immutable"), "\(refused.report.message)")
            #expect(try await bench.find("web-1-artifact") == nil)

            // And a ConfigMap in the manifest's place that is none.
            var empty = left
            empty["metadata", "name"] = "web-1-artifact"
            _ = try await bench.client.create(KubernetesObject(json: empty))
            let none = try await bench.train(bench.run("web-1", uid: "first"))
            #expect(none.status != 0 && none.report.reason == "PublishFailed", "\(none.report)")
            #expect(none.report.message.contains("immutable"), "\(none.report.message)")
        }
    }

    @Test(arguments: Trainer.runnable, [1, 2])
    func `a refresh fits what serves to newer data, whatever the run's own settings are`(trainer: Trainer, shards: Int)
        async throws
    {
        try await with(trainer) { bench in
            let first = try await bench.train(bench.run("web-1", uid: "first"), environment: ["SEASONS": "3"])
            #expect(first.status == 0, "\(first.report.message)")
            let before = try await bench.manifest("web-1-artifact")

            try bench.history(days: 16)
            var run = bench.run("web-2", uid: "second")
            run.champion = try await bench.mount("web-1-artifact")
            run.refreshOnly = true
            run.algorithm.name = .naive
            run.shardCount = shards
            run.scoresBaseline = false
            var manifests: [VersionManifest] = []
            for shard in 0..<shards {
                run.shardIndex = shard
                let refresh = try await bench.train(run, environment: ["SEASONS": "1"])
                #expect(refresh.status == 0 && refresh.report.succeeded, "\(refresh.report.message)")
                let name = shards > 1 ? "web-2-artifact-shard-\(shard)" : "web-2-artifact"
                manifests.append(try await bench.manifest(name))
            }
            for manifest in manifests where manifest.series > 0 {
                #expect(manifest.algorithm == before.algorithm && manifest.challengerAlgorithm == before.algorithm)
                #expect(manifest.scores.challenger == manifest.scores.champion, "a tie, which keeps the champion")
                #expect(manifest.championVersion == 1)
                #expect(manifest.historyEnd == before.historyEnd.addingTimeInterval(2 * 86_400))
                if let shard = manifest.shard {
                    #expect(shard.tally.challenger == shard.tally.champion && shard.refresh?.series == manifest.series)
                } else {
                    #expect(manifest.winner == .champion)
                }
                let models = try await ClusterRegistry(client: bench.client).load(
                    manifest, part: 0, namespace: "shop"
                ).models
                #expect(models.allSatisfy { $0.end == Int(manifest.historyEnd.timeIntervalSince1970) })
            }
            #expect(manifests.reduce(0) { $0 + $1.series } == 2)
        }
    }
}
