/// A change of an informer's store.
public enum InformerEvent<Resource: KubernetesResource>: Sendable {
    /// An object is new to the store.
    case added(Resource)
    /// An object changed; at a resync both are the same.
    case updated(old: Resource, new: Resource)
    /// An object is gone, or has become one that cannot be read; this is the last state that was.
    case deleted(Resource)

    /// Whether the object is gone.
    public var isDeletion: Bool {
        if case .deleted = self { true } else { false }
    }

    /// The object as it is, or last was.
    public var object: Resource {
        switch self {
        case .added(let object), .updated(_, let object), .deleted(let object): object
        }
    }
}
