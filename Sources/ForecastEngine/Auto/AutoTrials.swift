/// What every candidate of `Auto` forecast on held-out parts of a history, and after its end.
///
/// For choosing `Auto`'s own design: rules for combining candidates can be tried on these without fitting again.
package struct AutoTrials: Sendable {
    /// One name a candidate: its algorithm and what is pinned.
    package var names: [String]
    /// After how many steps each cut lies.
    package var cuts: [Int]
    /// How many steps are forecast after each cut.
    package var length: Int
    /// One row a candidate: what it forecast after each cut, cut by cut.
    package var forecasts: [[Double]]
    /// What was observed there; NaN where nothing was.
    package var actual: [Double]
    /// One row a candidate: what it forecasts after the end of the history.
    package var future: [[Double]]
    /// The scale of MASE of the history.
    package var scale: Double

    /// Runs the candidates on a history.
    package init(_ series: TimeSeries, horizon: Int) throws(ForecastError) {
        var input = try TrainingInput(series, recipe: Recipe(.auto))
        input.horizon = horizon
        let selection = AutoSelection.candidates(input)
        names = selection.candidates.map { candidate in
            let numbers = candidate.member.choices.numbers.filter { $0.value != [0] }.sorted { $0.key < $1.key }
            return candidate.member.name.rawValue + numbers.map { " \($0.key) \($0.value.map { Int($0) })" }.joined()
        }
        let plan = selection.plan
        cuts = plan.cuts
        length = plan.length
        forecasts = selection.candidates.map(\.forecasts)
        actual = selection.actual
        scale = Metrics.maseScale(
            zip(input.grid.values, input.grid.observed).map { $1 ? $0 : .nan }, seasonLength: input.grid.maseSeason
        )
        var open = input
        open.choices = nil
        let times = input.horizon(after: input.grid.count, count: horizon)
        let effect = MonthEffect(input.grid, until: input.grid.count)
        future = selection.candidates.map { candidate in
            open.choices = candidate.member.choices
            let fitted = try? FittedModel.fit(candidate.member.name, open)
            let yhat = (try? fitted?.algorithm.predict(times).yhat) ?? Array(repeating: .nan, count: horizon)
            return zip(yhat, times.times).map { effect?($0, at: $1) ?? $0 }
        }
    }

    /// An algorithm's forecast and own interval after the end of a history; nil where it fails.
    package static func peer(
        _ name: AlgorithmName, _ series: TimeSeries, horizon: Int
    ) -> (yhat: [Double], lower: [Double], upper: [Double])? {
        guard let model = try? TrainedModel.fit(series, recipe: Recipe(name), horizon: horizon, calibrate: false),
            let forecast = try? model.forecast(steps: horizon, interval: .native)
        else { return nil }
        return (forecast.yhat, forecast.lower, forecast.upper)
    }
}
