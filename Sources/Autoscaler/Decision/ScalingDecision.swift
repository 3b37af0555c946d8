public import Foundation

/// What becomes of a prediction: the recommendation, and whether it is applied now.
public struct ScalingDecision: Sendable, Hashable {
    /// Why it was decided so; the raw value is the reason of the `Scaled` condition.
    public enum Reason: String, Sendable, Hashable, Codable, CaseIterable {
        /// The numbers are applied now.
        case apply = "Apply"
        /// The target has the recommended numbers.
        case upToDate = "UpToDate"
        /// No number is off by `tolerancePercent`.
        case withinTolerance = "WithinTolerance"
        /// The model has no target.
        case noTarget = "NoTarget"
        /// `scaling.mode` is Off.
        case off = "Off"
        /// No container of the target has a forecast.
        case noForecast = "NoForecast"
        /// The history is too old.
        case historyStale = "HistoryStale"
        /// A part of the history is missing, and numbers would be lowered.
        case historyPartial = "HistoryPartial"
        /// There is no history.
        case historyMissing = "HistoryMissing"
        /// `scaling.mode` is Recommend.
        case recommendOnly = "RecommendOnly"
        /// The model is not good enough to act by itself.
        case lowConfidence = "LowConfidence"
        /// The last change is too recent.
        case coolingDown = "CoolingDown"
        /// No change window is open.
        case outsideWindow = "OutsideWindow"
    }

    /// One number that differs from what the target has.
    public struct Change: Sendable, Hashable, Codable {
        /// The container's name.
        public var container: String
        /// `requests` or `limits`.
        public var field: String
        /// The resource.
        public var resource: ResourceName
        /// What the target has; nil where it is unset.
        public var from: Quantity?
        /// What is recommended.
        public var to: Quantity
    }

    /// The numbers and how each came to be; nil where the mode is Off or there is no target.
    public var recommendation: Recommendation?
    /// The recommended requests and limits, one entry for each container that has any: what an apply carries.
    public var desired: [ContainerResources]
    /// Where the recommendation differs from what the target has.
    public var changes: [Change]
    /// Why it was decided so.
    public var reason: Reason
    /// Why it was decided so, as a sentence.
    public var message: String
    /// When to decide again though nothing else changes; nil where that is not known.
    public var retryAt: Date?
    /// Containers whose memory was not lowered because it follows its limit.
    public var heldMemory: [String]

    /// What is left as it is though other numbers are decided, and why: series that gave no number, numbers that would be
    /// lowered by a history with a part missing. Nil where that is nothing.
    public var leftAlone: String?

    /// Which settings are for no container of the target, such as for a name with a slip of the pen; nil where none are.
    public var unknownContainers: String?

    /// All that is to be said of it.
    public var account: String {
        [message, leftAlone, unknownContainers].compactMap(\.self).joined(separator: "; ")
    }

    /// Whether the numbers are to be applied now.
    public var shouldApply: Bool { reason == .apply }

    /// The decision as it is found once its numbers are applied.
    public var fulfilled: ScalingDecision {
        var decision = self
        (decision.reason, decision.message, decision.changes) = (.upToDate, Self.upToDateMessage, [])
        return decision
    }

    static let upToDateMessage = "the target has the recommended resources"

    /// Whether numbers would change, now or when what they wait for is there.
    public var wouldChange: Bool {
        switch reason {
        case .apply, .recommendOnly, .lowConfidence, .coolingDown, .outsideWindow: true
        case .upToDate, .withinTolerance, .noTarget, .off, .noForecast, .historyStale, .historyPartial, .historyMissing:
            false
        }
    }

    /// Whether the target is as recommended, the status of the `Scaled` condition.
    public var isScaled: Bool { reason == .upToDate || reason == .withinTolerance }
}
