/// What is done to every series before it is fitted: a policy, not a model.
///
/// `resampled` sorts each row into one step and is done to the whole history, before it is cut. `filled` and `cleaned`
/// look at neighbouring rows, so they are done to the rows that a fit may see, and to those alone: done before the cut
/// they would carry the holdout into the fit.
public struct Preparation: Sendable, Hashable, Codable {
    /// What a step is of several rows.
    public enum Aggregation: String, Sendable, Hashable, Codable, CaseIterable {
        /// Their mean: rates and levels.
        case mean = "Mean"
        /// Their sum: counts, such as what was sold.
        case sum = "Sum"
        /// The largest: what has to fit, such as memory.
        case maximum = "Maximum"
        /// The last one: states, such as a stock.
        case last = "Last"
    }

    /// What becomes of steps without an observation.
    public enum Gaps: String, Sendable, Hashable, Codable, CaseIterable {
        /// They stay missing; each algorithm deals with them in its own way (Prophet leaves them out).
        case keep = "Keep"
        /// The line between the neighbours; beyond the first and the last observation nothing is made up.
        case interpolate = "Interpolate"
        /// The observation before.
        case previous = "Previous"
        /// Zero: where no row means that nothing happened.
        case zero = "Zero"
    }

    /// What becomes of values that lie far outside the rest of their series.
    public enum Outliers: String, Sendable, Hashable, Codable, CaseIterable {
        /// They are reported and stay.
        case keep = "Keep"
        /// They are moved to the edge of what is usual.
        case clip = "Clip"
        /// They count as missing.
        case remove = "Remove"
    }

    /// The step to resample to, in seconds; nil keeps the times as they are.
    public var resampleSeconds: Int?
    /// What a step is of several rows; nil is the mean, and the maximum for `<container>/memory` of a workload.
    public var aggregation: Aggregation?
    /// What becomes of steps without an observation.
    public var gaps: Gaps
    /// What becomes of outliers.
    public var outliers: Outliers
    /// From how many robust standard deviations a value is an outlier.
    public var outlierDeviations: Double

    /// Makes a policy; the default changes nothing.
    public init(
        resampleSeconds: Int? = nil, aggregation: Aggregation? = nil, gaps: Gaps = .keep, outliers: Outliers = .keep,
        outlierDeviations: Double = 8
    ) {
        self.resampleSeconds = resampleSeconds
        self.aggregation = aggregation
        self.gaps = gaps
        self.outliers = outliers
        self.outlierDeviations = outlierDeviations
    }

    /// What was done to one series.
    public struct Outcome: Sendable, Hashable {
        /// The series as it is fitted.
        public var series: TimeSeries
        /// How many values count as outliers, whatever became of them.
        public var outliers = 0
        /// The time of the first outlier.
        public var firstOutlier: Int?
        /// How many steps were filled.
        public var filled = 0
    }

    /// Prepares the rows that a fit sees: outliers first, then gaps.
    ///
    /// - Parameter series: validated and resampled; no row of it is one that the fit must not have seen.
    public func prepared(_ series: TimeSeries) -> Outcome {
        var outcome = Outcome(series: series)
        clean(&outcome)
        fill(&outcome)
        return outcome
    }
}
