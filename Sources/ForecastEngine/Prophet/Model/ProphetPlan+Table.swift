extension ProphetPlan {
    /// X on the given rows.
    ///
    /// - Parameters:
    ///   - times: seconds since 1970, one a row.
    ///   - columns: regressors and conditions, one value a row.
    /// - Throws: `missingColumn` or `invalidColumn`.
    func table(times: [Int], columns: [String: [Double]]) throws(ForecastError) -> FeatureTable {
        var table = FeatureTable(count: times.count, width: width)
        let days = holidayDays(times)
        var column = 0
        for component in components {
            switch component.source {
            case .fourier(let period, let order, let condition):
                var applies: [Bool]?
                if let condition {
                    applies = try Self.column(condition, .condition, columns, times.count).map { $0 == 1 }
                }
                table.fillFourier(column: column, times: times, period: period, order: order, condition: applies)
            case .holiday(let offset):
                let on = days[Self.holidayColumn(component.name, offset)] ?? []
                if !on.isEmpty { table.fill(column: column, times.map { on.contains(Self.day($0)) ? 1 : 0 }) }
            case .regressor(let mean, let deviation):
                let values = try Self.column(component.name, .regressor, columns, times.count)
                table.fill(column: column, values.map { ($0 - mean) / deviation })
            }
            column += component.width
        }
        return table
    }

    private static func column(
        _ name: String, _ kind: ProphetColumnKind, _ columns: [String: [Double]], _ count: Int
    ) throws(ForecastError) -> [Double] {
        guard let column = columns[name] else {
            throw ForecastError(
                .missingColumn, "The future has no column '\(name)', which is \(kind.rawValue); give its future values."
            )
        }
        guard column.count == count else {
            throw ForecastError(.lengthMismatch, "Column '\(name)' has \(column.count) values for \(count) rows.")
        }
        try ProphetColumns.check([name: column], [(name, kind)], where: "the future")
        return column
    }
}
