import KubernetesClient

/// A change of one stored object.
struct StoredEvent: Sendable {
    enum Change: String, Sendable {
        case added = "ADDED"
        case modified = "MODIFIED"
        case deleted = "DELETED"
    }

    var revision: Int
    var change: Change
    var key: StorageKey
    /// The object after the change; its last state where it was deleted.
    var object: JSONValue
    /// The object before; nil where it was added.
    var previous: JSONValue?
}
