/// Exponential smoothing: the form of least AICc, its parameters by maximum likelihood.
///
/// Fits what `AutoETS` of statsforecast fits. A season longer than 24 steps is left to MSTL, and where the series is too
/// short for any form the last level is smoothed with a fixed weight. See `ETSForm` for the source.
struct ETSForecaster: ForecastingAlgorithm {
    var model: ETSModel
    var magnitude: Magnitude
    var residualDeviation: Double
    /// What was chosen; a refit keeps what it was given even where other data made it step back from a form.
    var choices: Choices

    private static let formKey = "form"
    private static let periodKey = "period"

    static func fit(_ input: TrainingInput) throws(ForecastError) -> ETSForecaster {
        let period = input.seasonLengths.first { $0 <= ETSSearch.longestPeriod } ?? 1
        if let form = input.choices.flatMap(form) {
            let pinned = input.choices?.numbers[periodKey]?.first.map { Int($0) } ?? period
            var fitted = ETSForecaster(form: form, period: pinned, of: input.values)
            fitted.choices = input.choices ?? fitted.choices
            return fitted
        }
        return ETSForecaster(of: input.values, period: period)
    }

    /// The form that a recipe has pinned.
    static func form(_ choices: Choices) -> ETSForm? { choices.numbers[formKey].flatMap(ETSForm.init(code:)) }

    /// Chooses the form.
    init(of values: [Double], period: Int) {
        let magnitude = Magnitude(of: values)
        let reduced = magnitude.reduced(values)
        let chosen = Self.isConstant(reduced) ? nil : ETSSearch.best(of: reduced, period: period)
        self.init(chosen ?? Self.last(of: reduced), magnitude, reduced)
    }

    /// Keeps the form, or its additive relative where the values forbid a relative error or have become too few.
    init(form: ETSForm, period: Int, of values: [Double]) {
        let magnitude = Magnitude(of: values)
        let reduced = magnitude.reduced(values)
        var model: ETSModel?
        if !Self.isConstant(reduced) {
            let additive = ETSForm(.additive, form.trend, form.season == .none ? .none : .additive)
            for candidate in [form, additive, ETSForm(.additive, .none, .none)] where model == nil {
                model = ETSSearch.fit(candidate, to: reduced, period: period)
            }
        }
        self.init(model ?? Self.last(of: reduced), magnitude, reduced)
    }

    private init(_ model: ETSModel, _ magnitude: Magnitude, _ values: [Double]) {
        self.model = model
        self.magnitude = magnitude
        choices = Choices(numbers: [Self.formKey: model.form.code, Self.periodKey: [Double(model.period)]])
        let residuals = model.residuals(over: values)
        residualDeviation = magnitude.unit * Statistics.mean(residuals.map { $0 * $0 }).squareRoot()
    }

    /// The level that follows the values almost at once, for series too short or too even to estimate anything.
    private static func last(of values: [Double]) -> ETSModel {
        let state = ETSState(alpha: 0.9999, beta: 0, gamma: 0, phi: 1, level: values[0], trend: 0, season: [])
        return ETSModel(ETSForm(.additive, .none, .none), period: 1, initial: state, parameters: 2, over: values)
    }

    private static func isConstant(_ values: [Double]) -> Bool { values.allSatisfy { $0 == values[0] } }

    func predict(_ horizon: Horizon) throws(ForecastError) -> NativeForecast {
        NativeForecast(
            horizon, mean: model.forecast(count: horizon.steps),
            variance: model.forecastVariances(count: horizon.steps),
            unit: magnitude.unit
        )
    }
}

extension ETSForm {
    /// The form as three numbers, for a recipe.
    var code: [Double] {
        [
            error == .additive ? 0 : 1, trend == .none ? 0 : trend == .additive ? 1 : 2,
            season == .none ? 0 : season == .additive ? 1 : 2,
        ]
    }

    /// Reads `code`; nil where it is not one.
    init?(code: [Double]) {
        guard code.count == 3 else { return nil }
        let all = [ErrorKind.additive, .multiplicative].flatMap { error in
            [Trend.none, .additive, .damped].flatMap { trend in
                [Season.none, .additive, .multiplicative].map { ETSForm(error, trend, $0) }
            }
        }
        guard let form = all.first(where: { $0.code == code }) else { return nil }
        self = form
    }
}

extension NativeForecast {
    /// A normal interval around means of leads 1, 2, …, read at the rows of the horizon.
    init(_ horizon: Horizon, mean: [Double], variance: [Double], unit: Double = 1) {
        let z = Statistics.normalQuantile(0.5 + horizon.intervalWidth / 2)
        let yhat = horizon.rows(of: mean).map { $0 * unit }
        let half = horizon.rows(of: variance).map { z * $0.squareRoot() * unit }
        self.init(yhat: yhat, interval: (zip(yhat, half).map { $0 - $1 }, zip(yhat, half).map { $0 + $1 }))
    }
}
