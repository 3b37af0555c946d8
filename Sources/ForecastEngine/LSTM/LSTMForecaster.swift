/// A recurrent network for energy-like series: a week of hours in, a day of quantiles out.
///
/// One network serves many series (`TrainedModel.fitTogether`); through the catalogue it is trained on one alone. It
/// forecasts corrections to the last day, in units of the window, so that an untrained network is the seasonal naive
/// forecast. Longer horizons follow the median a day at a time.
struct LSTMForecaster: ForecastingAlgorithm {
    var network: LSTMNetwork
    /// The last values of the series, as many as a window and its lags need.
    var tail: [Double]
    var tailTimes: [Int]
    /// The scale of the series.
    var mean: Double
    var deviation: Double
    var step: TimeStep
    var residualDeviation: Double
    var choices: Choices

    static let shape = LSTMShape()
    private static let epochsKey = "epochs"
    private static let tailLength = 336

    static func fit(_ input: TrainingInput) throws(ForecastError) -> LSTMForecaster { try fitHoldingOut(input).model }

    static func fitHoldingOut(
        _ input: TrainingInput
    ) throws(ForecastError) -> (model: LSTMForecaster, calibration: Calibration?) {
        try checkLength(input)
        return train([input])[0]
    }

    /// - Throws: `tooShort`, naming the series and what to do.
    static func checkLength(_ input: TrainingInput) throws(ForecastError) {
        guard input.values.count >= LSTMTraining.fewest(shape) else {
            throw ForecastError(
                .tooShort,
                "Series '\(input.series.id)' has \(input.values.count) steps; the LSTM needs at least "
                    + "\(LSTMTraining.fewest(shape)) (a week of hours and four days). Give more history, or use another algorithm."
            )
        }
    }

    /// Trains one network on all inputs, whose lengths were checked, and gives each series its model and what the network
    /// missed in its validation windows, which the weights were not trained on.
    static func train(_ inputs: [TrainingInput]) -> [(model: LSTMForecaster, calibration: Calibration?)] {
        guard let first = inputs.first else { return [] }
        var training = LSTMTraining()
        if let epochs = first.choices?.numbers[epochsKey]?.first {
            training.epochs = min(max(Int(epochs), 0), 1_000)
            training.runsAllEpochs = true
        }
        let series = inputs.map { LSTMSeries($0.grid) }
        // Series without variation have nothing to teach.
        let varied = series.filter { $0.deviation > 0 }
        if varied.isEmpty { training.epochs = 0 }
        let result = training.train(varied.isEmpty ? series : varied, shape: shape, seed: first.settings.seed)
        let choices = first.choices ?? Choices(numbers: [epochsKey: [Double(result.epochs)]])
        return zip(inputs, series).map { input, one in
            model(result.network, input, one, choices)
        }
    }

    private static func model(
        _ network: LSTMNetwork, _ input: TrainingInput, _ series: LSTMSeries, _ choices: Choices
    ) -> (model: LSTMForecaster, calibration: Calibration?) {
        let grid = input.grid
        let times = [grid.start] + grid.step.times(after: grid.start, count: grid.count - 1)
        var model = LSTMForecaster(
            network: network, tail: grid.values.suffix(tailLength), tailTimes: times.suffix(tailLength),
            mean: series.mean, deviation: series.deviation, step: grid.step, residualDeviation: 0, choices: choices
        )
        let origins = LSTMTraining.validationOrigins(count: grid.count, shape)
        var forecasts: [Double] = []
        var actual: [Double] = []
        var first: [Double] = []
        for origin in origins {
            let median = model.quantiles(series, origin: origin).map { $0[1] }
            forecasts += median
            actual += (origin..<(origin + shape.horizon)).map { grid.observed[$0] ? grid.values[$0] : .nan }
            if grid.observed[origin] { first.append(grid.values[origin] - median[0]) }
        }
        model.residualDeviation = Statistics.mean(first.map { $0 * $0 }).squareRoot()
        var plan = OriginPlan(count: grid.count, horizon: shape.horizon, season: 1, most: origins.count)
        plan.cuts = origins
        plan.length = shape.horizon
        plan.stride = shape.horizon
        return (model, Calibration(plan: plan, forecasts: forecasts, actual: actual))
    }

    /// The quantiles of each step after `origin`, in the series' units, in ascending order.
    func quantiles(_ series: LSTMSeries, origin: Int) -> [[Double]] {
        let shape = network.shape
        let scale = series.window(before: origin, shape)
        var input = [Lanes](repeating: .zero, count: shape.steps * shape.inputs)
        series.write(before: origin, shape, scale, lane: 0, to: &input)
        var tape = LSTMNetwork.Tape(shape)
        let output = network.forward(input, &tape)
        let count = LSTMShape.quantiles.count
        return (0..<shape.horizon).map { step in
            let base = series.base(step, origin: origin, shape, scale)
            // Quantiles are trained apart and may cross; sorting them never makes them worse.
            let sorted = (0..<count).map { base + output[step * count + $0][0] }.sorted()
            return sorted.map { ($0 * scale.spread + scale.level) * series.deviation + series.mean }
        }
    }

    func predict(_ horizon: Horizon) throws(ForecastError) -> NativeForecast {
        var series = LSTMSeries(
            values: tail, observed: tail.map { _ in true }, times: tailTimes, mean: mean, deviation: deviation)
        let steps = horizon.steps
        let times = step.times(after: tailTimes[tailTimes.count - 1], count: steps + network.shape.horizon)
        var path: [[Double]] = []
        while path.count < steps {
            for quantiles in self.quantiles(series, origin: series.values.count) {
                series.extend(quantiles[1], time: times[path.count])
                path.append(quantiles)
            }
        }
        // The network knows the 10% and 90% quantiles; other widths are stretched as a normal distribution would be.
        let stretch =
            Statistics.normalQuantile(0.5 + horizon.intervalWidth / 2)
            / Statistics.normalQuantile(LSTMShape.quantiles[2])
        let rows = horizon.rows(of: path)
        return NativeForecast(
            yhat: rows.map { $0[1] },
            interval: (rows.map { $0[1] - stretch * ($0[1] - $0[0]) }, rows.map { $0[1] + stretch * ($0[2] - $0[1]) })
        )
    }
}
