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
    @Test
    func `a fleet's models lie in a store of an own authority, the cluster holds manifests alone, nothing is left`()
        async throws
    {
        try await ObjectRegistryBench.with(pods: true, tls: true) { bench in
            let harness = bench.harness
            let file = try RealPods.panel(series: 12, days: 21, in: bench.folder)
            try await harness.create(bench.secret())
            var spec = RealPods.spec(file, ["parallelism": 3, "historyLimit": 1])
            var place = bench.store
            place["key"] = "forecasts/shop.csv"
            spec["output"] = ["s3": .object(place)]
            // Without the authority's certificate nothing begins.
            var distrusted = bench.store
            distrusted["tls"] = nil
            distrusted["prefix"] = "models/test"
            spec["registry"] = ["s3": .object(distrusted)]
            try await harness.createModel(spec: spec)
            let first = try await harness.firstRun()
            let waiting = try await harness.run(first) { $0.status?.conditions?["Trained"]?.reason == "StoreRefused" }
            #expect(waiting.status?.conditions?["Trained"]?.message.contains("tls.ca") == true)
            try await harness.patchModel(["spec": ["registry": bench.registry]])
            let done = try await harness.run(first) { $0.isFinished }
            #expect(done.status?.phase == .succeeded, "\(String(describing: done.status?.conditions))")
            _ = try await harness.model { $0.status?.production?.version == 1 }
            // The pod that writes forecasts reads the version from the store too.
            _ = try await harness.model { $0.status?.conditions?.isTrue("ForecastsWritten") ?? false }
            let table = try await bench.objects.read("forecasts/shop.csv", upTo: 1 << 20)
            #expect(String(decoding: table, as: UTF8.self).contains("store_11"))
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

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "no python3"))
    func `a trainer in Python publishes to the store too, and compares with a version that is there`() async throws {
        try await ObjectRegistryBench.with(pods: true, tls: true) { bench in
            let harness = bench.harness
            let file = try RealPods.panel(series: 2, days: 14, in: bench.folder)
            try await harness.create(bench.secret())
            var spec = RealPods.spec(file, ["image": "python", "env": [["name": "SEASONS", "value": "1"]]])
            spec["registry"] = bench.registry
            try await harness.createModel(spec: spec)
            let first = try await harness.firstRun()
            let done = try await harness.run(first) { $0.isFinished }
            #expect(done.status?.phase == .succeeded, "\(String(describing: done.status?.conditions))")
            _ = try await harness.model { $0.status?.production?.version == 1 }
            #expect(try await harness.artifacts("chunk").isEmpty)
            #expect(try await bench.settled().count == 1)
            let points = try await harness.get("/api/v1/models/demo/shop/next_day")
            #expect(points.status == 200 && points.body.contains("store_1"), "\(points.body.prefix(300))")

            try await harness.challenge(
                "more",
                spec: ["pod": ["image": "python", "env": [["name": "SEASONS", "value": "7"]]], "parallelism": 2])
            let more = try await harness.run("more") { $0.isFinished }
            #expect(more.status?.promoted == true, "\(String(describing: more.status?.conditions))")
            #expect(more.status?.championSmape == done.status?.smape)
            _ = try await harness.model { $0.status?.production?.version == 2 }
            _ = try await bench.settled()
        }
    }
}
