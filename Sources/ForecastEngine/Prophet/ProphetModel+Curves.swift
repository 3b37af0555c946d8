extension ProphetModel {
    var futureColumns: [FutureColumn] {
        var result = requiredColumns.map { FutureColumn(name: $0.name, role: $0.kind.rawValue) }
        func add(_ name: String, _ kind: ProphetColumnKind) {
            if !result.contains(where: { $0.name == name }) {
                result.append(FutureColumn(name: name, role: kind.rawValue))
            }
        }
        for component in plan.components {
            switch component.source {
            case .regressor: add(component.name, .regressor)
            case .fourier(_, _, let condition?): add(condition, .condition)
            case .fourier, .holiday: break
            }
        }
        return result
    }

    /// Trend, holidays, each seasonality over its own period, regressors: the panels of Prophet's `plot_components`.
    func curves(_ rows: ComponentRows) throws(ForecastError) -> [ComponentCurve] {
        let parts = try components(times: rows.times, columns: rows.columns)
        var curves = [ComponentCurve(name: "trend", kind: .trend, times: rows.times, values: parts.trend)]
        func addTotal(_ name: String, as kind: ComponentCurve.Kind, where isOne: (ProphetPlan.Component) -> Bool) {
            for mode in ProphetSettings.Mode.allCases
            where plan.components.contains(where: { isOne($0) && $0.mode == mode }) {
                let wanted = kind == .regressors ? "extra_regressors_\(mode.rawValue)" : name
                guard let part = parts.parts.last(where: { $0.name == wanted && $0.mode == mode }) else { continue }
                curves.append(
                    ComponentCurve(name: name, kind: kind, mode: mode, times: rows.times, values: part.values))
            }
        }
        addTotal("holidays", as: .holidays) { $0.isHoliday }
        var column = 0
        for component in plan.components {
            if case .fourier(let period, let order, let condition) = component.source {
                curves.append(
                    season(component, period: period, order: order, condition: condition, column: column, rows))
            }
            column += component.width
        }
        addTotal("extra regressors", as: .regressors) {
            if case .regressor = $0.source { true } else { false }
        }
        return curves
    }

    /// One period, from the start of a day, a Monday or a year where it is a day, weeks or a year long.
    private func season(
        _ component: ProphetPlan.Component, period: Double, order: Int, condition: String?, column: Int,
        _ rows: ComponentRows
    ) -> ComponentCurve {
        // So that a period beyond all calendars still has whole seconds.
        let seconds = min(period * 86_400, 1e14)
        // Days are what a weekly or yearly season of daily data was fitted on; between them it was never seen.
        let least = rows.step.approximateSeconds >= 86_400 ? 86_400.0 : 60
        let points = max(2, Int((seconds / max(least, seconds / 366)).rounded()))
        let start = Self.periodStart(seconds, before: rows.end)
        var times = (0...points).map { start + Int((seconds * Double($0) / Double(points)).rounded()) }
        if case .months(let months) = rows.step, Self.isYear(seconds) {
            // Between the months of monthly data a year's waves were never seen either.
            let first = CalendarDate(
                year: CalendarDate(time: start).year, month: CalendarDate(time: rows.end).month, day: 1)
            let day = CalendarDate(time: rows.end).day
            times = rows.step.times(after: first.time, count: max(1, 12 / max(1, months))).map { time in
                var date = CalendarDate(time: time)
                date.day = min(day, date.daysInMonth)
                return date.time
            }
        }
        var table = FeatureTable(count: times.count, width: component.width)
        table.fillFourier(column: 0, times: times, period: period, order: order)
        let scale = component.mode == .additive ? scaling.valueScale : 1
        let values = times.indices.map { row in
            var sum = 0.0
            for i in 0..<component.width { sum += table.values[row * table.stride + i] * beta[column + i] }
            return sum * scale
        }
        return ComponentCurve(
            name: component.name, kind: .season(seconds: seconds), mode: component.mode, condition: condition,
            times: times, values: values
        )
    }

    private static func isYear(_ seconds: Double) -> Bool { abs(seconds / 86_400 - 365.25) < 1 }

    private static func periodStart(_ seconds: Double, before end: Int) -> Int {
        if isYear(seconds) {
            return CalendarDate(year: CalendarDate(time: end).year, month: 1, day: 1).time
        }
        let week = 7 * 86_400.0
        // 5 January 1970 was a Monday.
        let anchor = (seconds / week) == (seconds / week).rounded() ? 4 * 86_400.0 : 0
        return Int((((Double(end) - anchor) / seconds).rounded(.down) * seconds + anchor).rounded())
    }
}
