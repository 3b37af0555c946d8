/// The observed rows of a series as Prophet takes them: missing values dropped, ordered by time, duplicates kept.
struct ProphetHistory: Sendable {
    var times: [Int]
    var values: [Double]
    /// Only the columns that the settings name.
    var columns: [String: [Double]]

    var count: Int { times.count }
    var start: Int { times[0] }
    var end: Int { times[count - 1] }

    /// - Throws: `tooShort` below two rows or two times, `missingColumn` or `invalidColumn`.
    init(_ series: TimeSeries, settings: ProphetSettings) throws(ForecastError) {
        let id = series.id
        guard series.values.count == series.times.count else {
            throw ForecastError(
                .lengthMismatch, "Series '\(id)' has \(series.times.count) times and \(series.values.count) values.")
        }
        var kept = series.times.indices.filter { !series.values[$0].isNaN }
        guard kept.count >= 2 else {
            throw ForecastError(
                .tooShort,
                "Series '\(id)' has \(kept.count == 1 ? "1 observed row" : "\(kept.count) observed rows"); Prophet needs "
                    + "at least 2. Give more history, or take another algorithm.")
        }
        for row in kept where !(abs(series.values[row]) <= TimeSeries.largestMagnitude) {
            throw ForecastError(
                .notFinite, "Series '\(id)' row \(row + 1) is \(series.values[row]); remove it or rescale the series.")
        }
        if !zip(kept, kept.dropFirst()).allSatisfy({ series.times[$0] <= series.times[$1] }) {
            kept.sort { (series.times[$0], $0) < (series.times[$1], $1) }
        }
        let first = series.times[kept[0]]
        let last = series.times[kept[kept.count - 1]]
        guard first < last else {
            throw ForecastError(
                .tooShort,
                "All observations of series '\(id)' have one time; Prophet needs at least 2 times. Give more history, or "
                    + "take another algorithm.")
        }
        guard first.magnitude < 1 << 50, last.magnitude < 1 << 50 else {
            throw ForecastError(.irregularTimes, "Series '\(id)' has times that are not seconds since 1970.")
        }
        times = kept.map { series.times[$0] }
        values = kept.map { series.values[$0] }
        columns = [:]
        for (name, kind) in settings.requiredColumns {
            guard let column = series.columns[name] else {
                if kind == .floor { continue }
                throw ForecastError(
                    .missingColumn, "Series '\(id)' has no column '\(name)', which is \(kind.rawValue) of prophet.")
            }
            guard column.count == series.times.count else {
                throw ForecastError(
                    .lengthMismatch,
                    "Column '\(name)' of series '\(id)' has \(column.count) values for \(series.times.count) times.")
            }
            columns[name] = kept.map { column[$0] }
        }
        try ProphetColumns.check(columns, settings.requiredColumns, where: "series '\(id)'")
    }
}
