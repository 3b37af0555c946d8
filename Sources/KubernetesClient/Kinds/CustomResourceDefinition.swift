/// A custom kind.
public struct CustomResourceDefinition: BuiltInResource {
    /// How the API server addresses the kind.
    public static var definition: ResourceDefinition {
        ResourceDefinition(
            group: "apiextensions.k8s.io", version: "v1", plural: "customresourcedefinitions",
            kind: "CustomResourceDefinition", namespaced: false)
    }

    /// The whole object.
    public var object: KubernetesObject

    /// A view of an object.
    public init(object: KubernetesObject) { self.object = object }

    /// Whether the API server serves the kind.
    public var isEstablished: Bool { conditions.first { $0.type == "Established" }?.status == "True" }
}
