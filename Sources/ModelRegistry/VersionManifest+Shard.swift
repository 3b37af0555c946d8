extension VersionManifest {
    /// What the manifest of a shard says beside its own version: enough to merge all shards exactly.
    public struct Shard: Codable, Sendable, Hashable {
        /// The slice, from 0.
        public var index: Int
        /// How many slices there are.
        public var count: Int
        /// How many series of the slice the source has, the failed ones among them.
        public var attempted: Int
        /// How many series of the slice failed, whether or not they are listed.
        public var failed: Int
        /// The sums that the scores are means of.
        public var tally: Tally
        /// The champion's recipe, fitted through the end of the history; nil where there is no champion.
        public var refresh: Refresh?
        /// How the champion's forecasts compare with what then happened; nil where the trainer does not say.
        public var live: LiveTally?

        /// Makes a shard's part of a manifest.
        public init(index: Int, count: Int, attempted: Int, failed: Int, tally: Tally, refresh: Refresh? = nil) {
            self.index = index
            self.count = count
            self.attempted = attempted
            self.failed = failed
            self.tally = tally
            self.refresh = refresh
        }
    }

    /// Sums of SMAPE over the series of a shard.
    public struct Tally: Codable, Sendable, Hashable {
        /// The run's own recipe.
        public var challenger: ScoreSum?
        /// The recipe in production.
        public var champion: ScoreSum?
        /// Seasonal naive.
        public var baseline: ScoreSum?

        /// Makes a tally.
        public init(challenger: ScoreSum? = nil, champion: ScoreSum? = nil, baseline: ScoreSum? = nil) {
            self.challenger = challenger
            self.champion = champion
            self.baseline = baseline
        }
    }

    /// The champion's recipe on newer data, which becomes the version's artifact where the champion wins.
    public struct Refresh: Codable, Sendable, Hashable {
        /// What the recipe is called.
        public var algorithm: String
        /// How many series it holds.
        public var series: Int
        /// Its pieces; those of the manifest where both recipes came to the same models.
        public var chunks: [Chunk]
        /// SHA-256 over its bytes.
        public var artifactDigest: String

        /// Makes a refresh's description.
        public init(algorithm: String, series: Int, chunks: [Chunk] = [], artifactDigest: String = "") {
            self.algorithm = algorithm
            self.series = series
            self.chunks = chunks
            self.artifactDigest = artifactDigest
        }
    }
}
