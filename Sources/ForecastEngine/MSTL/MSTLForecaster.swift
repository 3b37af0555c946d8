/// MSTL: seasons by repeated STL and repeated for ever, the rest by non-seasonal exponential smoothing.
///
/// Fits what `MSTL` of statsforecast fits. See `MultipleSTL` and `ETSForm` for the sources.
struct MSTLForecaster: ForecastingAlgorithm {
    /// Exponential smoothing of the seasonally adjusted series.
    var trend: ETSForecaster
    /// The last season of each seasonal component, oldest value first.
    var seasons: [[Double]]
    /// What was chosen; a refit keeps what it was given, also where the data hold fewer seasons.
    var choices: Choices

    private static let periodsKey = "periods"

    var residualDeviation: Double { trend.residualDeviation }

    static func fit(_ input: TrainingInput) throws(ForecastError) -> MSTLForecaster {
        let pinned = input.choices?.numbers[periodsKey]?.map { Int($0) }
        let values = input.values
        let constant = values.allSatisfy { $0 == values[0] }
        let parts = MultipleSTL(values, periods: constant ? [] : pinned ?? input.seasonLengths)
        let trend: ETSForecaster
        if let form = input.choices.flatMap(ETSForecaster.form) {
            trend = ETSForecaster(form: form, period: 1, of: parts.adjusted)
        } else {
            trend = ETSForecaster(of: parts.adjusted, period: 1)
        }
        var choices = trend.choices
        choices.numbers[periodsKey] = parts.periods.map(Double.init)
        return MSTLForecaster(
            trend: trend, seasons: zip(parts.periods, parts.seasons).map { Array($1.suffix($0)) },
            choices: input.choices ?? choices
        )
    }

    func predict(_ horizon: Horizon) throws(ForecastError) -> NativeForecast {
        var forecast = try trend.predict(horizon)
        let season = horizon.leads.map { lead in
            seasons.reduce(0) { $0 + $1[(lead - 1) % $1.count] }
        }
        forecast.yhat = zip(forecast.yhat, season).map { $0 + $1 }
        forecast.interval = forecast.interval.map { interval in
            (zip(interval.lower, season).map { $0 + $1 }, zip(interval.upper, season).map { $0 + $1 })
        }
        return forecast
    }
}
