/// An Event: something that happened to an object.
public struct Event: BuiltInResource {
    /// How the API server addresses the kind.
    public static var definition: ResourceDefinition {
        ResourceDefinition(group: "", version: "v1", plural: "events", kind: "Event", namespaced: true)
    }

    /// The whole object.
    public var object: KubernetesObject

    /// A view of an object.
    public init(object: KubernetesObject) { self.object = object }

    /// `Normal` or `Warning`.
    public var type: String? { self["type"]?.stringValue }
    /// A word for programs.
    public var reason: String? { self["reason"]?.stringValue }
    /// A text for people.
    public var message: String? { self["message"]?.stringValue }
    /// How often it happened.
    public var count: Int { self["count"]?.intValue ?? 1 }
}
