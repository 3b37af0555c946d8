/// A recipe's forecast of data that it was not fitted on.
public struct Holdout: Sendable {
    /// The last time that the fit saw, seconds since 1970 UTC.
    public var cut: Int
    /// The model that was fitted on the rows up to the cut.
    public var model: TrainedModel
    /// What it forecast for the rows after the cut.
    public var forecast: Forecast
    /// What came, one value a row of the forecast; NaN where missing.
    public var actual: [Double]
    /// The scale of MASE from the rows up to the cut.
    public var maseScale: Double
    /// The scores.
    public var score: Evaluation {
        Evaluation(actual: actual, forecast: forecast, maseScale: maseScale)
    }
}

/// Fits a recipe on the rows up to `cut` and scores it on those after it.
///
/// A pinned recipe chooses nothing; an open one chooses inside the rows up to the cut. Pure and safe to call from
/// any thread.
/// - Parameters:
///   - recipe: pinned or open.
///   - series: the whole series.
///   - cut: the last time that the fit may see, seconds since 1970 UTC.
///   - last: the last time that is scored; nil scores all.
///   - interval: where the bounds come from.
/// - Throws: what the fit throws, and `noObservations` when nothing after the cut can be scored.
public func evaluate(
    recipe: Recipe,
    on series: TimeSeries,
    cut: Int,
    until last: Int = .max,
    interval: IntervalMethod = .conformal
) throws(ForecastError) -> Holdout {
    let sorted = try series.validated()
    let training = sorted.upTo(cut)
    var future = sorted.after(cut)
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
    var open = recipe
    open.settings.step = recipe.settings.step ?? TimeStep.infer(from: training.times)
    let step = open.settings.step ?? .seconds(1)
    let horizon = step.steps(
        from: training.times[training.count - 1], to: future.times[future.count - 1])
    let model = try TrainedModel.fit(
        training, recipe: open, horizon: max(1, horizon), calibrate: interval == .conformal)
    let forecast = try model.forecast(
        FutureFrame(times: future.times, columns: future.columns), interval: interval
    )
    let grid = try RegularGrid(training, step: step)
    let scale = Metrics.maseScale(
        zip(grid.values, grid.observed).map { $1 ? $0 : .nan }, seasonLength: grid.maseSeason
    )
    return Holdout(
        cut: cut, model: model, forecast: forecast, actual: future.values, maseScale: scale)
}

extension RegularGrid {
    /// The season that MASE compares with: the shortest natural one of which the data hold two, else one step.
    var maseSeason: Int { Seasons.candidates(step).first { 2 * $0 <= count } ?? 1 }
}
