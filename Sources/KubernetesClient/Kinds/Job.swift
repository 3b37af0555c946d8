/// A Job.
public struct Job: BuiltInResource {
    /// How the API server addresses the kind.
    public static var definition: ResourceDefinition {
        ResourceDefinition(group: "batch", version: "v1", plural: "jobs", kind: "Job", namespaced: true)
    }

    /// The whole object.
    public var object: KubernetesObject

    /// A view of an object.
    public init(object: KubernetesObject) { self.object = object }

    /// How often a pod succeeded.
    public var succeeded: Int { self["status", "succeeded"]?.intValue ?? 0 }
    /// How often a pod failed.
    public var failed: Int { self["status", "failed"]?.intValue ?? 0 }
    /// How many pods run.
    public var active: Int { self["status", "active"]?.intValue ?? 0 }
    /// Whether the Job has completed.
    public var isComplete: Bool { condition("Complete")?.status == "True" }
    /// Why the Job failed; nil where it has not.
    public var failure: KubernetesCondition? { condition("Failed").flatMap { $0.status == "True" ? $0 : nil } }
    /// Whether the Job has ended, well or not.
    public var isFinished: Bool { isComplete || failure != nil }
}
