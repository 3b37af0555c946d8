extension ETSForecaster {
    /// The level (with its slope) and the season of the last state, which is the one that forecasts repeat.
    func curves(_ rows: ComponentRows) throws(ForecastError) -> [ComponentCurve] {
        let form = ETSForm(model.form.error, model.form.trend, .none)
        var state = model.last
        state.season = []
        let path = state.forecast(form, count: rows.horizon.steps)
        var times = rows.horizon.times
        var levels = rows.horizon.rows(of: path).map { $0 * magnitude.unit }
        if let past = rows.past {
            times = (0..<past.grid.count).map(past.grid.time(of:)) + times
            levels = levelsBehind(past.values) + levels
        }
        var curves = [ComponentCurve(name: "level", kind: .trend, times: times, values: levels)]
        let season = model.last.season
        guard !season.isEmpty else { return curves }
        let isShare = model.form.season == .multiplicative
        curves.append(
            ComponentCurve(
                name: "season of \(season.count) steps",
                kind: .season(seconds: Double(season.count) * rows.step.approximateSeconds),
                mode: isShare ? .multiplicative : .additive, times: rows.period(season.count),
                values: season.reversed().map { isShare ? $0 - 1 : $0 * magnitude.unit }
            ))
        return curves
    }

    /// The level after each value.
    private func levelsBehind(_ values: [Double]) -> [Double] {
        var state = model.initial
        return magnitude.reduced(values).map { value in
            state = withUnsafePointer(to: value) { pointer in
                ETSRecursion(model.form, from: state, over: UnsafeBufferPointer(start: pointer, count: 1)).state
            }
            return state.level * magnitude.unit
        }
    }
}
