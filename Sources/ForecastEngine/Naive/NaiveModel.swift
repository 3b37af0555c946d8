/// The last value, for ever.
///
/// Hyndman & Athanasopoulos, *Forecasting: Principles and Practice* (3rd ed.), section 5.2; the interval is that of
/// a random walk, whose deviation grows with the root of the lead.
struct NaiveModel: ForecastingAlgorithm, Hashable {
    var last: Double
    var residualDeviation: Double

    var choices: Choices { Choices() }

    static func fit(_ input: TrainingInput) throws(ForecastError) -> NaiveModel {
        let y = input.values
        return NaiveModel(
            last: y[y.count - 1], residualDeviation: Statistics.rootMeanSquareDifference(y, lag: 1))
    }

    func predict(_ horizon: Horizon) throws(ForecastError) -> NativeForecast {
        let z = Statistics.normalQuantile(0.5 + horizon.intervalWidth / 2)
        let half = horizon.leads.map { z * residualDeviation * Double($0).squareRoot() }
        return NativeForecast(
            yhat: horizon.leads.map { _ in last },
            interval: (half.map { last - $0 }, half.map { last + $0 })
        )
    }
}
