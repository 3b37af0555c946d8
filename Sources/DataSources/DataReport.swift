/// What a read found in the data and what it did about it, small enough for a status whatever the fleet's size.
public struct DataReport: Sendable, Hashable, Codable {
    /// Rows below the header, blank lines not counted.
    public var rows: Int
    /// Bytes that were read.
    public var bytes: Int
    /// What was found, one entry a kind (and column), each with a count and one example.
    public var findings: [Finding]

    /// Makes a report; an empty one says that nothing was noteworthy.
    public init(rows: Int = 0, bytes: Int = 0, findings: [Finding] = []) {
        self.rows = rows
        self.bytes = bytes
        self.findings = findings
    }

    /// Adds to the finding of the same kind and column, or starts one; the first example is kept.
    public mutating func note(
        _ kind: Finding.Kind, count: Int = 1, column: String? = nil, example: @autoclosure () -> String
    ) {
        if let index = findings.firstIndex(where: { $0.kind == kind && $0.column == column }) {
            findings[index].count += count
            findings[index].series += 1
        } else {
            findings.append(Finding(kind: kind, count: count, series: 1, column: column, example: example()))
        }
    }
}

/// One kind of thing that was found in a history.
public struct Finding: Sendable, Hashable, Codable, CustomStringConvertible {
    /// What was found, and what the reader did about it.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// Rows were out of order in time; they were sorted.
        case sorted
        /// A series had a timestamp more than once; the rows were merged by the policy in the options.
        case duplicates
        /// Values were empty; they stay missing.
        case missing
        /// Steps had no row at all; they stay missing.
        case gaps
        /// An extra column holds text; it was left out.
        case textColumn
        /// Timestamps had a fraction of a second; it was cut off.
        case fractionalSeconds
        /// Pods report at different moments; their samples were put on one grid.
        case aligned
        /// Some pods had no value where others had one; the total counts them at the mean of the others.
        case podsMissing
        /// Containers had just started; their CPU was left out.
        case startUp
        /// Pods of an old and a new ReplicaSet ran side by side; the CPU of those steps was left out.
        case rollout
        /// Values were at the container's limit, so that more may have been wanted; they were kept, and marked.
        case atLimit
        /// Values were infinite; they were left out.
        case notFinite
        /// A container that nobody named runs too seldom to be learnt; its series were left out.
        case seldom
        /// Some store did not take part in an answer: what it has is missing.
        case partial
        /// The server warned of something.
        case warning
        /// Values look as if they were in another unit.
        case suspiciousUnit
        /// Values were below zero where usage cannot be; they were left out.
        case negative
        /// A series has no observed value at all; it was left out.
        case emptySeries
        /// Values lie far outside the rest of their series; they were kept.
        case outliers
        /// Timestamps lie after the moment of the run; those rows were left out.
        case future
        /// A series never changes.
        case constant
        /// A series is too short for its horizon.
        case short
        /// Less than half of a series' steps were observed.
        case sparse
        /// Steps without an observation were filled, as the preparation says.
        case filled
    }

    /// What was found.
    public var kind: Kind
    /// How many rows, values or steps it concerns.
    public var count: Int
    /// How many series it concerns.
    public var series: Int
    /// The column, where one is concerned.
    public var column: String?
    /// One example, with the series' name.
    public var example: String

    /// Makes a finding.
    public init(kind: Kind, count: Int, series: Int, column: String? = nil, example: String) {
        self.kind = kind
        self.count = count
        self.series = series
        self.column = column
        self.example = example
    }

    /// The finding as a phrase, `duplicates: 12 in 3 series, e.g. web/cpu at 2026-01-01 00:05:00`.
    public var description: String {
        let place = column.map { " in column \"\($0)\"" } ?? ""
        return "\(kind.rawValue): \(count)\(place) in \(series) series, e.g. \(example)"
    }
}
