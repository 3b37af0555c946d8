/// A page of objects.
public struct ResourceList<Resource: KubernetesResource>: Sendable {
    /// The objects.
    public var items: [Resource]
    /// The version of the collection: where a watch begins.
    public var resourceVersion: String
    /// Where the next page begins; nil at the end.
    public var continueToken: String?
    /// How many objects follow, where the server says so.
    public var remainingItemCount: Int?
}

/// What happened to an object.
public enum WatchEvent<Resource: KubernetesResource>: Sendable {
    /// It is new, or newly matches the selectors, or was there when the watch began.
    case added(Resource)
    /// It changed.
    case modified(Resource)
    /// It is gone, or no longer matches; this is its last state.
    case deleted(Resource)
    /// Nothing, but the watch has come this far.
    case bookmark(resourceVersion: String, initialEventsEnd: Bool)

    /// The object; nil for a bookmark.
    public var object: Resource? {
        switch self {
        case .added(let object), .modified(let object), .deleted(let object): object
        case .bookmark: nil
        }
    }
}
