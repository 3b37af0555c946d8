/// The Theta method: seasonal adjustment where the season is significant, then the best of four kinds.
///
/// Fits what `AutoTheta` of statsforecast fits. Fewer than four values, or equal ones, are carried on. See `ThetaKind`
/// for the sources.
struct ThetaForecaster: ForecastingAlgorithm {
    /// Nil where the last value is carried on.
    var fit: ThetaSearch?
    var lastValue: Double
    var magnitude: Magnitude
    var residualDeviation: Double
    /// What was chosen; a refit keeps what it was given.
    var choices: Choices

    private static let kindKey = "kind"
    private static let periodKey = "period"

    /// The kind and, where the season was significant, its length.
    private static func choices(of fit: ThetaSearch?) -> Choices {
        guard let fit, let kind = ThetaKind.allCases.firstIndex(of: fit.model.kind) else { return Choices() }
        return Choices(numbers: [kindKey: [Double(kind)], periodKey: [Double(fit.season?.figure.count ?? 1)]])
    }

    static func fit(_ input: TrainingInput) throws(ForecastError) -> ThetaForecaster {
        let magnitude = Magnitude(of: input.values)
        let values = magnitude.reduced(input.values)
        var fit: ThetaSearch?
        if !values.allSatisfy({ $0 == values[0] }) {
            if let number = input.choices?.numbers[kindKey]?.first.map({ Int($0) }),
                ThetaKind.allCases.indices.contains(number)
            {
                let period = input.choices?.numbers[periodKey]?.first.map { Int($0) } ?? 1
                let kind = ThetaKind.allCases[number]
                fit = ThetaSearch(of: values, period: period, seasonal: period > 1, kinds: [kind])
            } else {
                fit = ThetaSearch(of: values, period: input.seasonLengths.first ?? 1)
            }
        }
        let residuals = fit?.residuals(over: values) ?? zip(values.dropFirst(), values).map { $0 - $1 }
        return ThetaForecaster(
            fit: fit, lastValue: values[values.count - 1], magnitude: magnitude,
            residualDeviation: magnitude.unit * Statistics.mean(residuals.map { $0 * $0 }).squareRoot(),
            choices: input.choices ?? choices(of: fit)
        )
    }

    func predict(_ horizon: Horizon) throws(ForecastError) -> NativeForecast {
        let count = horizon.steps
        guard let fit else {
            let variance = residualDeviation / magnitude.unit * (residualDeviation / magnitude.unit)
            return NativeForecast(
                horizon, mean: [Double](repeating: lastValue, count: count),
                variance: (0..<count).map { Double($0 + 1) * variance }, unit: magnitude.unit
            )
        }
        return NativeForecast(
            horizon, mean: fit.forecast(count: count), variance: fit.forecastVariances(count: count),
            unit: magnitude.unit
        )
    }
}
