import ForecastEngine
import Foundation
import KubernetesClient
import ModelRegistry

/// The models that serve, decoded, the least recently used first to go.
///
/// An artifact never changes under its digest, so an entry is never stale.
actor ArtifactCache {
    private let registry: ClusterRegistry
    private let mostBytes: Int
    private var artifacts: [String: Entry] = [:]
    private var bytes = 0
    /// Counts the uses, so that the later of two has the higher number.
    private var uses = 0
    /// Loads under way, so that two who ask at once read it once.
    private var loads: [String: Task<ModelArtifact, any Error>] = [:]

    private struct Entry {
        var models: ModelArtifact
        var bytes: Int
        var lastUse: Int
    }

    /// What an artifact takes beside its bytes, so that very many small ones are bounded too.
    static let overhead = 4096

    /// Makes an empty cache.
    ///
    /// - Parameter mostBytes: how many bytes are kept, as they are stored and with the ``overhead`` of each: an artifact of a
    ///   workload has some tens of thousands, one of a fleet may have 29 million, and an operator has half a gigabyte. The last
    ///   that was read is kept whatever its size.
    init(registry: ClusterRegistry, mostBytes: Int = 64 << 20) {
        self.registry = registry
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
            uses += 1
            artifacts[key]?.lastUse = uses
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
        uses += 1
        let entry = Entry(
            models: artifact, bytes: manifest.chunks.reduce(Self.overhead) { $0 + $1.bytes }, lastUse: uses)
        bytes += entry.bytes
        artifacts[key] = entry
        while bytes > mostBytes, artifacts.count > 1,
            let oldest = artifacts.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            drop(oldest.key)
        }
    }

    private func drop(_ key: String) {
        if let old = artifacts.removeValue(forKey: key) { bytes -= old.bytes }
    }
}
