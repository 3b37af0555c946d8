/// A ReplicaSet.
public struct ReplicaSet: BuiltInResource {
    /// How the API server addresses the kind.
    public static var definition: ResourceDefinition {
        ResourceDefinition(group: "apps", version: "v1", plural: "replicasets", kind: "ReplicaSet", namespaced: true)
    }

    /// The whole object.
    public var object: KubernetesObject

    /// A view of an object.
    public init(object: KubernetesObject) { self.object = object }
}
