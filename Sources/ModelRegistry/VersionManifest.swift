public import Foundation

/// What a trainer publishes beside the chunks of its artifact, written last: no manifest, no version.
///
/// It says where the version comes from and what it scored, so that whoever reads it needs nothing else to decide.
public struct VersionManifest: Codable, Sendable, Hashable {
    /// Which recipe the artifact holds.
    public enum Winner: String, Codable, Sendable, Hashable {
        /// The run's own recipe, refitted through the end of the history.
        case challenger = "Challenger"
        /// The recipe in production, refitted through the end of the history: a refresh of the same version.
        case champion = "Champion"
    }

    /// One of the four stages of a training.
    public struct Stage: Codable, Sendable, Hashable {
        /// The condition's type: `Validated`, `Prepared`, `Trained` or `Evaluated`.
        public var name: String
        /// Whether it went well.
        public var succeeded: Bool
        /// One word in CamelCase.
        public var reason: String
        /// A sentence: what was found, repaired, refused.
        public var message: String
        /// When it ended.
        public var time: Date

        /// Makes a stage's result.
        public init(name: String, succeeded: Bool, reason: String, message: String, time: Date) {
            self.name = name
            self.succeeded = succeeded
            self.reason = reason
            self.message = message
            self.time = time
        }
    }

    /// SMAPE in percent (0 to 200) on the same series and the same holdout; nil where there was nothing to score.
    public struct Scores: Codable, Sendable, Hashable {
        /// The run's own recipe.
        public var challenger: Double?
        /// The recipe in production.
        public var champion: Double?
        /// Seasonal naive.
        public var baseline: Double?

        /// Makes scores.
        public init(challenger: Double? = nil, champion: Double? = nil, baseline: Double? = nil) {
            self.challenger = challenger
            self.champion = champion
            self.baseline = baseline
        }
    }

    /// A series that could not be trained, and why.
    public struct FailedSeries: Codable, Sendable, Hashable {
        /// The series' id.
        public var id: String
        /// A sentence.
        public var reason: String

        /// Makes a failure.
        public init(id: String, reason: String) {
            self.id = id
            self.reason = reason
        }
    }

    /// A piece of the artifact.
    public struct Chunk: Codable, Sendable, Hashable {
        /// The name of the ConfigMap, and of the file where it is mounted.
        public var name: String
        /// Its length in bytes.
        public var bytes: Int
        /// SHA-256 in lower-case hex digits.
        public var sha256: String

        /// Makes a chunk's description.
        public init(name: String, bytes: Int, sha256: String) {
            self.name = name
            self.bytes = bytes
            self.sha256 = sha256
        }
    }

    /// How the forecasts of the version in production compare with what then happened.
    public struct Live: Codable, Sendable, Hashable {
        /// The SMAPE of the forecasts that the champion's artifact made, over the rows after the end of its own history.
        public var smape: Double
        /// The SMAPE, over the same rows, of the version before it, its recipe fitted again through that same end; nil where
        /// there was none, or it could not be fitted.
        public var previousSmape: Double?
        /// The version before.
        public var previousVersion: Int?
        /// The end of the history that the champion's artifact was fitted on.
        public var from: Date
        /// The end of this run's history.
        public var through: Date
        /// How many series were compared.
        public var series: Int
        /// How many points were compared, over all series.
        public var points: Int

        /// Makes a comparison.
        public init(
            smape: Double, previousSmape: Double? = nil, previousVersion: Int? = nil, from: Date, through: Date,
            series: Int, points: Int
        ) {
            self.smape = smape
            self.previousSmape = previousSmape
            self.previousVersion = previousVersion
            self.from = from
            self.through = through
            self.series = series
            self.points = points
        }
    }

    /// The version of this document.
    public var apiVersion = "presage.dev/v1alpha1"
    /// The model.
    public var model: TrainingRun.Reference
    /// The run.
    public var trainingJob: TrainingRun.Reference
    /// The artifact's algorithm, as a person would name it, such as `Auto` or `ETS(A,N,A)`.
    public var algorithm: String
    /// The algorithm that the run put up, whether it won or not.
    public var challengerAlgorithm: String
    /// Which trainer and which version of it: `presage 0.1.0`.
    public var engineVersion: String
    /// When the training ended.
    public var trainedAt: Date
    /// The time of the first row.
    public var historyStart: Date
    /// The time T of the last row: the artifact's models are fitted through it.
    public var historyEnd: Date
    /// The time c = T − holdout: what was scored was fitted on rows up to it.
    public var cut: Date
    /// SHA-256 over the history's rows as they were read.
    public var historyDigest: String
    /// How many series the artifact holds.
    public var series: Int
    /// Series that failed and score as seasonal naive; at most a hundred are listed.
    public var failedSeries: [FailedSeries]
    /// How many series failed, listed or not; nil from a trainer that does not say: then they are all listed. A series that
    /// has ended, or is too young to be scored, is listed and has not failed.
    public var failedSeriesCount: Int?
    /// What was scored.
    public var scores: Scores
    /// How the champion's forecasts compare with what then happened; nil where nothing has happened since.
    public var live: Live?
    /// The version that the champion's score belongs to.
    public var championVersion: Int?
    /// Which recipe the artifact holds.
    public var winner: Winner
    /// Why, as a sentence with both scores.
    public var reason: String
    /// The four stages.
    public var stages: [Stage]
    /// The artifact's pieces, in order.
    public var chunks: [Chunk]
    /// SHA-256 over the whole artifact; where there are `parts`, over their digests' hex digits, one after the other.
    public var artifactDigest: String
    /// Where the chunks are; nil means ConfigMaps of their names.
    public var store: Store?
    /// Where the artifact is in several parts, one a shard: each is an artifact of its own. Nil means one part.
    public var parts: [Part]?
    /// What was found in the history and repaired; at most twenty entries.
    public var findings: [Finding]?
    /// The cut at which the recipe's choices were made; nil means ``cut``.
    public var recipeCut: Date?
    /// Of a shard: what the merge needs, beside what every version has. Nil in a version.
    public var shard: Shard?

    /// Makes a manifest.
    public init(
        model: TrainingRun.Reference, trainingJob: TrainingRun.Reference, algorithm: String,
        challengerAlgorithm: String, engineVersion: String, trainedAt: Date, historyStart: Date, historyEnd: Date,
        cut: Date, historyDigest: String, series: Int, failedSeries: [FailedSeries], failedSeriesCount: Int? = nil,
        scores: Scores,
        championVersion: Int?, winner: Winner, reason: String, stages: [Stage], chunks: [Chunk], artifactDigest: String
    ) {
        self.model = model
        self.trainingJob = trainingJob
        self.algorithm = algorithm
        self.challengerAlgorithm = challengerAlgorithm
        self.engineVersion = engineVersion
        self.trainedAt = trainedAt
        self.historyStart = historyStart
        self.historyEnd = historyEnd
        self.cut = cut
        self.historyDigest = historyDigest
        self.series = series
        self.failedSeries = failedSeries
        self.failedSeriesCount = failedSeriesCount
        self.scores = scores
        self.championVersion = championVersion
        self.winner = winner
        self.reason = reason
        self.stages = stages
        self.chunks = chunks
        self.artifactDigest = artifactDigest
    }

    /// How many series failed.
    public var failures: Int { failedSeriesCount ?? failedSeries.count }

    /// How many failed series a manifest lists.
    public static let listedFailures = 100
}
