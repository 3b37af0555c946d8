/// A namespace.
public struct Namespace: BuiltInResource {
    /// How the API server addresses the kind.
    public static var definition: ResourceDefinition {
        ResourceDefinition(group: "", version: "v1", plural: "namespaces", kind: "Namespace", namespaced: false)
    }

    /// The whole object.
    public var object: KubernetesObject

    /// A view of an object.
    public init(object: KubernetesObject) { self.object = object }
}
