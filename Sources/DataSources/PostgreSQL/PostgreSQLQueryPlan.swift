import Foundation
import PostgreSQL

/// What is asked of the server so that its answer reads as CSV: the query's own columns, times as UTC.
struct PostgreSQLQueryPlan {
    /// The statement to copy out of the server.
    let statement: String

    /// Checks a query's columns against what the reader needs, before a single row is read.
    ///
    /// - Throws: ``DataError`` `missingColumn` or `wrongType`, with the column and what to write instead.
    init(
        query: String, columns: [PostgreSQLConnection.Column], reader: CSVReader, timeZone: String, source: String
    ) throws(DataError) {
        // The reader's own rules say which column means what.
        let layout: CSVLayout
        do throws(DataError) {
            layout = try CSVLayout(header: columns.map(\.name), options: reader.options, source: source)
        } catch {
            let message = error.message.replacingOccurrences(
                of: CSVLayout.adviceOnNames,
                with: "; rename them in the query (SELECT day AS ds, …), or name them in spec.source.postgresql.columns"
            )
            throw DataError(error.code, message, source: source, column: error.column)
        }
        var selected: [String] = []
        for (index, column) in columns.enumerated() {
            let name = PostgreSQLConnection.identifier(column.name)
            guard index == layout.timeField else {
                if let value = layout.values.first(where: { $0.field == index }), !value.isOptional,
                    !column.type.isNumber, !column.type.isText
                {
                    throw Self.wrongType(column, "a number", "cast it, e.g. \(column.name)::double precision", source)
                }
                selected.append(name)
                continue
            }
            switch column.type {
            case .timestamptz:
                selected.append("\(name) AT TIME ZONE 'UTC' AS \(name)")
            case .timestamp where timeZone != "UTC":
                let zone = PostgreSQLConnection.literal(timeZone)
                selected.append("\(name) AT TIME ZONE \(zone) AT TIME ZONE 'UTC' AS \(name)")
            case .timestamp, .date:
                selected.append(name)
            case let type where type.isNumber || type.isText:
                selected.append(name)
            default:
                throw Self.wrongType(
                    column, "a date or a moment", "use timestamptz, timestamp, date, or Unix seconds as a number",
                    source)
            }
        }
        statement = "SELECT \(selected.joined(separator: ", ")) FROM (\(query)\n) AS history"
    }

    private static func wrongType(
        _ column: PostgreSQLConnection.Column, _ wanted: String, _ remedy: String, _ source: String
    ) -> DataError {
        DataError(
            .wrongType, "the query returns \(column.type.name) where \(wanted) is needed; \(remedy)", source: source,
            column: column.name)
    }
}
