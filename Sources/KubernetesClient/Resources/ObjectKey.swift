/// An object's namespace and name: what identifies it within its kind.
public struct ObjectKey: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    /// The namespace; nil for a kind without.
    public var namespace: String?
    /// The name.
    public var name: String

    /// A key from its parts.
    public init(namespace: String? = nil, name: String) {
        self.namespace = namespace
        self.name = name
    }

    /// `namespace/name`, or the name alone.
    public var description: String { namespace.map { "\($0)/\(name)" } ?? name }

    /// By namespace, then by name.
    public static func < (lhs: ObjectKey, rhs: ObjectKey) -> Bool {
        (lhs.namespace ?? "", lhs.name) < (rhs.namespace ?? "", rhs.name)
    }
}
