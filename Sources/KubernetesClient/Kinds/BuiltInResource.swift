/// A built-in kind over the JSON of its object, so that fields which the type does not name survive a round trip.
public protocol BuiltInResource: KubernetesResource, Hashable {
    /// The whole object.
    var object: KubernetesObject { get set }
    /// A view of an object.
    init(object: KubernetesObject)
}

extension BuiltInResource {
    /// Name, namespace, labels and the rest.
    public var metadata: ObjectMeta {
        get { object.metadata }
        set { object.metadata = newValue }
    }

    /// An object with metadata alone.
    public init(metadata: ObjectMeta, content: JSONObject = [:]) {
        self.init(
            object: KubernetesObject(
                apiVersion: Self.definition.apiVersion,
                kind: Self.definition.kind,
                metadata: metadata,
                content: content
            )
        )
    }

    /// The value at a path: `deployment["spec", "replicas"]`.
    public subscript(_ path: JSONPathElement...) -> JSONValue? {
        get { JSONValue.object(object.content)[path: path] }
        set {
            var value = JSONValue.object(object.content)
            object.content = [:]
            value[path: path] = newValue
            object.content = value.objectValue ?? [:]
        }
    }

    /// Reads an object from JSON.
    public init(json: JSONValue) throws {
        var object = try KubernetesObject(json: json)
        if object.apiVersion.isEmpty { object.apiVersion = Self.definition.apiVersion }
        if object.kind.isEmpty { object.kind = Self.definition.kind }
        self.init(object: object)
    }

    /// The object as JSON.
    public func jsonValue() throws -> JSONValue { try object.jsonValue() }
    /// Reads an object.
    public init(from decoder: any Decoder) throws { self.init(object: try KubernetesObject(from: decoder)) }
    /// Writes the object.
    public func encode(to encoder: any Encoder) throws { try object.encode(to: encoder) }
}
