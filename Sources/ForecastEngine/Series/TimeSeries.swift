/// Observations of one quantity over time, with the columns that explain it.
public struct TimeSeries: Hashable, Sendable, Codable {
    /// What the series is called in its panel; `<container>/cpu` or `<container>/memory` for a workload.
    public var id: String
    /// Seconds since 1970-01-01 00:00 UTC, one a row.
    public var times: [Int]
    /// The observed values, one a row; `.nan` where missing.
    public var values: [Double]
    /// More columns, each with one value a row: `cap`, `floor`, regressors, conditions (0 or 1).
    public var columns: [String: [Double]]

    /// Creates a series; `validated()` checks it.
    public init(id: String, times: [Int], values: [Double], columns: [String: [Double]] = [:]) {
        self.id = id
        self.times = times
        self.values = values
        self.columns = columns
    }

    /// How many rows there are, missing values included.
    public var count: Int { times.count }

    /// The rows whose time is at most `cut`.
    public func upTo(_ cut: Int) -> TimeSeries {
        filterRows { $0 <= cut }
    }

    /// The rows whose time is after `cut`.
    public func after(_ cut: Int) -> TimeSeries {
        filterRows { $0 > cut }
    }

    private func filterRows(_ keep: (Int) -> Bool) -> TimeSeries {
        let rows = times.indices.filter { keep(times[$0]) }
        return TimeSeries(
            id: id,
            times: rows.map { times[$0] },
            values: rows.map { values[$0] },
            columns: columns.mapValues { column in rows.map { column[$0] } }
        )
    }
}
