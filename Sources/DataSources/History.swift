public import ForecastEngine

/// What a source delivered: the series, what they mean, and what was found and repaired on the way.
public struct History: Sendable {
    /// What the series of a history mean.
    public enum Meaning: String, Sendable, Codable {
        /// Any series: shops, meters, products.
        case panel
        /// `<container>/cpu` in cores and `<container>/memory` in bytes, both of the busiest pod.
        case busiestPod
        /// `<container>/cpu` is the total over pods, in cores, with the columns ``podsColumn`` and ``shareColumn``
        /// beside it; `<container>/memory` is the busiest pod's, in bytes. Both may have ``limitColumn``.
        case allPods
    }

    /// The column of a CPU total that counts the pods it is made of; one that starts counts as the part of a pod that it is.
    public static let podsColumn = "pods"
    /// The column of a CPU total that holds the busiest pod's CPU over the mean pod's (1 or more).
    public static let shareColumn = "busiest_over_mean"
    /// The column that holds 1 where the value is at the container's limit, so that more may have been wanted.
    public static let limitColumn = "at_limit"

    /// The series, in the order in which they first appear in the source; times ascend within each.
    public var series: [TimeSeries]
    /// What the series mean.
    public var meaning: Meaning
    /// What was found and repaired.
    public var report: DataReport
    /// The first and the last time at which any series of the source was observed, series of other slices among them;
    /// nil where the source keeps everything, so that ``series`` tell.
    public var observed: ClosedRange<Int>?

    /// Bundles series with their meaning and the report about them.
    public init(series: [TimeSeries], meaning: Meaning, report: DataReport) {
        self.series = series
        self.meaning = meaning
        self.report = report
    }
}
