public import Foundation

/// What was last observed of a model; it can be rebuilt from the versions and the cluster.
public struct ForecastModelStatus: Sendable, Hashable, Codable {
    /// The `metadata.generation` that this status is about.
    public var observedGeneration: Int?
    /// Observations by type; see ``ConditionType``.
    public var conditions: [Condition]?
    /// Of a template: which models it has made.
    public var template: TemplateStatus?
    /// The version that serves.
    public var production: ProductionVersion?
    /// The version that waits for approval.
    public var candidate: CandidateVersion?
    /// What it forecasts.
    public var forecast: ForecastSummary?
    /// What it recommends for the target.
    public var recommendation: Recommendation?
    /// When the target's resources were last set.
    public var lastAppliedTime: Date?
    /// When a training was last started by the schedule.
    public var lastScheduleTime: Date?
    /// When the schedule starts the next.
    public var nextScheduleTime: Date?
    /// The newest time at which the schedule asked for a training that was too late to start.
    public var lastMissedScheduleTime: Date?
    /// The last `presage.dev/retrain-at` that was answered.
    public var retrainedAt: String?
    /// The latest training job.
    public var lastTrainingJob: String?
    /// What happened lately, newest last, at most ``historyLength`` entries.
    public var history: [HistoryEntry]?

    /// How many entries `history` keeps.
    public static let historyLength = 20

    /// Makes an empty status.
    public init() {}

    /// Adds an entry to the history and drops the oldest past ``historyLength``.
    public mutating func record(_ entry: HistoryEntry) {
        history = Array(((history ?? []) + [entry]).suffix(Self.historyLength))
    }

    /// Adds or replaces a condition; see ``Swift/Array/set(_:)``.
    public mutating func set(_ condition: Condition) {
        var all = conditions ?? []
        all.set(condition)
        conditions = all
    }
}

/// The version of a model that serves.
public struct ProductionVersion: Sendable, Hashable, Codable {
    /// The version, counted from 1.
    public var version: Int
    /// How often the version was refitted on newer data since it was promoted.
    public var revision: Int?
    /// The algorithm that the version settled on.
    public var algorithm: String?
    /// Its SMAPE on the holdout of the latest run, in percent from 0 to 200.
    public var smape: Double?
    /// The SMAPE of a seasonal naive forecast on the same holdout.
    public var baselineSmape: Double?
    /// When the serving fit was made.
    public var trainedAt: Date?
    /// When the version was promoted.
    public var promotedAt: Date?
    /// Where the serving fit lies, such as the manifest's ConfigMap.
    public var artifact: String?
    /// How its forecasts compare with what then happened; nil until a training has looked.
    public var live: LiveAccuracyStatus?

    /// Makes a version.
    public init(version: Int) { self.version = version }
}

/// A version that would serve and waits for a person.
public struct CandidateVersion: Sendable, Hashable, Codable {
    /// The version.
    public var version: Int
    /// The algorithm that it settled on.
    public var algorithm: String?
    /// Its SMAPE on the holdout, in percent from 0 to 200.
    public var smape: Double?
    /// The SMAPE of the version in production on the same holdout.
    public var championSmape: Double?
    /// When it was trained.
    public var trainedAt: Date?
    /// Where it lies.
    public var artifact: String?

    /// Makes a candidate.
    public init(version: Int) { self.version = version }
}

/// How the forecasts of the version in production compare with what then happened.
public struct LiveAccuracyStatus: Sendable, Hashable, Codable {
    /// The SMAPE of the forecasts that were served, in percent from 0 to 200.
    public var smape: Double
    /// The SMAPE of the version before, refitted at the same time, over the same time.
    public var previousSmape: Double?
    /// The version before.
    public var previousVersion: Int?
    /// The end of the history that the forecasts were made from.
    public var from: Date
    /// The end of the time that they are compared over.
    public var through: Date
    /// How many points were compared.
    public var points: Int
    /// How many runs in a row found the version worse than the one before it.
    public var worseRuns: Int?

    /// Makes a comparison.
    public init(smape: Double, from: Date, through: Date, points: Int) {
        self.smape = smape
        self.from = from
        self.through = through
        self.points = points
    }
}

/// What a model forecasts, in short; the points are served over HTTP.
public struct ForecastSummary: Sendable, Hashable, Codable {
    /// The last time of the history that the forecast goes out from.
    public var origin: Date
    /// The end of the horizon.
    public var until: Date
    /// How many series are forecast.
    public var series: Int
    /// When it was computed.
    public var generatedAt: Date

    /// Makes a summary.
    public init(origin: Date, until: Date, series: Int, generatedAt: Date) {
        self.origin = origin
        self.until = until
        self.series = series
        self.generatedAt = generatedAt
    }
}

/// Something that happened to a model.
public struct HistoryEntry: Sendable, Hashable, Codable {
    /// When it happened.
    public var time: Date
    /// What it was, in CamelCase: `Promoted`, `Kept`, `Refreshed`, `Applied`, `RolledBack`, `TrainingFailed`.
    public var type: String
    /// The version it was about.
    public var version: Int?
    /// What happened, as a sentence.
    public var message: String

    /// Makes an entry.
    public init(time: Date, type: String, version: Int? = nil, message: String) {
        self.time = time
        self.type = type
        self.version = version
        self.message = message
    }
}
