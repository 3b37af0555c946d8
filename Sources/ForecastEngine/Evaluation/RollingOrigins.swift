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
        if results.isEmpty { throw failure ?? tooShort(series) }
        return results
    }

    /// Evaluates an LSTM that all series share: at each origin one network is trained on what lies before the cuts of all.
    ///
    /// - Parameter recipe: an LSTM's, pinned or open.
    /// - Returns: the origins of each series that could be scored, oldest first, or its first error; in the order of the
    ///   series.
    public func evaluateTogether(
        recipe: Recipe, on series: [TimeSeries], interval: IntervalMethod = .conformal
    ) -> [Result<[Holdout], ForecastError>] {
        var holdouts: [[Holdout]] = series.map { _ in [] }
        var failures: [ForecastError?] = series.map { _ in nil }
        let cuts = series.map { self.cuts($0.times) }
        for origin in (1...max(1, count)).reversed() {
            // Shorter series have fewer origins; the last one of all ends with each of them.
            var splits: [(place: Int, split: HoldoutCut)] = []
            for place in series.indices where cuts[place].count >= origin {
                let (cut, last) = cuts[place][cuts[place].count - origin]
                do throws(ForecastError) {
                    splits.append(
                        (place, try HoldoutCut(series[place], recipe: recipe, cut: cut, until: last)))
                } catch {
                    failures[place] = failures[place] ?? error
                }
            }
            let models = TrainedModel.fitTogether(splits.map(\.split.training), recipe: recipe)
            for ((place, split), model) in zip(splits, models) {
                do throws(ForecastError) {
                    holdouts[place].append(try split.score(try model.get(), interval: interval))
                } catch {
                    failures[place] = failures[place] ?? error
                }
            }
        }
        return series.indices.map { place in
            holdouts[place].isEmpty ? .failure(failures[place] ?? tooShort(series[place])) : .success(holdouts[place])
        }
    }

    private func tooShort(_ series: TimeSeries) -> ForecastError {
        ForecastError(
            .tooShort,
            "Series '\(series.id)' has \(series.count) rows; a horizon of \(horizon) needs at least "
                + "\(horizon + max(1, leastTraining))."
        )
    }
}
