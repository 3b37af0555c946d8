extension ProphetModel {
    /// What a forecast is made of, before intervals; one value a row.
    struct Mean {
        /// Scaled times.
        var t: [Double]
        /// Scaled caps; empty unless growth is logistic.
        var caps: [Double]
        var floors: [Double]
        /// In the units of the series.
        var trend: [Double]
        var additive: [Double]
        /// Shares of the trend.
        var multiplicative: [Double]

        var yhat: [Double] {
            trend.indices.map { trend[$0] * (1 + multiplicative[$0]) + additive[$0] }
        }
    }

    /// The mean on rows in any order.
    ///
    /// - Throws: `missingColumn`, `invalidColumn` or `lengthMismatch`.
    func mean(times: [Int], columns: [String: [Double]]) throws(ForecastError) -> Mean {
        try check(columns, count: times.count)
        return mean(times: times, columns: columns, table: try plan.table(times: times, columns: columns))
    }

    func mean(times: [Int], columns: [String: [Double]], table: FeatureTable) -> Mean {
        let t = times.map(scaling.scaled)
        let floors =
            scaling.hasFloorColumn ? columns["floor"] ?? [] : [Double](repeating: scaling.floor, count: times.count)
        var caps: [Double] = []
        if trend.growth == .logistic, let column = columns["cap"] {
            caps = zip(column, floors).map { ($0 - $1) / scaling.valueScale }
        }
        var result = Mean(
            t: t, caps: caps, floors: floors, trend: [],
            additive: [Double](repeating: 0, count: times.count),
            multiplicative: [Double](repeating: 0, count: times.count)
        )
        result.trend = t.indices.map { row in
            trend.value(t[row], cap: caps.isEmpty ? 0 : caps[row]) * scaling.valueScale + floors[row]
        }
        var column = 0
        for component in plan.components {
            let range = column..<(column + component.width)
            column += component.width
            for row in 0..<times.count {
                let value = product(table, row: row, columns: range)
                switch component.mode {
                case .additive: result.additive[row] += value * scaling.valueScale
                case .multiplicative: result.multiplicative[row] += value
                }
            }
        }
        return result
    }

    private func product(_ table: FeatureTable, row: Int, columns: Range<Int>) -> Double {
        var sum = 0.0
        for column in columns { sum += table.values[row * table.stride + column] * beta[column] }
        return sum
    }

    private func check(_ columns: [String: [Double]], count: Int) throws(ForecastError) {
        let required = requiredColumns
        for (name, kind) in required {
            guard let column = columns[name] else {
                throw ForecastError(
                    .missingColumn,
                    "The future has no column '\(name)', which is \(kind.rawValue); give its future values.")
            }
            guard column.count == count else {
                throw ForecastError(.lengthMismatch, "Column '\(name)' has \(column.count) values for \(count) rows.")
            }
        }
        try ProphetColumns.check(columns, required, where: "the future")
    }

    /// The forecast taken apart, on rows in any order, past or future.
    func components(times: [Int], columns: [String: [Double]]) throws(ForecastError) -> ProphetComponents {
        try check(columns, count: times.count)
        let table = try plan.table(times: times, columns: columns)
        let mean = mean(times: times, columns: columns, table: table)
        var parts: [ProphetComponents.Part] = []
        func add(_ range: Range<Int>, to name: String, _ mode: ProphetSettings.Mode) {
            let scale = mode == .additive ? scaling.valueScale : 1
            let values = times.indices.map { product(table, row: $0, columns: range) * scale }
            if let index = parts.firstIndex(where: { $0.name == name && $0.mode == mode }) {
                for row in values.indices { parts[index].values[row] += values[row] }
            } else {
                parts.append(.init(name: name, mode: mode, values: values))
            }
        }
        // First each part by its name, then Prophet's totals.
        for totals in [false, true] {
            var column = 0
            for component in plan.components {
                let range = column..<(column + component.width)
                column += component.width
                switch component.source {
                case _ where !totals: add(range, to: component.name, component.mode)
                case .holiday: add(range, to: "holidays", component.mode)
                case .regressor: add(range, to: "extra_regressors_\(component.mode.rawValue)", component.mode)
                case .fourier: break
                }
            }
        }
        return ProphetComponents(
            times: times, trend: mean.trend, parts: parts, additiveTerms: mean.additive,
            multiplicativeTerms: mean.multiplicative, yhat: mean.yhat
        )
    }
}
