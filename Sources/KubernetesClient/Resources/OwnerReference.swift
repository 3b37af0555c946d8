/// A reference from an object to one that owns it: when the owner goes, the garbage collector deletes the object.
public struct OwnerReference: Sendable, Hashable, Codable {
    /// The owner's `group/version`.
    public var apiVersion: String
    /// The owner's kind.
    public var kind: String
    /// The owner's name, in the same namespace.
    public var name: String
    /// The owner's identifier.
    public var uid: String
    /// Whether the owner is the one that manages the object.
    public var controller: Bool?
    /// Whether the owner, deleted in the foreground, waits for the object.
    public var blockOwnerDeletion: Bool?

    /// A reference from its parts.
    public init(
        apiVersion: String,
        kind: String,
        name: String,
        uid: String,
        controller: Bool? = nil,
        blockOwnerDeletion: Bool? = nil
    ) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.name = name
        self.uid = uid
        self.controller = controller
        self.blockOwnerDeletion = blockOwnerDeletion
    }

    /// The reference to a controlling owner; nil where the owner has no uid, for it was not read from the server.
    public init?(controlledBy owner: some KubernetesResource) {
        guard let uid = owner.metadata.uid else { return nil }
        let definition = owner.resourceDefinition
        self.init(
            apiVersion: definition.apiVersion,
            kind: definition.kind,
            name: owner.metadata.name,
            uid: uid,
            controller: true,
            blockOwnerDeletion: true
        )
    }
}
