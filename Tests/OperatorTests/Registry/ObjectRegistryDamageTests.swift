import Autoscaler
import Foundation
import KubernetesClient
import ModelRegistry
import ObjectStore
import Playground
import TestServers
import Testing

@testable import Operator

/// Objects of a version that are not what its manifest says.
@Suite(.serialized, .enabled(if: MotoServer.isInstalled, "moto is not installed"))
struct ObjectRegistryDamageTests {
    @Test(arguments: ["cut", "changed", "longer", "gone"])
    func `an object that is not what the manifest says is never promoted, and never served`(how: String) async throws {
        try await ObjectRegistryBench.with { bench in
            let harness = bench.harness
            try await bench.createModel()
            func spoil(_ manifest: VersionManifest) async throws {
                let store = try #require(manifest.store)
                let key = store.key(of: manifest.chunks[0])
                var bytes = try await bench.objects.read(key, upTo: 1 << 24)
                switch how {
                case "cut": bytes.removeLast(bytes.count / 2)
                case "changed": bytes[bytes.count / 2] ^= 1
                case "longer": bytes += [0, 0, 0]
                default:
                    try await bench.objects.delete(key)
                    return
                }
                try await bench.objects.put(key, .bytes(bytes), contentType: "application/octet-stream")
            }
            try await harness.trainFirst()
            try await harness.challenge("better")
            try await harness.train("better", smape: 5, champion: 10) { try await spoil($0) }
            let run = try await harness.run("better") { $0.status?.phase == .failed }
            let condition = try #require(run.status?.conditions?["Trained"])
            #expect(condition.reason == "ArtifactDamaged" && condition.message.contains("artifact"), "\(condition)")
            let healthy = try await harness.model { $0.status?.conditions?["TrainingHealthy"]?.status == .false }
            #expect(healthy.status?.production?.version == 1)

            let registry = ClusterRegistry(client: harness.client)
            let name = try #require(healthy.status?.production?.artifact)
            try await spoil(try await registry.manifest(name, namespace: "demo"))
            await harness.restartOperator()
            let model = try await harness.model { $0.status?.conditions?.isTrue("ArtifactDamaged") ?? false }
            let reason = model.status?.conditions?["ArtifactDamaged"]?.reason
            #expect(reason == (how == "gone" ? "MissingChunk" : "DigestMismatch"))
            #expect(model.status?.production?.version == 1)
            #expect(model.status?.conditions?["RegistryUnavailable"] == nil)
        }
    }
}
