import ForecastEngine

/// Scores algorithms on data that their fits have not seen.
struct Backtest: Sendable {
    /// Whose interval is scored.
    enum IntervalChoice: String, Sendable, CaseIterable {
        /// Prophet's own for Prophet, conformal for the others.
        case usual
        /// From held-out residuals, for every algorithm.
        case conformal
        /// Each algorithm's own.
        case native

        func method(for name: AlgorithmName) -> IntervalMethod {
            switch self {
            case .usual: name == .prophet ? .native : .conformal
            case .conformal: .conformal
            case .native: .native
            }
        }
    }

    /// Rows that each origin holds out.
    var holdout: Int
    /// How many origins, one holdout apart, the last ending with the series.
    var origins: Int
    /// Whose interval is scored.
    var interval: IntervalChoice
    /// How many threads.
    var threads: Int

    /// What became of one series under one algorithm: means over its origins.
    struct SeriesScore: Sendable, Hashable {
        var id: String
        var algorithm: AlgorithmName
        var smape = Double.nan
        var mae = Double.nan
        var mase = Double.nan
        /// The share of held-out points inside the interval.
        var coverage = Double.nan
        /// The Winkler score over the scale of MASE.
        var winkler = Double.nan
        /// How many origins it was scored at.
        var origins = 0
        /// Seconds that fitting and forecasting took on its thread.
        var seconds = 0.0
        /// Why there are no scores.
        var failure: String?
    }

    /// Scores one algorithm on a batch of series, in their order; an LSTM is shared by the series of a batch.
    func run(_ series: [TimeSeries], settings: AlgorithmSettings) async -> [SeriesScore] {
        if usesFleet(settings) { return fleet(series, settings: settings) }
        if settings.name == .lstm { return together(series, settings: settings) }
        let plan = RollingOrigins(horizon: holdout, count: origins)
        let recipe = Recipe(settings: settings)
        let method = interval.method(for: settings.name)
        return await parallelMap(series, threads: threads) { one in
            let start = ContinuousClock.now
            var score = SeriesScore(id: one.id, algorithm: settings.name)
            do throws(ForecastError) {
                let holdouts = try plan.evaluate(recipe: recipe, on: one, interval: method)
                score.add(holdouts.map(\.score))
            } catch {
                score.failure = error.message
            }
            score.seconds = (ContinuousClock.now - start).inSeconds
            return score
        }
    }

    /// Prophet at one origin with its own interval goes through the fleet, which shares what series have in common.
    private func usesFleet(_ settings: AlgorithmSettings) -> Bool {
        settings.name == .prophet && origins == 1 && interval.method(for: .prophet) == .native
    }

    private func together(_ series: [TimeSeries], settings: AlgorithmSettings) -> [SeriesScore] {
        let start = ContinuousClock.now
        let results = RollingOrigins(horizon: holdout, count: origins).evaluateTogether(
            recipe: Recipe(settings: settings), on: series, interval: interval.method(for: settings.name))
        let share = (ContinuousClock.now - start).inSeconds / Double(max(1, series.count))
        return zip(series, results).map { one, result in
            var score = SeriesScore(id: one.id, algorithm: settings.name)
            switch result {
            case .success(let holdouts): score.add(holdouts.map(\.score))
            case .failure(let error): score.failure = error.message
            }
            score.seconds = share
            return score
        }
    }

    private func fleet(_ series: [TimeSeries], settings: AlgorithmSettings) -> [SeriesScore] {
        let fleet = ProphetFleet(
            settings: settings.prophet, intervalWidth: settings.intervalWidth, seed: settings.seed, threads: threads
        )
        let start = ContinuousClock.now
        let outcomes = fleet.backtest(series, holdout: holdout)
        // Fits of a fleet are not timed one by one: each has its share of what the threads took together.
        let share =
            (ContinuousClock.now - start).inSeconds * Double(min(threads, series.count)) / Double(max(1, series.count))
        return outcomes.map { outcome in
            var score = SeriesScore(id: outcome.id, algorithm: settings.name)
            if let evaluation = outcome.evaluation {
                score.add([evaluation])
            } else {
                score.failure = outcome.error?.message ?? "Series '\(outcome.id)' has no observation in its holdout."
            }
            score.seconds = share
            return score
        }
    }
}

extension Backtest.SeriesScore {
    /// Takes the means over origins; an origin without a scale of MASE counts in the others.
    mutating func add(_ evaluations: [Evaluation]) {
        func mean(_ values: [Double]) -> Double {
            let known = values.filter { !$0.isNaN }
            return known.isEmpty ? .nan : known.reduce(0, +) / Double(known.count)
        }
        origins = evaluations.count
        smape = mean(evaluations.map(\.smape))
        mae = mean(evaluations.map(\.mae))
        mase = mean(evaluations.map(\.mase))
        coverage = mean(evaluations.map(\.coverage))
        winkler = mean(evaluations.map(\.scaledWinkler))
    }
}

extension Duration {
    /// The duration in seconds.
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
