public import ForecastEngine

/// Where versions live: their manifests and the chunks of their artifacts.
///
/// A version exists from the moment its manifest does, which is written last; what a reader gets has been checked
/// against the manifest's digests.
public protocol ModelRegistry: Sendable {
    /// Publishes an artifact and then its manifest, whose `chunks` and `artifactDigest` are filled in here.
    ///
    /// Doing it again after a failure, or after a success that nobody heard of, gives the same version.
    /// - Returns: the manifest as published.
    func publish(_ version: NewVersion) async throws -> VersionManifest

    /// Reads one part of a version's models; a version that one pod trained has just part 0.
    ///
    /// - Throws: ``RegistryError`` that names the chunk where one is missing or changed.
    func load(_ manifest: VersionManifest, part: Int, namespace: String) async throws -> ModelArtifact
}

extension ModelRegistry {
    /// Reads all of a version's models, part by part.
    public func load(_ manifest: VersionManifest, namespace: String) async throws -> ModelArtifact {
        var whole = ModelArtifact(models: [])
        for part in manifest.slices.indices {
            let artifact = try await load(manifest, part: part, namespace: namespace)
            whole.models += artifact.models
            whole.metadata.merge(artifact.metadata) { first, _ in first }
        }
        return whole
    }
}

/// A version that is about to be published.
public struct NewVersion: Sendable {
    /// Its manifest, still without chunks.
    public var manifest: VersionManifest
    /// The encoded artifact.
    public var artifact: [UInt8]
    /// Of a shard: the encoded artifact of the champion's recipe; the same bytes are published once.
    public var refresh: [UInt8]?
    /// What the objects are called and whom they belong to.
    public var naming: TrainingRun.Artifact

    /// Bundles what a trainer publishes.
    public init(manifest: VersionManifest, artifact: [UInt8], naming: TrainingRun.Artifact) {
        self.manifest = manifest
        self.artifact = artifact
        self.naming = naming
    }

    /// The chunks, and the manifest that describes them.
    func prepared() throws(RegistryError) -> (
        chunks: [(chunk: VersionManifest.Chunk, bytes: ArraySlice<UInt8>)], manifest: VersionManifest
    ) {
        // Objects are as many as are needed; ConfigMaps are those that a Role names.
        let (maximum, size) =
            naming.objects == nil ? (naming.maximumChunks, ArtifactChunks.size) : (Int.max, ObjectChunks.size)
        var chunks = try ArtifactChunks.split(artifact, name: naming.name, maximum: maximum, size: size)
        var manifest = manifest
        manifest.store = naming.objects?.store
        manifest.chunks = chunks.map(\.chunk)
        manifest.artifactDigest = Digest.sha256(artifact)
        if let refresh, manifest.shard?.refresh != nil {
            manifest.shard?.refresh?.artifactDigest = Digest.sha256(refresh)
            if refresh == artifact {
                manifest.shard?.refresh?.chunks = manifest.chunks
            } else {
                let more = try ArtifactChunks.split(
                    refresh, name: "\(naming.name)-champion", maximum: maximum, size: size)
                manifest.shard?.refresh?.chunks = more.map(\.chunk)
                chunks += more
            }
        }
        return (chunks, manifest)
    }
}

extension VersionManifest {
    /// One part with its chunks.
    func slice(_ index: Int) throws(RegistryError) -> (part: Part, chunks: ArraySlice<Chunk>) {
        let slices = slices
        guard slices.indices.contains(index) else {
            throw RegistryError(
                .invalidManifest,
                "part \(index) of \(trainingJob.name)'s artifact was asked for, but it has \(slices.count)")
        }
        return slices[index]
    }

    /// Decodes a part that was put together from this manifest's chunks.
    func decode(_ bytes: [UInt8]) throws(RegistryError) -> ModelArtifact {
        do {
            return try ModelArtifact(decoding: bytes)
        } catch {
            throw RegistryError(.unreadableArtifact, "the artifact of \(trainingJob.name) cannot be read: \(error)")
        }
    }
}
