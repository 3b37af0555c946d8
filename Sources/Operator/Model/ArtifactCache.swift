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

    /// What is wrong with a version's artifact as it is stored now; nil where it can be used.
    ///
    /// - Throws: where the cluster, or the object store that holds the artifact, could not be asked.
    func damage(of entry: Versions.Entry) async throws -> RegistryError? {
        do {
            let namespace = entry.metadata.namespace ?? "default"
            let parts = entry.manifest.slices.indices
            for part in parts {
                let artifact = try await registry.load(entry.manifest, part: part, namespace: namespace)
                // A fleet is looked at part by part, and is not held whole before somebody asks for its forecasts.
                if parts.count == 1 { keep(artifact, as: entry.manifest.artifactDigest) }
            }
            return nil
        } catch let error as RegistryError where !error.isUnavailable {
            return error
        }
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
        keep(artifact, as: key)
        return artifact
    }

    private func keep(_ artifact: ModelArtifact, as key: String) {
        order.removeAll { $0 == key }
        artifacts[key] = artifact
        order.append(key)
        if order.count > capacity { artifacts[order.removeFirst()] = nil }
    }
}
