/// Why a usage history could not be read, with the place and what to do about it.
public struct DataError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it is, for code that has to react.
    public enum Code: String, Sendable, Codable, CaseIterable {
        /// The file or address cannot be opened or read.
        case unreadable
        /// There is not a single byte, or only blank lines.
        case empty
        /// There is a header and nothing below it.
        case headerOnly
        /// A column that the form needs is not in the header, or twice.
        case missingColumn
        /// A row has fewer or more fields than the header.
        case unevenRow
        /// A quoted field does not end, or text follows its closing quote.
        case malformedQuote
        /// A value is not a finite number.
        case invalidNumber
        /// A timestamp is in none of the formats that are read.
        case invalidTimestamp
        /// A name is empty or not UTF-8.
        case invalidName
        /// A series goes on after another one began, in a read that takes one series at a time.
        case notGrouped
        /// A series has a timestamp twice and the options ask to refuse that.
        case duplicateTimestamp
        /// The source answered, but with nothing that can be used.
        case noData
        /// A request for the data was refused or failed.
        case requestFailed
        /// The source knows us not, or does not let us read this.
        case accessDenied
        /// What the source is asked for is not there: a bucket, an object, a database, a table.
        case notFound
        /// The source does not take the query.
        case invalidQuery
        /// A column is of a type that cannot be read.
        case wrongType
        /// The source did not answer in time.
        case timedOut
        /// The clock here is too far from the source's for its signatures.
        case clockSkew
        /// The task that read was cancelled.
        case cancelled
        /// The server answered something that its interface does not have.
        case invalidAnswer
        /// The server cannot answer even the smallest part of what is asked, or there is more than is read.
        case tooLarge
        /// A query returns far more series than a workload has.
        case tooManySeries
        /// The series lack a label that says what they are.
        case missingLabel
        /// The values are in another unit than the field asks for.
        case wrongUnit
        /// The timestamps lie outside of what was asked for, such as in the future.
        case unexpectedTime
        /// Too little of the history is there.
        case lowCoverage
        /// The history ends long before the present.
        case stale
    }

    /// The kind of failure.
    public let code: Code
    /// What is wrong and what to do, without the place.
    public let message: String
    /// The file or address, without credentials.
    public let source: String
    /// The line, counted from 1, where it is known.
    public let line: Int?
    /// The column's name, where one is concerned.
    public let column: String?
    /// The field of the API that is to be changed, such as `spec.source.prometheus.cpuQuery`, where one is concerned.
    public let field: String?
    /// Whether the same may succeed later, with nothing changed: the source is away, restarts, or is busy.
    public let mayPass: Bool
    /// How many seconds the source asked to be left alone, where it said.
    public let retryAfter: Int?

    /// Makes an error; `source` must not carry credentials.
    public init(
        _ code: Code, _ message: String, source: String, line: Int? = nil, column: String? = nil, field: String? = nil,
        mayPass: Bool = false, retryAfter: Int? = nil
    ) {
        self.code = code
        self.message = message
        self.source = source
        self.line = line
        self.column = column
        self.field = field
        self.mayPass = mayPass
        self.retryAfter = retryAfter
    }

    /// The place and the message, `usage.csv, line 7, column "cpu": "abc" is not a finite number; …`.
    public var description: String {
        var place = source
        if let line { place += ", line \(line)" }
        if let column { place += ", column \"\(column)\"" }
        if let field { place += ", \(field)" }
        return "\(place): \(message)"
    }
}
