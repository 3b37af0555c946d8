extension MSTLForecaster {
    /// The trend, and the last of each season, which is the one that forecasts repeat.
    func curves(_ rows: ComponentRows) throws(ForecastError) -> [ComponentCurve] {
        var times = rows.horizon.times
        var trend = try self.trend.predict(rows.horizon).yhat
        if let past = rows.past {
            times = (0..<past.grid.count).map(past.grid.time(of:)) + times
            trend = MultipleSTL(past.values, periods: seasons.map(\.count)).trend + trend
        }
        return [ComponentCurve(name: "trend", kind: .trend, times: times, values: trend)]
            + seasons.map { season in
                ComponentCurve(
                    name: "season of \(season.count) steps",
                    kind: .season(seconds: Double(season.count) * rows.step.approximateSeconds),
                    times: rows.period(season.count), values: season
                )
            }
    }
}
