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
    private let mostBytes: Int
    private var artifacts: [String: (models: ModelArtifact, bytes: Int)] = [:]
    private var bytes = 0
    private var order: [String] = []
    /// Loads under way, so that two who ask at once read it once.
    private var loads: [String: Task<ModelArtifact, any Error>] = [:]

    /// Makes an empty cache.
    ///
    /// - Parameters:
    ///   - capacity: how many artifacts are kept; one of a workload takes some tens of kilobytes.
    ///   - mostBytes: how many bytes they have together, as they are stored: one of a fleet may have 29 million, and an
    ///     operator has half a gigabyte. The last that was read is kept whatever its size.
    init(registry: ClusterRegistry, capacity: Int = 512, mostBytes: Int = 64 << 20) {
        self.registry = registry
        self.capacity = capacity
        self.mostBytes = mostBytes
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
                if parts.count == 1 { keep(artifact, of: entry.manifest) }
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
        if let known = artifacts[key] {
            order.removeAll { $0 == key }
            order.append(key)
            return known.models
        }
        let load =
            loads[key]
            ?? Task { [registry] in
                try await registry.load(entry.manifest, namespace: entry.metadata.namespace ?? "default")
            }
        loads[key] = load
        defer { loads[key] = nil }
        let artifact = try await load.value
        keep(artifact, of: entry.manifest)
        return artifact
    }

    private func keep(_ artifact: ModelArtifact, of manifest: VersionManifest) {
        let key = manifest.artifactDigest
        drop(key)
        let size = manifest.chunks.reduce(0) { $0 + $1.bytes }
        artifacts[key] = (artifact, size)
        bytes += size
        order.append(key)
        while order.count > 1, order.count > capacity || bytes > mostBytes { drop(order[0]) }
    }

    private func drop(_ key: String) {
        order.removeAll { $0 == key }
        if let old = artifacts.removeValue(forKey: key) { bytes -= old.bytes }
    }
}
