import Foundation
public import PostgreSQL

/// A query's answer as a history, in the long or the wide form of ``CSVReader``.
///
/// The answer comes as `COPY … TO STDOUT` and goes through the CSV reader as it arrives, so that a fleet of any size is in
/// memory once, as series. It is read in a read-only transaction; cancelling the task cancels the query on the server.
///
/// Times: `timestamp with time zone` is the moment it is; `timestamp` is the wall clock of ``timeZone``; `date` is that
/// day; numbers are Unix seconds or milliseconds; text is read as in a CSV file.
public struct PostgreSQLSource: DataSource {
    /// The server.
    public let settings: PostgreSQLSettings
    /// A `SELECT` that returns `unique_id,ds,y[,extra…]` or `timestamp,container,cpu,memory[,pod]`.
    public let query: String
    /// The zone of columns of type `timestamp`, an IANA name.
    public let timeZone: String
    /// How to read the rows.
    public let reader: CSVReader
    /// The most bytes that are taken; a join that lacks its condition returns without end.
    var maximumBytes = CSVURLSource.maximumBytes

    /// Makes a source.
    public init(
        settings: PostgreSQLSettings, query: String, timeZone: String = "UTC", reader: CSVReader = CSVReader()
    ) {
        self.settings = settings
        self.query = query
        self.timeZone = timeZone
        self.reader = reader
    }

    /// Runs the query and reads its answer.
    public func read() async throws -> History {
        let (query, timeZone, reader, name, limit) = (Self.statement(query), timeZone, reader, name, maximumBytes)
        do {
            return try await PostgreSQLConnection.with(settings) { connection in
                try connection.transaction(readOnly: true) {
                    let plan = try PostgreSQLQueryPlan(
                        query: query, columns: try connection.describe("SELECT * FROM (\(query)\n) AS history"),
                        reader: reader, timeZone: timeZone, source: name)
                    let rows = try connection.copy(plan.statement)
                    var taken = 0
                    do throws(DataError) {
                        return try reader.read(name: name) { buffer throws(DataError) in
                            let count: Int
                            do {
                                count = try rows(buffer)
                            } catch {
                                throw PostgreSQLSource.failure(error, source: name)
                            }
                            taken += count
                            guard taken <= limit else {
                                throw DataError(
                                    .tooLarge,
                                    "the query returns more than the \(limit >> 20) MiB that are read at most; check its "
                                        + "joins, aggregate, or select a shorter time", source: name)
                            }
                            return count
                        }
                    } catch {
                        throw Self.rephrased(error)
                    }
                }
            }
        } catch let error as PostgreSQLError {
            throw Self.failure(error, source: name)
        } catch let error as DataError where error.code == .cancelled {
            throw CancellationError()
        }
    }

    /// What stands for the source in errors.
    private var name: String { "postgresql://\(settings.place)" }

    /// The query without the semicolon that people end a statement with.
    private static func statement(_ query: String) -> String {
        var text = query[...]
        while let last = text.last, last == ";" || last.isWhitespace { text.removeLast() }
        return String(text)
    }

    /// A server's failure as a source's.
    private static func failure(_ error: any Error, source: String) -> DataError {
        guard let error = error as? PostgreSQLError else {
            return DataError(
                error is CancellationError ? .cancelled : .requestFailed, "the read was broken off: \(error)",
                source: source)
        }
        let code: DataError.Code =
            switch error.code {
            case .unreachable, .connectionLost, .serverBusy, .tls, .other: .requestFailed
            case .timedOut: .timedOut
            case .loginRefused, .permissionDenied: .accessDenied
            case .unknownDatabase, .unknownTable: .notFound
            case .unknownColumn: .missingColumn
            case .invalidStatement, .readOnly: .invalidQuery
            case .invalidValue: .invalidQuery
            }
        // The place stands at the beginning of a DataError already.
        let place = source.dropFirst("postgresql://".count) + ": "
        let message = error.message.hasPrefix(place) ? String(error.message.dropFirst(place.count)) : error.message
        // A statement that took too long takes as long again.
        return DataError(code, message, source: source, mayPass: error.isTransient && error.code != .timedOut)
    }

    /// What the CSV reader says of files, said of queries.
    private static func rephrased(_ error: DataError) -> DataError {
        guard error.code == .headerOnly else { return error }
        return DataError(
            .noData, "the query returns no rows; run it by hand with the same role, and check its conditions",
            source: error.source)
    }
}
