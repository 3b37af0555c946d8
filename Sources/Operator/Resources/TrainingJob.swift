public import Autoscaler
public import KubernetesClient

/// The `TrainingJob` custom resource: one training run.
public struct TrainingJob: KubernetesResource, Hashable {
    /// Where the API server keeps it.
    public static let definition = ResourceDefinition(
        group: "presage.dev", version: "v1alpha1", plural: "trainingjobs", kind: "TrainingJob", namespaced: true)

    /// Name, labels, generation and the like.
    public var metadata: ObjectMeta
    /// What is asked for; it cannot be changed.
    public var spec: TrainingJobSpec
    /// How far the run is and what came of it; nil before the first reconcile.
    public var status: TrainingJobStatus?

    /// Makes an object to send.
    public init(metadata: ObjectMeta, spec: TrainingJobSpec, status: TrainingJobStatus? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }
}

extension TrainingJob {
    var name: String { metadata.name }
    var namespace: String { metadata.namespace ?? "default" }
    var uid: String { metadata.uid ?? "" }
    var isFinished: Bool { status?.phase?.isFinished ?? false }
}
