/// The last season, for ever; the last value where the series has no season.
///
/// Hyndman & Athanasopoulos, *Forecasting: Principles and Practice* (3rd ed.), section 5.2. The longest season of at
/// most a week is meant by whoever says "seasonal naive", and here it is the shortest that was given: the day for
/// sub-daily series, the week for daily ones, the year for monthly ones.
struct SeasonalNaiveModel: ForecastingAlgorithm, Hashable {
    /// The last season, oldest first; one value where there is no season.
    var season: [Double]
    var residualDeviation: Double

    var choices: Choices { Choices() }

    static func fit(_ input: TrainingInput) throws(ForecastError) -> SeasonalNaiveModel {
        let y = input.values
        let length = min(input.seasonLengths.first ?? 1, y.count)
        return SeasonalNaiveModel(
            season: Array(y.suffix(length)),
            residualDeviation: Statistics.rootMeanSquareDifference(y, lag: length)
        )
    }

    func predict(_ horizon: Horizon) throws(ForecastError) -> NativeForecast {
        let z = Statistics.normalQuantile(0.5 + horizon.intervalWidth / 2)
        let yhat = horizon.leads.map { season[($0 - 1) % season.count] }
        let half = horizon.leads.map {
            z * residualDeviation * Double(($0 - 1) / season.count + 1).squareRoot()
        }
        return NativeForecast(
            yhat: yhat, interval: (zip(yhat, half).map { $0 - $1 }, zip(yhat, half).map { $0 + $1 }))
    }
}
