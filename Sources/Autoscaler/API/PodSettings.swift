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
    /// Labels for the training pods, such as Kueue's.
    public var podLabels: [String: String]?

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
