/// Prophet: a trend with changepoints, seasonalities, holidays and regressors (Taylor & Letham, "Forecasting at scale", The
/// American Statistician 72(1), 2018), fitted to the mode of its posterior.
extension ProphetModel: ForecastingAlgorithm {
    static func fit(_ input: TrainingInput) throws(ForecastError) -> ProphetModel {
        try ProphetModel(fitting: input.series, settings: input.settings.prophet, choices: input.choices)
    }

    var choices: Choices { plan.choices }

    var residualDeviation: Double { sigma * scaling.valueScale }

    func predict(_ horizon: Horizon) throws(ForecastError) -> NativeForecast {
        let mean = try mean(times: horizon.times, columns: horizon.columns)
        return NativeForecast(
            yhat: mean.yhat,
            interval: horizon.wantsInterval
                ? interval(around: mean, times: horizon.times, width: horizon.intervalWidth, seed: horizon.seed) : nil
        )
    }
}
