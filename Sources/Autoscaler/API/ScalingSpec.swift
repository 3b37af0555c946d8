/// What becomes of a prediction.
public struct ScalingSpec: Sendable, Hashable, Codable {
    /// How far Presage goes.
    public enum Mode: String, Sendable, Hashable, Codable, CaseIterable {
        /// No recommendation.
        case off = "Off"
        /// A recommendation in the model's status.
        case recommend = "Recommend"
        /// The target's resources are set.
        case apply = "Apply"
    }

    /// Which number of the horizon counts.
    public enum Statistic: String, Sendable, Hashable, Codable, CaseIterable {
        /// The upper quantile of the highest use within the horizon.
        case peak = "Peak"
        /// The mean use over the horizon.
        case mean = "Mean"
        /// A quantile of the use at the points of the horizon.
        case quantile = "Quantile"
    }

    /// How new sizes reach the pods.
    public enum Method: String, Sendable, Hashable, Codable, CaseIterable {
        /// By the Deployment's own rollout.
        case rollout = "Rollout"
        /// By resizing running pods, where the cluster can.
        case inPlace = "InPlace"
    }

    /// What to do where somebody else owns a resource field.
    public enum ConflictPolicy: String, Sendable, Hashable, Codable, CaseIterable {
        /// Leave the field to its owner and say so in a condition.
        case yield = "Yield"
        /// Take the field over.
        case takeOwnership = "TakeOwnership"
    }

    /// How far Presage goes.
    public var mode = Mode.recommend
    /// Which number of the horizon counts.
    public var statistic = Statistic.peak
    /// For `Peak` the confidence, for `Quantile` the quantile; above 0 and below 1.
    public var quantile = 0.9
    /// Settings for single containers; `*` stands for all that are not named.
    public var containers: [ContainerPolicy] = []
    /// How new sizes reach the pods.
    public var method = Method.rollout
    /// Changes below this many percent of the current value are not made.
    public var tolerancePercent = 10
    /// The time between two changes.
    public var cooldown = TimeSpan.hours(1)
    /// When changes may be made; always where empty.
    public var windows: [ChangeWindow] = []
    /// What to do where somebody else owns a resource field.
    public var conflictPolicy = ConflictPolicy.yield

    /// Makes a policy with the defaults.
    public init() {}

    /// Reads a policy over the defaults.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.read(.mode, into: &mode)
        try container.read(.statistic, into: &statistic)
        try container.read(.quantile, into: &quantile)
        try container.read(.containers, into: &containers)
        try container.read(.method, into: &method)
        try container.read(.tolerancePercent, into: &tolerancePercent)
        try container.read(.cooldown, into: &cooldown)
        try container.read(.windows, into: &windows)
        try container.read(.conflictPolicy, into: &conflictPolicy)
    }

    /// The settings of one container: its own, else those of `*`, else the defaults.
    public func policy(for container: String) -> ContainerPolicy {
        if let own = containers.first(where: { $0.name == container }) { return own }
        var policy = containers.first { $0.name == ContainerPolicy.everyOther } ?? ContainerPolicy(name: container)
        policy.name = container
        return policy
    }
}
