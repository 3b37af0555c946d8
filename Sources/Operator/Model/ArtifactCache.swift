import ForecastEngine
import KubernetesClient
import ModelRegistry

/// The models that serve, decoded, the least recently used first to go.
///
/// An artifact never changes under its digest, so an entry is never stale.
struct ArtifactCache: Sendable {
    private let registry: ClusterRegistry
    private let artifacts: SharedCache<String, ModelArtifact>

    /// Makes an empty cache.
    ///
    /// - Parameter mostBytes: how many bytes are kept, as they are stored and with the overhead of each: an artifact of a
    ///   workload has some tens of thousands, one of a fleet may have 29 million, and an operator has half a gigabyte. The last
    ///   that was read is kept whatever its size, or it would be read at every look.
    init(registry: ClusterRegistry, mostBytes: Int = 64 << 20) {
        self.registry = registry
        artifacts = SharedCache(mostBytes: mostBytes, keepsNewest: true)
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
                if parts.count == 1 {
                    await artifacts.keep(
                        artifact, bytes: Self.size(entry.manifest), under: entry.manifest.artifactDigest)
                }
            }
            return nil
        } catch let error as RegistryError where !error.isUnavailable {
            return error
        }
    }

    /// The artifact of a version, where it is here already.
    func kept(_ entry: Versions.Entry) async -> ModelArtifact? {
        await artifacts.kept(entry.manifest.artifactDigest)
    }

    /// The artifact of a version.
    ///
    /// - Throws: where a chunk is missing or its digest is not the manifest's.
    func artifact(of entry: Versions.Entry) async throws -> ModelArtifact {
        let manifest = entry.manifest
        return try await artifacts.value(of: manifest.artifactDigest) { [registry] in
            let artifact = try await registry.load(manifest, namespace: entry.metadata.namespace ?? "default")
            return (artifact, Self.size(manifest))
        }
    }

    private static func size(_ manifest: VersionManifest) -> Int { manifest.chunks.reduce(0) { $0 + $1.bytes } }
}
