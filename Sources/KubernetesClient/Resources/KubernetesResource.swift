/// A kind of Kubernetes object as a Swift type.
///
/// The encoded form carries `apiVersion` and `kind`; a type that does not encode them itself may leave that to the
/// client, which adds them.
public protocol KubernetesResource: Codable, Sendable {
    /// How the API server addresses the kind. A ``KubernetesObject`` has none: its kind is known only when the program
    /// runs.
    static var definition: ResourceDefinition { get }
    /// Name, namespace, labels and the rest.
    var metadata: ObjectMeta { get set }
    /// The definition of this very object: the type's, but for a ``KubernetesObject``.
    var resourceDefinition: ResourceDefinition { get }
    /// Reads the object from JSON.
    init(json: JSONValue) throws
    /// The object as JSON, with `apiVersion` and `kind`.
    func jsonValue() throws -> JSONValue
}

extension KubernetesResource {
    /// The type's definition.
    public var resourceDefinition: ResourceDefinition { Self.definition }

    /// Reads the object by its `Decodable` form.
    public init(json: JSONValue) throws { self = try json.decode(Self.self) }

    /// The object's name within its kind.
    public var key: ObjectKey { ObjectKey(namespace: metadata.namespace, name: metadata.name) }

    /// The object as JSON, with `apiVersion` and `kind`.
    public func jsonValue() throws -> JSONValue {
        let encoded = try JSONValue(encoding: self)
        guard case .object(let body) = encoded else { return encoded }
        if body["apiVersion"] != nil, body["kind"] != nil { return encoded }
        let definition = resourceDefinition
        var object = JSONObject()
        object["apiVersion"] = .string(definition.apiVersion)
        object["kind"] = .string(definition.kind)
        for (key, value) in body { object[key] = value }
        return .object(object)
    }
}
