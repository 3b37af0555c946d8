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

    /// Reads a version's models.
    ///
    /// - Throws: ``RegistryError`` that names the chunk where one is missing or changed.
    func load(_ manifest: VersionManifest, namespace: String) async throws -> ModelArtifact
}

/// A version that is about to be published.
public struct NewVersion: Sendable {
    /// Its manifest, still without chunks.
    public var manifest: VersionManifest
    /// The encoded artifact.
    public var artifact: [UInt8]
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
        let chunks = try ArtifactChunks.split(artifact, name: naming.name, maximum: naming.maximumChunks)
        var manifest = manifest
        manifest.chunks = chunks.map(\.chunk)
        manifest.artifactDigest = Digest.sha256(artifact)
        return (chunks, manifest)
    }
}

extension VersionManifest {
    /// Decodes an artifact that was put together from this manifest's chunks.
    func decode(_ bytes: [UInt8]) throws(RegistryError) -> ModelArtifact {
        do {
            return try ModelArtifact(decoding: bytes)
        } catch {
            throw RegistryError(.unreadableArtifact, "the artifact of \(trainingJob.name) cannot be read: \(error)")
        }
    }
}
