/// A service account.
public struct ServiceAccount: BuiltInResource {
    /// How the API server addresses the kind.
    public static var definition: ResourceDefinition {
        ResourceDefinition(
            group: "", version: "v1", plural: "serviceaccounts", kind: "ServiceAccount", namespaced: true)
    }

    /// The whole object.
    public var object: KubernetesObject

    /// A view of an object.
    public init(object: KubernetesObject) { self.object = object }
}
