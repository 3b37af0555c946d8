/// Labels of the ConfigMaps that a version consists of.
///
/// Informers select manifests alone: chunks are large, and are read once, by name.
public enum ArtifactLabels {
    /// The label that tells manifests from chunks.
    public static let kind = "presage.dev/artifact"
    /// Its value on a manifest, whose only key in `data` is ``manifestKey``.
    public static let manifest = "manifest"
    /// Its value on a chunk, whose only key in `binaryData` is the chunk's own name.
    public static let chunk = "chunk"
    /// Its value on a shard's manifest: no version yet, only a part of one.
    public static let shard = "shard"
    /// The key, and the file name where it is mounted.
    public static let manifestKey = "manifest.json"
}
