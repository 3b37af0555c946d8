import Autoscaler
import ForecastEngine
import Foundation
import KubernetesClient
import ModelRegistry
import ObjectStore
import Playground
import TestServers
import Testing
import Threading

@testable import Operator

/// Who comes late, and what crashed and failed runs leave in a store.
@Suite(.serialized, .enabled(if: MotoServer.isInstalled, "moto is not installed"))
struct ObjectRegistryLeftoverTests {
    @Test func `an operator that is killed between the objects and the manifest deletes nothing that is needed`()
        async throws
    {
        try await ObjectRegistryBench.with { bench in
            let harness = bench.harness
            try await bench.createModel()
            let run = try await harness.firstRun()
            let document = try await harness.document(of: run)
            let store = try #require(document.artifact.objects?.store)
            // What a pod has written that is still at work.
            let early = store.prefix + String(repeating: "a", count: 64)
            try await bench.objects.put(early, .bytes([1]), contentType: "application/octet-stream")
            await harness.restartOperator()
            try await bench.wake()
            _ = try await harness.model { $0.metadata.annotations["wake"] != nil }
            try await Task.sleep(for: .seconds(1))
            #expect(try await bench.keys().contains(early))

            try await harness.train(run) { _ in await harness.restartOperator() }
            _ = try await harness.model { $0.status?.production?.version == 1 }
            // With the run's end goes what its manifest does not name.
            let keys = try await bench.settled()
            #expect(!keys.contains(early) && !keys.isEmpty)
        }
    }

    @Test func `where nothing is to go, nobody asks for all runs of the namespace`() async throws {
        try await ObjectRegistryBench.with { bench in
            let harness = bench.harness
            try await bench.createModel()
            try await harness.trainFirst()
            let keys = try await bench.settled()
            let asked = Locked(0)
            harness.playground.setGate(
                RequestGate(after: { request, _ in
                    if request.method == "GET", request.path.hasSuffix("/namespaces/demo/trainingjobs") {
                        asked.withLock { $0 += 1 }
                    }
                    return true
                }))
            defer { harness.playground.setGate(nil) }
            _ = bench.gate.traffic()
            // Another one looks after the folder when it begins.
            await harness.restartOperator()
            try await harness.wait("the look after the folder") {
                bench.gate.traffic().requests.contains { $0.contains("list-type=2") } ? true : nil
            }
            try await harness.nextSecond()
            #expect(asked.withLock { $0 } == 0)
            #expect(try await bench.keys() == keys)
        }
    }

    @Test func `a run that fails leaves no object behind`() async throws {
        try await ObjectRegistryBench.with { bench in
            let harness = bench.harness
            try await bench.createModel()
            let run = try await harness.firstRun()
            let store = try #require(try await harness.document(of: run).artifact.objects?.store)
            let foreign = store.prefix + "notes.txt"
            for key in [store.prefix + String(repeating: "b", count: 64), foreign] {
                try await bench.objects.put(key, .bytes([1]), contentType: "text/plain")
            }
            try await harness.finishJob(
                run, condition: ["type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"])
            _ = try await harness.run(run) { $0.status?.phase == .failed }
            try await harness.wait("the end of the object") { try await bench.keys() == [foreign] ? true : nil }
        }
    }

    @Test func `a pod that publishes late changes nothing of a version that was decided about`() async throws {
        try await ObjectRegistryBench.with { bench in
            let harness = bench.harness
            try await bench.createModel()
            try await harness.trainFirst()
            let before = try await bench.settled()
            let run = try await harness.firstRun()
            let document = try await harness.document(of: run)
            let registry = ClusterRegistry(client: harness.client)
            let manifest = try await registry.manifest("\(run)-artifact", namespace: "demo")
            let times = (0..<200).map { $0 * 3600 }
            let other = try TrainedModel.fit(
                TimeSeries(id: "other", times: times, values: times.map { Double($0 % 7) }),
                recipe: Recipe(.naive), horizon: 1)
            // Cut off for hours on its node, then back, with other data.
            _ = bench.gate.traffic()
            let answered = try await registry.publish(
                NewVersion(
                    manifest: manifest, artifact: try ModelArtifact(models: [other]).encode(),
                    naming: document.artifact))
            #expect(answered == manifest, "it is told what stands")
            // It wrote one object beside the others; that is surplus, and may be cleared away at once.
            let uploads = bench.gate.traffic().requests.compactMap {
                $0.wholeMatch(of: #/PUT \/history\/(.+) HTTP\/1\.1/#).map { String($0.output.1) }
            }
            #expect(uploads.count == 1 && before.isDisjoint(with: uploads))
            let after = try await bench.keys()
            #expect(after == before || after == before.union(uploads))
            let models = try await registry.load(manifest, namespace: "demo").models
            #expect(Set(models.map(\.seriesID)) == ["web/cpu", "web/memory"])
            await harness.restartOperator()
            #expect(try await bench.settled() == before)
        }
    }

    @Test func `objects of another model, and of one with the same name in another cluster, are nobody's surplus`()
        async throws
    {
        try await ObjectRegistryBench.with { bench in
            let harness = bench.harness
            let digest = String(repeating: "c", count: 64)
            let others = ["models/test/demo/shop/other-uid/run/\(digest)", "models/test/demo/shopping/m/run/\(digest)"]
            for key in others { try await bench.objects.put(key, .bytes([1]), contentType: "text/plain") }
            try await bench.createModel()
            try await harness.trainFirst()
            _ = try await harness.wait("the sweep") {
                try await bench.keys() == bench.named().union(others) ? true : nil
            }
            try await harness.client.delete(ForecastModel.self, "shop", namespace: "demo")
            try await harness.wait("the end of the model") {
                try await harness.client.find(ForecastModel.self, "shop", namespace: "demo") == nil ? true : nil
            }
            #expect(try await bench.keys() == Set(others))
        }
    }
}
