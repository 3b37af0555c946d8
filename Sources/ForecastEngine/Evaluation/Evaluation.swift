/// How well a forecast met what came.
public struct Evaluation: Hashable, Sendable, Codable {
    /// How many points were observed and scored.
    public var points: Int
    /// Percent, 0 to 200.
    public var smape: Double
    /// In the units of the series.
    public var mae: Double
    /// In the units of the series.
    public var rmse: Double
    /// NaN when the training data give no scale.
    public var mase: Double
    /// Mean pinball loss of the interval's two bounds as quantile forecasts.
    public var pinball: Double
    /// The share of points inside the interval, 0 to 1.
    public var coverage: Double
    /// Winkler score of the interval.
    public var winkler: Double
    /// Winkler score over the scale of MASE, comparable across series.
    public var scaledWinkler: Double

    /// Scores a forecast of parallel rows.
    public init(actual: [Double], forecast: Forecast, maseScale: Double) {
        let width = forecast.intervalWidth
        points = actual.count { !$0.isNaN }
        smape = Metrics.smape(actual: actual, forecast: forecast.yhat)
        mae = Metrics.mae(actual: actual, forecast: forecast.yhat)
        rmse = Metrics.rmse(actual: actual, forecast: forecast.yhat)
        mase = Metrics.mase(actual: actual, forecast: forecast.yhat, scale: maseScale)
        pinball =
            (Metrics.pinball(actual: actual, forecast: forecast.lower, quantile: 0.5 - width / 2)
                + Metrics.pinball(actual: actual, forecast: forecast.upper, quantile: 0.5 + width / 2)) / 2
        coverage = Metrics.coverage(actual: actual, lower: forecast.lower, upper: forecast.upper)
        winkler = Metrics.winkler(
            actual: actual, lower: forecast.lower, upper: forecast.upper, width: width)
        scaledWinkler = maseScale > 0 ? winkler / maseScale : .nan
    }
}
