import ForecastEngine
import Foundation
import KubernetesClient
import ModelRegistry

/// The models that serve, decoded, the least recently used first to go.
///
/// An artifact never changes under its digest, so an entry is never stale.
actor ArtifactCache {
    private let registry: ClusterRegistry
    private let capacity: Int
    private var artifacts: [String: ModelArtifact] = [:]
    private var order: [String] = []
    /// Loads under way, so that two who ask at once read it once.
    private var loads: [String: Task<ModelArtifact, any Error>] = [:]

    /// Makes an empty cache.
    ///
    /// - Parameter capacity: how many artifacts are kept; one of a workload takes some tens of kilobytes.
    init(registry: ClusterRegistry, capacity: Int = 512) {
        self.registry = registry
        self.capacity = capacity
    }

    /// The artifact of a version.
    ///
    /// - Throws: where a chunk is missing or its digest is not the manifest's.
    func artifact(of entry: Versions.Entry) async throws -> ModelArtifact {
        let key = entry.manifest.artifactDigest
        if let artifact = artifacts[key] {
            order.removeAll { $0 == key }
            order.append(key)
            return artifact
        }
        let load =
            loads[key]
            ?? Task { [registry] in
                try await registry.load(entry.manifest, namespace: entry.metadata.namespace ?? "default")
            }
        loads[key] = load
        defer { loads[key] = nil }
        let artifact = try await load.value
        artifacts[key] = artifact
        order.append(key)
        if order.count > capacity { artifacts[order.removeFirst()] = nil }
        return artifact
    }
}
