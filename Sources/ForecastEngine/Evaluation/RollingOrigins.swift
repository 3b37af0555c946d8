/// Cuts a series at several origins, one horizon apart, the last of them one horizon before its end.
public struct RollingOrigins: Hashable, Sendable {
    /// How many rows each origin forecasts.
    public var horizon: Int
    /// At most how many origins.
    public var count: Int
    /// No origin has fewer rows than this before it.
    public var leastTraining: Int

    /// Creates a plan of origins.
    public init(horizon: Int, count: Int = 1, leastTraining: Int = 2) {
        self.horizon = horizon
        self.count = count
        self.leastTraining = leastTraining
    }

    /// The cuts and the last scored times, oldest first; empty where the series is too short for one.
    public func cuts(_ times: [Int]) -> [(cut: Int, last: Int)] {
        guard horizon >= 1, count >= 1 else { return [] }
        let sorted = times.sorted()
        let most = min(count, (sorted.count - max(1, leastTraining)) / horizon)
        guard most >= 1 else { return [] }
        return (1...most).reversed().map { origin in
            let row = sorted.count - origin * horizon
            return (sorted[row - 1], sorted[row + horizon - 1])
        }
    }

    /// Evaluates a recipe at each origin; origins that cannot be scored are left out.
    /// - Throws: the first error when no origin can be scored.
    public func evaluate(
        recipe: Recipe,
        on series: TimeSeries,
        interval: IntervalMethod = .conformal
    ) throws(ForecastError) -> [Holdout] {
        var failure: ForecastError?
        var results: [Holdout] = []
        for (cut, last) in cuts(series.times) {
            do throws(ForecastError) {
                results.append(
                    try ForecastEngine.evaluate(
                        recipe: recipe, on: series, cut: cut, until: last, interval: interval)
                )
            } catch {
                failure = failure ?? error
            }
        }
        if results.isEmpty {
            throw failure
                ?? ForecastError(
                    .tooShort,
                    "Series '\(series.id)' has \(series.count) rows; a horizon of \(horizon) needs at least "
                        + "\(horizon + max(1, leastTraining))."
                )
        }
        return results
    }
}
