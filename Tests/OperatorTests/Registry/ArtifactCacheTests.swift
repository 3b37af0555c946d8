import ForecastEngine
import ModelRegistry
import Testing
import Threading

@testable import Operator

@Suite(.serialized)
struct ArtifactCacheTests {
    @Test func `what is kept is bounded by its bytes, the least recently used goes first`() async throws {
        try await OperatorHarness.with { harness in
            let a = try await harness.publish("a", level: 1)
            let b = try await harness.publish("b", level: 2)
            let c = try await harness.publish("c", level: 3)
            let size = [a, b, c].map {
                $0.manifest.chunks.reduce(SharedCache<String, ModelArtifact>.overhead) { $0 + $1.bytes }
            }
            let reads = harness.chunkReads()
            // Room for two of them, and not for three.
            let cache = ArtifactCache(
                registry: ClusterRegistry(client: harness.client), mostBytes: size[0] + size[1] + size[2] - 1)
            for entry in [a, b, a, c, a, b] {
                #expect(try await cache.artifact(of: entry).models.first?.seriesID == "\(entry.name)/cpu")
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
