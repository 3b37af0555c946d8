import Autoscaler
import ForecastEngine
import KubernetesClient
import ModelRegistry
import Testing
import Threading

@testable import Operator

@Suite(.serialized)
struct ForecastMemoryTests {
    private let day = WorkloadPredictor(horizon: .day)
    private let origin = 1_701_300_000

    /// Reads of artifacts show: each that is read pushes out the one before it.
    private func memory(_ harness: OperatorHarness) -> ForecastMemory {
        ForecastMemory(ArtifactCache(registry: ClusterRegistry(client: harness.client), mostBytes: 1))
    }

    @Test
    func `models that are looked at in turn are forecast once each, until a later moment asks for a later forecast`()
        async throws
    {
        try await OperatorHarness.with { harness in
            let entries = [try await harness.publish("a", level: 1), try await harness.publish("b", level: 2)]
            let (reads, memory) = (harness.chunkReads(), memory(harness))
            for now in [origin, origin, origin, origin + 1800, origin + 1800] {
                for entry in entries {
                    let key = ObjectKey(namespace: "demo", name: entry.name)
                    #expect(try await memory.outline(of: entry, for: key).series == 2)
                    let found = try await memory.prediction(of: entry, for: key, by: day, from: now)
                    #expect(found.containers[entry.name]?.cpu != nil && found.containers[entry.name]?.memory != nil)
                }
            }
            #expect(reads.withLock { $0 } == ["a-0", "b-0", "a-0", "b-0"])
        }
    }

    @Test func `what is kept is to the last bit what would be computed, whatever is asked and whatever serves`()
        async throws
    {
        try await OperatorHarness.with { harness in
            let (old, new) = (try await harness.publish("a", level: 1), try await harness.publish("b", level: 2))
            let (memory, key) = (memory(harness), ObjectKey(namespace: "demo", name: "shop"))
            let week = WorkloadPredictor(horizon: .week)
            let mean = WorkloadPredictor(horizon: .day, statistic: .mean)
            let sure = WorkloadPredictor(horizon: .day, quantile: 0.99)
            let registry = ClusterRegistry(client: harness.client)
            for (entry, predictor, now) in [
                (old, day, origin), (old, week, origin), (old, mean, origin), (old, sure, origin), (new, sure, origin),
                (new, sure, origin + 3600), (old, day, origin),
            ] {
                let artifact = try await registry.load(entry.manifest, namespace: "demo")
                for replicas in [nil, 2, 7] {
                    let asked = try await memory.prediction(of: entry, for: key, by: predictor, from: now)
                    let outline = try await memory.outline(of: entry, for: key)
                    #expect(outline.series == 2 && outline.step == artifact.models[0].step)
                    let pods = PodShares(metadata: artifact.metadata, replicas: replicas)
                    #expect(pods.containers.count == 1)
                    #expect(
                        asked.onePod(of: PodShares(containers: outline.shares, replicas: replicas))
                            == predictor.predict(artifact.models, from: now, pods: pods))
                }
            }
        }
    }

    @Test func `one forecast a model is kept, and none of a model that is gone`() async throws {
        try await OperatorHarness.with { harness in
            let entry = try await harness.publish("a", level: 1)
            let (memory, key) = (memory(harness), ObjectKey(namespace: "demo", name: "shop"))
            for now in 0..<5 { _ = try await memory.prediction(of: entry, for: key, by: day, from: origin + now) }
            #expect(memory.count == 1)
            memory.forget(key)
            #expect(memory.count == 0)
        }
    }
}
