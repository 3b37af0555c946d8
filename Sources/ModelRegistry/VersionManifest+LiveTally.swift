public import Foundation

extension VersionManifest {
    /// How the forecasts of the version in production compare with what then happened, as sums over series: those of all
    /// shards add up to what one pod would have found.
    public struct LiveTally: Codable, Sendable, Hashable {
        /// SMAPE of the champion's forecasts.
        public var smape: ScoreSum
        /// SMAPE of the version before it, over the series where it could be compared.
        public var previous: ScoreSum
        /// The earliest end of a history that the champion was fitted on; nil where nothing was compared.
        public var from: Date?
        /// The latest row that was compared.
        public var through: Date?
        /// How many points were compared.
        public var points: Int

        /// Makes a tally; without arguments that of nothing.
        public init(
            smape: ScoreSum = ScoreSum(), previous: ScoreSum = ScoreSum(), from: Date? = nil, through: Date? = nil,
            points: Int = 0
        ) {
            self.smape = smape
            self.previous = previous
            self.from = from
            self.through = through
            self.points = points
        }

        /// Adds what another pod compared.
        public mutating func add(_ other: LiveTally) {
            smape.add(other.smape)
            previous.add(other.previous)
            from = [from, other.from].compactMap(\.self).min()
            through = [through, other.through].compactMap(\.self).max()
            points += other.points
        }

        /// The means over the series; nil where nothing was compared.
        ///
        /// The version before counts only where it could be compared on every series: else the two means would be over
        /// different ones.
        public func mean(previousVersion: Int?) -> Live? {
            guard let mean = smape.mean, mean.isFinite, let from, let through else { return nil }
            let before = previous.series == smape.series ? previous.mean.flatMap { $0.isFinite ? $0 : nil } : nil
            return Live(
                smape: mean, previousSmape: before, previousVersion: before == nil ? nil : previousVersion, from: from,
                through: through, series: smape.series, points: points)
        }
    }
}
