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
    let split = try HoldoutCut(series, recipe: recipe, cut: cut, until: last)
    let model = try TrainedModel.fit(
        split.training, recipe: split.recipe, horizon: split.horizon, calibrate: interval == .conformal)
    return try split.score(model, interval: interval)
}

extension RegularGrid {
    /// The season that MASE compares with: the shortest natural one of which the data hold two, else one step.
    var maseSeason: Int { Seasons.candidates(step).first { 2 * $0 <= count } ?? 1 }
}
