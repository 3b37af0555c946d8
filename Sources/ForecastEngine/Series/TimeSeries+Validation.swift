extension TimeSeries {
    /// Values beyond this have no finite square, and every algorithm squares.
    static let largestMagnitude = 1e150

    /// The series in the order of time, if it can be fitted.
    ///
    /// Rows are sorted by time, rows of one time keeping their order. Missing values stay.
    /// - Throws: `lengthMismatch`, `notFinite` or `noObservations`, naming the series and the row.
    public func validated() throws(ForecastError) -> TimeSeries {
        guard values.count == times.count else {
            throw ForecastError(
                .lengthMismatch,
                "Series '\(id)' has \(times.count) times and \(values.count) values; give one value a time."
            )
        }
        for (name, column) in columns where column.count != times.count {
            throw ForecastError(
                .lengthMismatch,
                "Column '\(name)' of series '\(id)' has \(column.count) values for \(times.count) times."
            )
        }
        var observed = false
        for (row, value) in values.enumerated() where !value.isNaN {
            guard abs(value) <= Self.largestMagnitude else {
                throw ForecastError(
                    .notFinite,
                    "Series '\(id)' row \(row + 1) is \(value); remove it, leave it empty, or rescale the series."
                )
            }
            observed = true
        }
        guard observed else {
            throw ForecastError(
                .noObservations, "Series '\(id)' has no value at all; check its source and query.")
        }
        if zip(times, times.dropFirst()).allSatisfy({ $0 <= $1 }) { return self }
        let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
        return TimeSeries(
            id: id,
            times: order.map { times[$0] },
            values: order.map { values[$0] },
            columns: columns.mapValues { column in order.map { column[$0] } }
        )
    }
}
