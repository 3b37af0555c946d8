/// Something that was found in a history, as a status shows it.
public struct HistoryFinding: Sendable, Hashable, Codable {
    /// What was found, such as `gaps`, `duplicates` or `outliers`.
    public var kind: String
    /// How many rows, values or steps.
    public var count: Int
    /// In how many series.
    public var series: Int
    /// One place where it was found.
    public var example: String

    /// Makes an entry.
    public init(kind: String, count: Int, series: Int, example: String) {
        self.kind = kind
        self.count = count
        self.series = series
        self.example = String(example.prefix(500))
    }
}

/// A series that failed, as a status shows it.
public struct SeriesFailure: Sendable, Hashable, Codable {
    /// The series' name.
    public var series: String
    /// What was wrong.
    public var reason: String

    /// Makes an entry.
    public init(series: String, reason: String) {
        self.series = String(series.prefix(500))
        self.reason = String(reason.prefix(500))
    }
}
