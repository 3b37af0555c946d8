/// ARIMA of automatic orders.
///
/// Fits what `AutoARIMA` of statsforecast fits: there, models with differences mostly keep their conditional least-squares
/// estimates, and the exact likelihood only compares them (`ARIMAEstimation.fitFromZero`). Seasons longer than 24 steps are
/// taken out by MSTL first, and the orders are then those of a series without a season. See `ARIMASearch` for the source.
struct ARIMAForecaster: ForecastingAlgorithm {
    /// Nil where the last value is carried on.
    var model: ARIMAModel?
    var lastValue: Double
    /// The last season of each component that was taken out, oldest value first.
    var seasons: [[Double]]
    var magnitude: Magnitude
    var residualDeviation: Double
    /// What was chosen; a refit keeps what it was given.
    var choices: Choices

    private static let orderKey = "order"
    private static let periodsKey = "periods"
    /// The longest season that gets orders of its own.
    private static let longestPeriod = 24

    static func fit(_ input: TrainingInput) throws(ForecastError) -> ARIMAForecaster {
        let magnitude = Magnitude(of: input.values)
        let values = magnitude.reduced(input.values)
        let constant = UnitRoots.isConstant(values)
        let pinned = input.choices?.numbers[orderKey].flatMap(ARIMAOrder.init(code:))
        var removed = (input.seasonLengths.last ?? 1) > longestPeriod ? input.seasonLengths : []
        if let periods = input.choices?.numbers[periodsKey] { removed = periods.map { Int($0) } }
        let parts = MultipleSTL(values, periods: constant ? [] : removed)
        let period = removed.isEmpty ? input.seasonLengths.first ?? 1 : 1
        var model: ARIMAModel?
        if !constant {
            model = pinned.map { refit($0, parts.adjusted) } ?? ARIMASearch.best(of: parts.adjusted, period: period)
        }
        let residuals = model?.residuals(over: parts.adjusted) ?? zip(values.dropFirst(), values).map { $0 - $1 }
        var choices = Choices()
        if let model {
            choices.numbers = [orderKey: model.order.code, periodsKey: parts.periods.map(Double.init)]
        }
        return ARIMAForecaster(
            model: model, lastValue: values[values.count - 1],
            seasons: zip(parts.periods, parts.seasons).map { Array($1.suffix($0)) }, magnitude: magnitude,
            residualDeviation: magnitude.unit * Statistics.mean(residuals.map { $0 * $0 }).squareRoot(),
            choices: input.choices ?? choices
        )
    }

    /// Estimates pinned orders, or the differences alone where the values do not bear more.
    private static func refit(_ order: ARIMAOrder, _ values: [Double]) -> ARIMAModel? {
        var plain = ARIMAOrder()
        plain.d = order.d
        plain.seasonalD = order.seasonalD
        plain.period = order.period
        for candidate in [order, plain] {
            let model = ARIMAEstimation(candidate, values)?.fit(values, .asStatsforecast, insists: false)
            if let model { return model }
        }
        return nil
    }

    func predict(_ horizon: Horizon) throws(ForecastError) -> NativeForecast {
        let count = horizon.steps
        var mean = [Double](repeating: lastValue, count: count)
        let deviation = residualDeviation / magnitude.unit
        var variance = (0..<count).map { Double($0 + 1) * deviation * deviation }
        if let model {
            mean = model.forecast(count: count)
            variance = model.forecastVariances(count: count)
        }
        for i in 0..<count { mean[i] = seasons.reduce(mean[i]) { $0 + $1[i % $1.count] } }
        return NativeForecast(horizon, mean: mean, variance: variance, unit: magnitude.unit)
    }
}

extension ARIMAOrder {
    /// The orders as numbers, for a recipe.
    var code: [Double] {
        [p, d, q, seasonalP, seasonalD, seasonalQ, period].map(Double.init) + [constant ? 1 : 0]
    }

    /// Reads `code`; nil where it is not one.
    init?(code: [Double]) {
        guard code.count == 8, code.allSatisfy({ (0...1_000).contains($0) }), code[6] >= 1 else { return nil }
        let n = code.map { Int($0) }
        self.init(
            p: n[0], d: n[1], q: n[2], seasonalP: n[3], seasonalD: n[4], seasonalQ: n[5], period: n[6],
            constant: n[7] == 1
        )
    }
}
