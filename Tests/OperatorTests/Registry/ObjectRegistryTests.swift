import Autoscaler
import Foundation
import KubernetesClient
import ModelRegistry
import ObjectStore
import Playground
import TestServers
import Testing

@testable import Operator

/// Versions whose chunks are in a real S3 server.
@Suite(.serialized, .enabled(if: MotoServer.isInstalled, "moto is not installed"))
struct ObjectRegistryTests {
    @Test func `a fleet's models lie in the store, the cluster holds manifests alone, and nothing is left over`()
        async throws
    {
        try await ObjectRegistryBench.with(pods: true) { bench in
            let harness = bench.harness
            let file = try RealPods.panel(series: 12, days: 21, in: bench.folder)
            try await harness.create(bench.secret())
            var spec = RealPods.spec(file, ["parallelism": 3, "historyLimit": 1])
            spec["registry"] = bench.registry
            let table = bench.folder.appending(path: "forecast.csv")
            spec["output"] = ["csv": ["path": .string(table.path)]]
            try await harness.createModel(spec: spec)
            let first = try await harness.firstRun()
            let done = try await harness.run(first) { $0.isFinished }
            #expect(done.status?.phase == .succeeded, "\(String(describing: done.status?.conditions))")
            _ = try await harness.model { $0.status?.production?.version == 1 }
            // The pod that writes forecasts reads the version from the store too.
            _ = try await harness.model { $0.status?.conditions?.isTrue("ForecastsWritten") ?? false }
            #expect(try String(contentsOf: table, encoding: .utf8).contains("store_11"))
            #expect(try await harness.artifacts("chunk").isEmpty)
            #expect(try await harness.artifacts("shard").isEmpty)
            let keys = try await bench.settled()
            #expect(keys.count == 3 && keys.allSatisfy { $0.hasPrefix("models/test/demo/shop/") })

            // Each pod reads its part of the champion from the store; the recipe that loses goes from there.
            try await harness.challenge("second", spec: ["algorithm": ["name": "ETS"]])
            let second = try await harness.run("second") { $0.isFinished }
            #expect(second.status?.phase == .succeeded, "\(String(describing: second.status?.conditions))")
            #expect(second.status?.championVersion == 1 && second.status?.championSmape == done.status?.smape)
            let after = try await harness.model { $0.status?.production?.artifact == "second-artifact" }
            let points = try await harness.get("/api/v1/models/demo/shop/next_day")
            #expect(points.status == 200 && points.body.contains("store_7"), "\(points.body.prefix(300))")
            // With a limit of one version that which served before it stays, and nothing older.
            try await harness.challenge("third", spec: ["algorithm": ["name": "Theta"], "parallelism": 1])
            let third = try await harness.run("third") { $0.isFinished }
            #expect(third.status?.phase == .succeeded, "\(String(describing: third.status?.conditions))")
            #expect(after.status?.conditions?["RegistryUnavailable"] == nil)
            _ = try await bench.settled()
            let manifests = try await harness.artifacts("manifest")
            #expect(manifests.count <= 3)
        }
    }

    @Test func `a run may publish a manifest and no chunk, and its pod has the one Secret mounted`() async throws {
        try await ObjectRegistryBench.with { bench in
            try await bench.createModel()
            let run = try await bench.harness.firstRun()
            let document = try await bench.harness.document(of: run)
            let role = try await bench.harness.client.get(Role.self, "\(run)-trainer", namespace: "demo")
            #expect(role["rules", 0, "resourceNames"] == [.string("\(run)-artifact")])
            let store = try #require(document.artifact.objects?.store)
            #expect(store.prefix == "models/test/demo/shop/\(document.model.uid)/\(document.trainingJob.uid)/")
            let job = try await bench.harness.client.get(Job.self, run, namespace: "demo")
            let volumes = job["spec", "template", "spec", "volumes"]?.arrayValue ?? []
            let secrets = volumes.first { $0["name"] == "secrets" }?["projected", "sources"]?.arrayValue ?? []
            #expect(secrets.count == 3 && secrets.allSatisfy { $0["secret", "name"] == "store" })
            #expect(secrets.compactMap { $0["secret", "optional"]?.boolValue } == [true], "the token alone may lack")
        }
    }

    @Test func `a trainer that knows no object store says so at once`() async throws {
        try await ObjectRegistryBench.with(pods: true) { bench in
            let file = try RealPods.panel(series: 2, days: 14, in: bench.folder)
            try await bench.harness.create(bench.secret())
            var spec = RealPods.spec(file, ["image": "python"])
            spec["registry"] = bench.registry
            try await bench.harness.createModel(spec: spec)
            let first = try await bench.harness.firstRun()
            let failed = try await bench.harness.run(first) { $0.status?.phase == .failed }
            let condition = failed.status?.conditions?["Trained"]
            #expect(condition?.reason == "UnsupportedRegistry", "\(String(describing: condition))")
            #expect(condition?.message.contains("spec.registry") == true)
        }
    }
}
