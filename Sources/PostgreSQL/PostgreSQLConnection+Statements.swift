import CLibpq
import Foundation

extension PostgreSQLConnection {
    /// A column of a query's answer.
    public struct Column: Sendable, Hashable {
        /// The name.
        public var name: String
        /// The type.
        public var type: PostgreSQLType
    }

    /// What a statement answered.
    public struct Answer: Sendable, Hashable {
        /// The rows, each value as text, nil for NULL.
        public var rows: [[String?]]
        /// How many rows an INSERT, UPDATE or DELETE changed.
        public var changed: Int
    }

    /// Runs one statement; parameters are texts, `$1` and so on in it, nil for NULL.
    ///
    /// By the extended protocol, which takes a single statement: a text with two is refused by the server.
    @discardableResult
    public func execute(_ statement: String, _ parameters: [String?] = []) throws -> Answer {
        try send(statement, parameters)
        var answer = Answer(rows: [], changed: 0)
        try drain { result in
            for row in 0..<PQntuples(result) {
                answer.rows.append((0..<PQnfields(result)).map { self.value(result, row, $0) })
            }
            answer.changed += Int(String(cString: PQcmdTuples(result))) ?? 0
        }
        return answer
    }

    /// The columns that a query would return, without running it.
    public func describe(_ query: String) throws -> [Column] {
        try flushed(PQsendPrepare(connection, "", query, 0, nil))
        try drain { _ in }
        var columns: [Column] = []
        try flushed(PQsendDescribePrepared(connection, ""))
        try drain { result in
            columns = (0..<PQnfields(result)).map {
                Column(
                    name: String(cString: PQfname(result, $0)), type: PostgreSQLType(rawValue: PQftype(result, $0)))
            }
        }
        return columns
    }

    /// A name as it stands in SQL, whatever characters it has.
    public static func identifier(_ name: String) -> String {
        "\"" + name.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }

    /// A text as it stands in SQL, for places where a parameter cannot.
    public static func literal(_ text: String) -> String {
        let quoted = text.replacingOccurrences(of: "'", with: "''")
        // An escape string is read the same whatever standard_conforming_strings says.
        return quoted.contains("\\") ? "E'" + quoted.replacingOccurrences(of: "\\", with: "\\\\") + "'" : "'\(quoted)'"
    }

    /// Runs `body` in one transaction, which is rolled back where `body` throws.
    public func transaction<Result>(
        readOnly: Bool = false, _ body: () throws -> Result
    ) throws -> Result {
        try execute(readOnly ? "BEGIN READ ONLY" : "BEGIN")
        do {
            // Local to the transaction, so that a pooler in between hands on a connection as it got it.
            for setting in ["TimeZone = 'UTC'", "DateStyle = 'ISO, YMD'", "extra_float_digits = 3"] {
                try execute("SET LOCAL \(setting)")
            }
            let (seconds, attoseconds) = settings.statementTimeout.components
            try execute("SET LOCAL statement_timeout = \(seconds * 1000 + attoseconds / 1_000_000_000_000_000)")
            let result = try body()
            try execute("COMMIT")
            return result
        } catch {
            // What counts is the first failure; a broken connection rolls back by itself.
            if !(error is CancellationError) { _ = try? execute("ROLLBACK") }
            throw error
        }
    }

    func send(_ statement: String, _ parameters: [String?]) throws {
        try checkInterrupt()
        let values: [UnsafePointer<CChar>?] = parameters.map { $0.map { UnsafePointer(strdup($0)) } ?? nil }
        defer { for value in values { free(UnsafeMutableRawPointer(mutating: value)) } }
        try flushed(PQsendQueryParams(connection, statement, Int32(values.count), nil, values, nil, nil, 0))
    }

    private func flushed(_ sent: Int32) throws {
        // The socket is blocking for writes, which libpq then completes by itself.
        guard sent == 1 else { throw lost() }
    }

    /// Takes every result of a statement; throws the first failure after all are taken, so that the connection stays usable.
    func drain(_ take: (OpaquePointer) -> Void) throws {
        var failure: PostgreSQLError?
        while let result = try nextResult() {
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: take(result)
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                throw PostgreSQLError(.invalidStatement, "COPY cannot be used here")
            default: failure = failure ?? self.failure(of: result)
            }
        }
        if let failure { throw failure }
    }

    /// The next result, nil after the last of a statement.
    func nextResult() throws -> OpaquePointer? {
        while PQisBusy(connection) == 1 {
            try waitForServer()
            guard PQconsumeInput(connection) == 1 else { throw lost() }
        }
        return PQgetResult(connection)
    }

    private func value(_ result: OpaquePointer, _ row: Int32, _ column: Int32) -> String? {
        PQgetisnull(result, row, column) == 1 ? nil : String(cString: PQgetvalue(result, row, column))
    }
}
