/// What the pods of a training are like.
public struct PodSettings: Sendable, Hashable, Codable {
    /// The trainer's image; the operator's own where left out.
    public var image: String?
    /// The resources of a training pod.
    public var resources: ResourceRequirements?
    /// Labels a node must have.
    public var nodeSelector: [String: String]?
    /// Taints a training pod accepts.
    public var tolerations: [Toleration]?
    /// The service account of a training pod; one made for the run where left out.
    public var serviceAccountName: String?
    /// Secrets to pull the image with.
    public var imagePullSecrets: [LocalReference]?
    /// Labels for the training pods and their Job, such as Kueue's `kueue.x-k8s.io/queue-name`.
    public var podLabels: [String: String]?
    /// Annotations for the training pods and their Job.
    public var podAnnotations: [String: String]?
    /// Which nodes and neighbours a training pod seeks or avoids.
    public var affinity: Affinity?
    /// The PriorityClass of a training pod.
    public var priorityClassName: String?
    /// Variables for the trainer's environment.
    public var env: [EnvironmentVariable]?
    /// Volumes of a training pod beside those that the operator mounts.
    public var volumes: [PodVolume]?
    /// Where these volumes appear in the trainer's container.
    public var volumeMounts: [VolumeMount]?

    /// Leaves everything to the defaults.
    public init() {}
}

/// A taint that a pod accepts, as `core/v1` has it.
public struct Toleration: Sendable, Hashable, Codable {
    /// The taint's key; all of them where left out.
    public var key: String?
    /// `Exists` or `Equal`.
    public var `operator`: String?
    /// The taint's value, for `Equal`.
    public var value: String?
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`; all of them where left out.
    public var effect: String?
    /// How long a `NoExecute` taint is accepted.
    public var tolerationSeconds: Int?

    /// Accepts every taint.
    public init() {}
}
