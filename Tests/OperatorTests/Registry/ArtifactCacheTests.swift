import ForecastEngine
import Foundation
import KubernetesClient
import ModelRegistry
import Playground
import Testing
import Threading

@testable import Operator

@Suite(.serialized)
struct ArtifactCacheTests {
    /// Publishes a version of a model with so many series, as a run would.
    private func publish(_ name: String, level: Double, _ harness: OperatorHarness) async throws -> Versions.Entry {
        let times = (0..<(14 * 24)).map { 1_700_000_000 + $0 * 3600 }
        let series = TimeSeries(id: name, times: times, values: times.map { level + Double($0 / 3600 % 24) })
        let model = try TrainedModel.fit(series, recipe: Recipe(.seasonalNaive), horizon: 24)
        let reference = TrainingRun.Reference(namespace: "demo", name: name, uid: name)
        let end = Date(timeIntervalSince1970: Double(times.last ?? 0))
        let manifest = VersionManifest(
            model: reference, trainingJob: reference, algorithm: "SeasonalNaive", challengerAlgorithm: "SeasonalNaive",
            engineVersion: "test", trainedAt: end, historyStart: end, historyEnd: end, cut: end, historyDigest: "x",
            series: 1, failedSeries: [], scores: .init(challenger: 1), championVersion: nil, winner: .challenger,
            reason: "", stages: [], chunks: [], artifactDigest: "")
        let naming = TrainingRun.Artifact(
            name: name, maximumChunks: 1, labels: [:], annotations: [:], ownerReferences: [])
        _ = try await ClusterRegistry(client: harness.client).publish(
            NewVersion(manifest: manifest, artifact: try ModelArtifact(models: [model]).encode(), naming: naming))
        return try Versions.Entry(
            configMap: try await harness.client.get(ConfigMap.self, name, namespace: "demo"))
    }

    @Test func `what is kept is bounded by its bytes, the least recently used goes first`() async throws {
        try await OperatorHarness.with { harness in
            let a = try await publish("a", level: 1, harness)
            let b = try await publish("b", level: 2, harness)
            let c = try await publish("c", level: 3, harness)
            let size = [a, b, c].map { $0.manifest.chunks.reduce(0) { $0 + $1.bytes } }
            let reads = Locked<[String]>([])
            harness.playground.setGate(
                RequestGate(before: { request in
                    let name = String(request.path.split(separator: "/").last ?? "")
                    if request.method == "GET", name.hasSuffix("-0") { reads.withLock { $0.append(name) } }
                    return nil
                }))
            // Room for two of them, and not for three.
            let cache = ArtifactCache(
                registry: ClusterRegistry(client: harness.client), mostBytes: size[0] + size[1] + size[2] - 1)
            for entry in [a, b, a, c, a, b] {
                #expect(try await cache.artifact(of: entry).models.first?.seriesID == entry.name)
            }
            #expect(reads.withLock { $0 } == ["a-0", "b-0", "c-0", "b-0"], "b was not used for longest when c came")

            // One that is too large for the whole is kept until the next comes, or it would be read at every look.
            reads.withLock { $0 = [] }
            let small = ArtifactCache(registry: ClusterRegistry(client: harness.client), mostBytes: 1)
            for entry in [a, a, b, b, a] { _ = try await small.artifact(of: entry) }
            #expect(reads.withLock { $0 } == ["a-0", "b-0", "a-0"])
        }
    }
}
