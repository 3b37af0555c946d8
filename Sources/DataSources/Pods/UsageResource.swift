/// What a container's usage is of; the raw value is the end of a series' name.
enum UsageResource: String, Hashable {
    /// Cores.
    case cpu
    /// Bytes.
    case memory
}
