/// A role binding: who has a role.
public struct RoleBinding: BuiltInResource {
    /// How the API server addresses the kind.
    public static var definition: ResourceDefinition {
        ResourceDefinition(
            group: "rbac.authorization.k8s.io", version: "v1", plural: "rolebindings", kind: "RoleBinding",
            namespaced: true)
    }

    /// The whole object.
    public var object: KubernetesObject

    /// A view of an object.
    public init(object: KubernetesObject) { self.object = object }
}
