public import Autoscaler
public import KubernetesClient

/// The `ForecastModel` custom resource.
public struct ForecastModel: KubernetesResource, Hashable {
    /// Where the API server keeps it.
    public static let definition = ResourceDefinition(
        group: "presage.dev", version: "v1alpha1", plural: "forecastmodels", kind: "ForecastModel", namespaced: true)

    /// Name, labels, generation and the like.
    public var metadata: ObjectMeta
    /// What is asked for.
    public var spec: ForecastModelSpec
    /// What was found and done; nil before the first reconcile.
    public var status: ForecastModelStatus?

    /// Makes an object to send.
    public init(metadata: ObjectMeta, spec: ForecastModelSpec, status: ForecastModelStatus? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }
}

extension ForecastModel {
    var name: String { metadata.name }
    var namespace: String { metadata.namespace ?? "default" }
    var uid: String { metadata.uid ?? "" }
}
