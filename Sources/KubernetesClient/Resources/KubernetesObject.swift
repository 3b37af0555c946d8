/// An object of a kind that is known only when the program runs; also any object of which every field must survive.
///
/// `apiVersion`, `kind` and ``metadata`` are fields of the struct; all else lies in ``content``, in its order.
public struct KubernetesObject: KubernetesResource, Hashable {
    /// Not addressable: a dynamic object's definition comes from discovery, or from the caller.
    public static var definition: ResourceDefinition {
        ResourceDefinition(group: "", version: "", plural: "", kind: "", namespaced: true)
    }

    /// The `group/version`.
    public var apiVersion: String
    /// The kind.
    public var kind: String
    /// Name, namespace, labels and the rest.
    public var metadata: ObjectMeta
    /// Every other field: `spec`, `status`, `data`, ….
    public var content: JSONObject

    /// An object from its parts.
    public init(apiVersion: String, kind: String, metadata: ObjectMeta, content: JSONObject = [:]) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.metadata = metadata
        self.content = content
    }

    /// An object from JSON, which must be an object.
    public init(json: JSONValue) throws {
        if case .object(let object) = json, let fast = KubernetesObject(wellFormed: object) {
            self = fast
        } else {
            self = try KubernetesObject(from: JSONValueDecoder(value: json, codingPath: []))
        }
    }

    /// Reads an object whose three fields have their right kind; nil otherwise, and `Decodable` finds out what is wrong.
    private init?(wellFormed object: JSONObject) {
        func text(_ field: String) -> String?? {
            guard let value = object[field], !value.isNull else { return .some(nil) }
            return value.stringValue.map { .some($0) }
        }
        guard let apiVersion = text("apiVersion"), let kind = text("kind") else { return nil }
        switch object["metadata"] {
        case nil, .null?: metadata = ObjectMeta()
        case .object(let fields)?:
            guard let read = ObjectMeta(wellFormed: fields) else { return nil }
            metadata = read
        default: return nil
        }
        self.apiVersion = apiVersion ?? ""
        self.kind = kind ?? ""
        content = object.without(["apiVersion", "kind", "metadata"])
    }

    /// The object as JSON: `apiVersion`, `kind`, `metadata`, then the rest in its order.
    public func jsonValue() throws -> JSONValue {
        var object = JSONObject()
        object.reserveCapacity(content.count + 3)
        if !apiVersion.isEmpty { object["apiVersion"] = .string(apiVersion) }
        if !kind.isEmpty { object["kind"] = .string(kind) }
        object["metadata"] = try JSONValue(encoding: metadata)
        for (key, value) in content { object[key] = value }
        return .object(object)
    }

    /// The definition by a guess at the plural; right for the built-in kinds and for most others.
    ///
    /// Use discovery where that is not enough.
    public var resourceDefinition: ResourceDefinition {
        let (group, version) = ResourceDefinition.split(apiVersion: apiVersion)
        return ResourceDefinition(
            group: group,
            version: version,
            plural: Self.guessedPlural(of: kind),
            kind: kind,
            namespaced: metadata.namespace != nil
        )
    }

    /// The plural as Kubernetes guesses it: lower case with `s`, `es` after `s` or `x` or `ch` or `sh`, `ies` for `y`
    /// after a consonant.
    public static func guessedPlural(of kind: String) -> String {
        let lower = kind.lowercased()
        if lower == "endpoints" { return lower }
        if lower.hasSuffix("s") || lower.hasSuffix("x") || lower.hasSuffix("ch") || lower.hasSuffix("sh") {
            return lower + "es"
        }
        if lower.hasSuffix("y"), let before = lower.dropLast().last, !"aeiou".contains(before) {
            return lower.dropLast() + "ies"
        }
        return lower + "s"
    }

    /// The value at a path into ``content``: `object["spec", "replicas"]`.
    public subscript(_ path: JSONPathElement...) -> JSONValue? {
        get { JSONValue.object(content)[path: path] }
        set {
            var value = JSONValue.object(content)
            content = [:]
            value[path: path] = newValue
            content = value.objectValue ?? [:]
        }
    }

    private enum CodingKeys: String, CodingKey {
        case apiVersion, kind, metadata
    }

    /// Reads an object.
    public init(from decoder: any Decoder) throws {
        guard case .object(let object) = try JSONValue(from: decoder) else {
            throw DecodingError.typeMismatch(
                KubernetesObject.self,
                .init(codingPath: decoder.codingPath, debugDescription: "expected an object")
            )
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        apiVersion = try container.decodeIfPresent(String.self, forKey: .apiVersion) ?? ""
        kind = try container.decodeIfPresent(String.self, forKey: .kind) ?? ""
        metadata = try container.decodeIfPresent(ObjectMeta.self, forKey: .metadata) ?? ObjectMeta()
        content = object.without(["apiVersion", "kind", "metadata"])
    }

    /// Writes `apiVersion`, `kind`, `metadata`, then the rest in its order.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: AnyCodingKey.self)
        try container.encode(apiVersion, forKey: AnyCodingKey("apiVersion"))
        try container.encode(kind, forKey: AnyCodingKey("kind"))
        try container.encode(metadata, forKey: AnyCodingKey("metadata"))
        for (key, value) in content { try container.encode(value, forKey: AnyCodingKey(key)) }
    }
}
