public import Foundation

/// What was last observed of a training run.
public struct TrainingJobStatus: Sendable, Hashable, Codable {
    /// How far a run is.
    public enum Phase: String, Sendable, Hashable, Codable, CaseIterable {
        /// Accepted; no pod runs yet.
        case pending = "Pending"
        /// Held by its own `spec.suspend`, or by a queue such as Kueue.
        case suspended = "Suspended"
        /// Pods read, fit and score.
        case running = "Running"
        /// The pods are done; the promotion is being decided and recorded.
        case promoting = "Promoting"
        /// Done, whether or not the version was promoted.
        case succeeded = "Succeeded"
        /// Ended without a version; the conditions say why.
        case failed = "Failed"

        /// Whether the run is over.
        public var isFinished: Bool { self == .succeeded || self == .failed }
    }

    /// The `metadata.generation` that this status is about.
    public var observedGeneration: Int?
    /// How far the run is.
    public var phase: Phase?
    /// One condition a stage; see ``ConditionType``.
    public var conditions: [Condition]?
    /// The Job that runs the pods.
    public var jobName: String?
    /// The version that the run made.
    public var version: Int?
    /// The ConfigMap with the artifact's manifest.
    public var manifest: String?
    /// The algorithm that was fitted; for `Auto` what it settled on.
    public var algorithm: String?
    /// The end of the data that the scored fits saw.
    public var cut: Date?
    /// The first time of the history.
    public var historyStart: Date?
    /// The last time of the history.
    public var historyEnd: Date?
    /// How many series were trained.
    public var series: Int?
    /// How many series failed; they score as seasonal naive, or are left out.
    public var failedSeries: Int?
    /// Some of the series that failed, and why; at most ``longestList``.
    public var failures: [SeriesFailure]?
    /// What was found in the history and repaired; at most ``longestList``.
    public var findings: [HistoryFinding]?
    /// The challenger's SMAPE on the holdout, in percent from 0 to 200.
    public var smape: Double?
    /// The champion's SMAPE on the same holdout.
    public var championSmape: Double?
    /// The version that was in production then.
    public var championVersion: Int?
    /// The SMAPE of a seasonal naive forecast on the same holdout.
    public var baselineSmape: Double?
    /// The SMAPE of the forecasts that the champion served since its last fit, against what then happened.
    public var liveSmape: Double?
    /// The same of the version before the champion, refitted at the same time.
    public var previousLiveSmape: Double?
    /// Whether the version took over.
    public var promoted: Bool?
    /// Why, or why not.
    public var promotionReason: String?
    /// When the run began.
    public var startTime: Date?
    /// When it ended.
    public var completionTime: Date?

    /// No list in the status is longer.
    public static let longestList = 20

    /// Makes an empty status.
    public init() {}

    /// Adds or replaces a condition; see ``Swift/Array/set(_:)``.
    public mutating func set(_ condition: Condition) {
        var all = conditions ?? []
        all.set(condition)
        conditions = all
    }
}
