public import Foundation

/// Everything a scaling decision depends on.
public struct ScalingInput: Sendable, Hashable {
    /// The model.
    public var spec: ForecastModelSpec
    /// What the containers are expected to need.
    public var prediction: WorkloadPrediction
    /// The target's containers with the resources they have now, in the target's order.
    public var containers: [ContainerResources]
    /// The present.
    public var now: Date
    /// When the target's resources were last set.
    public var lastAppliedTime: Date?
    /// Whether the history is recent enough.
    public var history: HistoryState
    /// Why the model should only recommend, as a sentence; nil where it may apply.
    public var lowConfidence: String?
    /// Containers whose memory is known to follow its limit (``Recommendation/memoryFollowers`` of the last decision);
    /// others are recognized by a forecast near the limit.
    public var memoryFollowsLimit: Set<String>
    /// Resources of containers, by name, that somebody else decides about, such as an autoscaler: they are recommended, and never
    /// set.
    public var leftToOthers: [String: Set<ResourceName>] = [:]
    /// The version the prediction comes from.
    public var version: Int?
    /// The horizon to decide for; the model's own unless told.
    public var horizon: Horizon

    /// Makes an input.
    public init(
        spec: ForecastModelSpec, prediction: WorkloadPrediction, containers: [ContainerResources], now: Date,
        lastAppliedTime: Date? = nil, history: HistoryState = .fresh, lowConfidence: String? = nil,
        memoryFollowsLimit: Set<String> = [], version: Int? = nil, horizon: Horizon? = nil
    ) {
        self.spec = spec
        self.prediction = prediction
        self.containers = containers
        self.now = now
        self.lastAppliedTime = lastAppliedTime
        self.history = history
        self.lowConfidence = lowConfidence
        self.memoryFollowsLimit = memoryFollowsLimit
        self.version = version
        self.horizon = horizon ?? spec.horizon
    }
}
