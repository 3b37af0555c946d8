/// A reference to an object of the same namespace by its name.
public struct LocalReference: Sendable, Hashable, Codable {
    /// The object's name.
    public var name: String

    /// Refers to the object of this name.
    public init(name: String) { self.name = name }
}

/// One entry of a ConfigMap or a Secret of the same namespace.
public struct KeyReference: Sendable, Hashable, Codable {
    /// The object's name.
    public var name: String
    /// The entry's key within `data`.
    public var key: String

    /// Refers to one entry.
    public init(name: String, key: String) {
        self.name = name
        self.key = key
    }
}
