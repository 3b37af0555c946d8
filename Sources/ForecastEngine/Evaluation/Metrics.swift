/// Measures of forecast accuracy; a point whose actual value is missing is left out.
///
/// Parallel arrays; an error that is not finite makes the measure not finite, so that it can never win.
public enum Metrics {
    /// Symmetric mean absolute percentage error in percent, 0 to 200: mean of 200·|F−A| / (|A|+|F|).
    ///
    /// A point with both zero counts 0. NaN when nothing can be scored.
    public static func smape(actual: [Double], forecast: [Double]) -> Double {
        mean(actual, forecast) { a, f in a == 0 && f == 0 ? 0 : 200 * abs(f - a) / (abs(a) + abs(f)) }
    }

    /// Mean absolute error, in the units of the series.
    public static func mae(actual: [Double], forecast: [Double]) -> Double {
        mean(actual, forecast) { a, f in abs(f - a) }
    }

    /// Root mean squared error, in the units of the series.
    public static func rmse(actual: [Double], forecast: [Double]) -> Double {
        mean(actual, forecast) { a, f in (f - a) * (f - a) }.squareRoot()
    }

    /// Mean absolute error over that of the seasonal naive forecast inside the training data
    /// (Hyndman & Koehler, 2006); NaN when the scale is zero.
    public static func mase(actual: [Double], forecast: [Double], scale: Double) -> Double {
        scale > 0 ? mae(actual: actual, forecast: forecast) / scale : .nan
    }

    /// The scale of MASE: mean |y[t] − y[t−lag]| over pairs that were both observed (NaN is missing).
    public static func maseScale(_ training: [Double], seasonLength: Int) -> Double {
        let lag = max(1, seasonLength)
        guard training.count > lag else { return .nan }
        return mean(
            Array(training.dropFirst(lag)), Array(training.dropLast(lag)), skipMissingForecast: true
        ) {
            abs($0 - $1)
        }
    }

    /// Mean pinball loss of a quantile forecast, in the units of the series.
    public static func pinball(actual: [Double], forecast: [Double], quantile: Double) -> Double {
        mean(actual, forecast) { a, f in a >= f ? quantile * (a - f) : (1 - quantile) * (f - a) }
    }

    /// The share of actual values inside the closed interval, 0 to 1.
    public static func coverage(actual: [Double], lower: [Double], upper: [Double]) -> Double {
        mean(actual, Array(zip(lower, upper))) { a, bounds in
            guard bounds.0.isFinite, bounds.1.isFinite else { return .nan }
            return a >= bounds.0 && a <= bounds.1 ? 1 : 0
        }
    }

    /// The Winkler score of an interval of this width: its length, plus 2/α times the distance outside.
    public static func winkler(actual: [Double], lower: [Double], upper: [Double], width: Double)
        -> Double
    {
        let penalty = 2 / (1 - width)
        return mean(actual, Array(zip(lower, upper))) { a, bounds in
            let outside = a < bounds.0 ? bounds.0 - a : a > bounds.1 ? a - bounds.1 : 0
            return bounds.1 - bounds.0 + penalty * outside
        }
    }

    private static func mean(
        _ actual: [Double], _ forecast: [Double], skipMissingForecast: Bool = false,
        _ loss: (Double, Double) -> Double
    ) -> Double {
        var sum = 0.0
        var count = 0
        for (a, f) in zip(actual, forecast) where !a.isNaN && !(skipMissingForecast && f.isNaN) {
            sum += loss(a, f)
            count += 1
        }
        return count == 0 ? .nan : sum / Double(count)
    }

    private static func mean(
        _ actual: [Double], _ bounds: [(Double, Double)], _ loss: (Double, (Double, Double)) -> Double
    )
        -> Double
    {
        var sum = 0.0
        var count = 0
        for (a, b) in zip(actual, bounds) where !a.isNaN {
            sum += loss(a, b)
            count += 1
        }
        return count == 0 ? .nan : sum / Double(count)
    }
}
