/// An artifact cut into pieces that a ConfigMap can hold, and put together again.
public enum ArtifactChunks {
    /// A ConfigMap may hold 1,048,576 bytes; 900 KiB leave room for its metadata.
    public static let size = 900 * 1024

    /// Cuts an artifact into the chunks `<name>-0`, `<name>-1`, ….
    ///
    /// - Parameter size: how many bytes a chunk has at most.
    /// - Throws: ``RegistryError`` `tooLarge` when more than `maximum` would be needed.
    public static func split(
        _ bytes: [UInt8], name: String, maximum: Int, size: Int = size
    ) throws(RegistryError) -> [(chunk: VersionManifest.Chunk, bytes: ArraySlice<UInt8>)] {
        let count = max(1, (bytes.count + size - 1) / size)
        guard count <= maximum else {
            throw RegistryError(
                .tooLarge,
                "the artifact has \(bytes.count) bytes and needs \(count) ConfigMaps of 900 KiB, but the run may publish "
                    + "\(maximum); split the series among more pods (spec.training.parallelism), or keep versions in an object "
                    + "store (spec.registry.s3)"
            )
        }
        return (0..<count).map { index in
            let piece = bytes[(index * size)..<min(bytes.count, (index + 1) * size)]
            let chunk = VersionManifest.Chunk(
                name: "\(name)-\(index)", bytes: piece.count, sha256: Digest.sha256(piece)
            )
            return (chunk, piece)
        }
    }

    /// Checks a chunk against what its manifest says of it.
    public static func verify(_ bytes: some Collection<UInt8>, _ chunk: VersionManifest.Chunk) throws(RegistryError) {
        guard bytes.count == chunk.bytes else {
            throw RegistryError(
                .digestMismatch,
                "chunk \(chunk.name) has \(bytes.count) bytes where its manifest says \(chunk.bytes); it was cut short "
                    + "or replaced, so the version cannot be used: train again or roll back",
                chunk: chunk.name
            )
        }
        guard Digest.sha256(bytes) == chunk.sha256 else {
            throw RegistryError(
                .digestMismatch,
                "chunk \(chunk.name) does not have the digest that its manifest names; it was changed, so the version "
                    + "cannot be used: train again or roll back",
                chunk: chunk.name
            )
        }
    }

    /// Puts the verified chunks of one part together and checks the whole.
    static func join(
        _ chunks: [[UInt8]], _ slice: (part: VersionManifest.Part, chunks: ArraySlice<VersionManifest.Chunk>),
        of run: String
    ) throws(RegistryError) -> [UInt8] {
        for (bytes, chunk) in zip(chunks, slice.chunks) { try verify(bytes, chunk) }
        let whole = chunks.flatMap { $0 }
        guard chunks.count == slice.chunks.count, slice.chunks.count == slice.part.chunks,
            Digest.sha256(whole) == slice.part.sha256
        else {
            throw RegistryError(
                .digestMismatch,
                "the artifact of \(run) does not have the digest that its manifest names; train again or roll back"
            )
        }
        return whole
    }
}
