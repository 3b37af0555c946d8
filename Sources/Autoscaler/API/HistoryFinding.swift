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
        self.kind = Self.cut(kind, to: 64)
        self.count = max(0, count)
        self.series = max(0, series)
        self.example = Self.cut(example, to: 512)
    }
}

extension HistoryFinding {
    /// A text as the API takes it, which counts Unicode scalars: a letter of Devanagari may be several.
    static func cut(_ text: String, to length: Int) -> String {
        text.unicodeScalars.count <= length
            ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(length)))
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
        self.series = HistoryFinding.cut(series, to: 512)
        self.reason = HistoryFinding.cut(reason, to: 512)
    }
}
