/// A role: what may be done in a namespace.
public struct Role: BuiltInResource {
    /// How the API server addresses the kind.
    public static var definition: ResourceDefinition {
        ResourceDefinition(
            group: "rbac.authorization.k8s.io", version: "v1", plural: "roles", kind: "Role", namespaced: true)
    }

    /// The whole object.
    public var object: KubernetesObject

    /// A view of an object.
    public init(object: KubernetesObject) { self.object = object }

    /// The rules.
    public var rules: [JSONValue] {
        get { self["rules"]?.arrayValue ?? [] }
        set { self["rules"] = .array(newValue) }
    }
}
