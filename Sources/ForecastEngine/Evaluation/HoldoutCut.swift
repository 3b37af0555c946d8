/// A series cut in two: what a fit may see, and what it is scored on.
struct HoldoutCut: Sendable {
    /// The last time that the fit may see.
    var cut: Int
    var training: TimeSeries
    var future: TimeSeries
    /// The recipe with the step of the rows up to the cut.
    var recipe: Recipe
    /// Steps from the end of the training rows to the last row that is scored.
    var horizon: Int
    private var step: TimeStep

    /// - Throws: `noObservations` where nothing lies before the cut or nothing after it can be scored.
    init(_ series: TimeSeries, recipe: Recipe, cut: Int, until last: Int) throws(ForecastError) {
        let sorted = try series.validated()
        training = sorted.upTo(cut)
        future = sorted.after(cut)
        if last != .max { future = future.upTo(last) }
        guard training.count > 0 else {
            throw ForecastError(.noObservations, "Series '\(series.id)' has no row up to the cut \(cut).")
        }
        guard future.values.contains(where: { !$0.isNaN }) else {
            throw ForecastError(
                .noObservations,
                "Series '\(series.id)' has no observation after the cut \(cut); shorten the holdout."
            )
        }
        self.cut = cut
        self.recipe = recipe
        self.recipe.settings.step = recipe.settings.step ?? TimeStep.infer(from: training.times)
        step = self.recipe.settings.step ?? .seconds(1)
        horizon = max(
            1, step.steps(from: training.times[training.count - 1], to: future.times[future.count - 1]))
    }

    /// Forecasts the rows after the cut with a model of those before it.
    func score(_ model: TrainedModel, interval: IntervalMethod) throws(ForecastError) -> Holdout {
        let forecast = try model.forecast(
            FutureFrame(times: future.times, columns: future.columns), interval: interval
        )
        let grid = try RegularGrid(training, step: step)
        let scale = Metrics.maseScale(
            zip(grid.values, grid.observed).map { $1 ? $0 : .nan }, seasonLength: grid.maseSeason
        )
        return Holdout(cut: cut, model: model, forecast: forecast, actual: future.values, maseScale: scale)
    }
}
