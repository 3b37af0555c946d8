extension TrainedModel {
    /// The quantile of the *maximum* over a horizon; see `statements(about:from:over:quantiles:)`.
    ///
    /// - Parameter quantile: above 0 and below 1.
    /// - Throws: `invalidSetting` or `invalidHorizon`; `missingColumn` when the model needs columns.
    public func maximum(from time: Int, over steps: Int, quantile: Double) throws(ForecastError) -> MaximumForecast {
        try statements(about: .maximum, from: time, over: steps, quantiles: [quantile])[0]
    }

    /// Quantiles of one number of a horizon, from simulated futures and from what it was in past horizons.
    ///
    /// They lie so that the next such number is at or below with the probability that was asked for, if the future is like the
    /// past horizons that were held out. A quantile that these are too few to confirm says so; what was simulated, what a normal
    /// distribution says of so few, and of a maximum how high the days of the history went, count the more. Of the *value* at any step the quantile is that of all simulated values.
    ///
    /// - Parameters:
    ///   - statistic: the number.
    ///   - time: the horizon begins with the first step after this time, seconds since 1970 UTC; at least `end`.
    ///   - steps: the length of the horizon.
    ///   - quantiles: each above 0 and below 1.
    /// - Returns: one a quantile, in the same order.
    /// - Throws: `invalidSetting` or `invalidHorizon`; `missingColumn` when the model needs columns.
    public func statements(
        about statistic: HorizonStatistic, from time: Int, over steps: Int, quantiles: [Double]
    ) throws(ForecastError) -> [MaximumForecast] {
        for quantile in quantiles where !(quantile > 0 && quantile < 1) {
            throw ForecastError(.invalidSetting, "The quantile is \(quantile); give one above 0 and below 1.")
        }
        let (paths, skipped) = try simulate(from: time, over: steps)
        let reach = calibration?.length ?? 0
        // Beyond the leads that were held out the last of them have to do, and where the horizon is longer, all of them. A day that begins
        // half a day after the training data is covered as often as the first one (docs/benchmarks-peaks.md).
        let length = min(steps, reach)
        let first = min(skipped, reach - length)
        let leads = (first + 1)..<(first + length + 1)
        let cuts = calibration?.cuts(observedAt: leads) ?? []
        let count = steps > reach ? 0 : calibration?.separate(cuts, steps: length) ?? 0
        let values: [Double]
        if statistic == .value {
            let sorted = paths.rows.flatMap { $0 }.sorted()
            values = quantiles.map { Statistics.quantile(sorted: sorted, $0) }
        } else {
            let unit = calibration?.unit ?? 1
            let outlook = HorizonOutlook(
                simulated: paths.rows.map { statistic($0) / unit }.sorted(),
                past: calibration?.pastHorizons(
                    cuts, leads: leads, deviation: model.algorithm.residualDeviation, floor: lowest,
                    seed: recipe.settings.seed, statistic) ?? [],
                independent: calibration?.independentHorizons(cuts, steps: length) ?? 0,
                steps: steps,
                highs: statistic == .maximum ? calibration?.highs.flatMap { steps < $0.block ? nil : $0 } : nil
            )
            values = quantiles.map { unit * outlook.quantile($0) }
        }
        return zip(quantiles, values).map { quantile, value in
            let needed = statistic == .value ? 1 : Calibration.neededHorizons(quantile: quantile)
            let beginsLater = count >= needed && skipped >= reach
            let reason: String? =
                steps > reach
                ? "No past horizon of \(steps) steps was held out, only of \(reach); the history is too short."
                : count < needed
                    ? "\(count) past horizons of \(steps) steps were held out; the \(quantile) quantile needs \(needed)."
                    : beginsLater
                        ? "The horizon begins after the \(reach) steps for which forecasts were held out." : nil
            return MaximumForecast(
                value: lowest.map { max($0, value) } ?? value, isCalibrated: reason == nil, pastHorizons: count,
                beginsLater: beginsLater, reason: reason)
        }
    }

    /// Simulated futures of a horizon: one path a row, one value a step.
    ///
    /// The same model and seed give the same paths.
    public func paths(from time: Int, over steps: Int) throws(ForecastError) -> [[Double]] {
        try simulate(from: time, over: steps).0.rows
    }

    /// Simulated futures, and how many steps lie between the training data and the horizon.
    private func simulate(from time: Int, over steps: Int) throws(ForecastError) -> (SimulatedPaths, skipped: Int) {
        let skipped = step.steps(from: end, to: time)
        guard skipped >= 0, steps >= 1, skipped <= Self.longestHorizon, steps <= Self.longestHorizon - skipped else {
            throw ForecastError(
                .invalidHorizon,
                "The horizon has to begin at or after the end of the training data (\(end)) and hold at least one step."
            )
        }
        let times = Array(step.times(after: end, count: skipped + steps).dropFirst(skipped))
        var horizon = try self.horizon(FutureFrame(times: times))
        horizon.wantsInterval = false
        let native = try model.algorithm.predict(horizon)
        let paths = SimulatedPaths(
            yhat: native.yhat, leads: horizon.leads, calibration: calibration,
            deviation: model.algorithm.residualDeviation, floor: lowest, seed: recipe.settings.seed
        )
        return (paths, skipped)
    }
}
