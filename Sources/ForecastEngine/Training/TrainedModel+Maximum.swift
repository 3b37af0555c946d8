extension TrainedModel {
    /// The quantile of the *maximum* over a horizon, from simulated futures, calibrated on past horizons' maxima.
    ///
    /// The quantile of the simulated maxima is moved by as much as it missed the maxima of past horizons by, at the
    /// conformal quantile of those misses: a statement about K past horizons, so that the next maximum lies below with
    /// the probability that was asked for if the future is like the past. It does not exist with too few horizons;
    /// the result says so and is then the quantile of the simulated maxima alone.
    ///
    /// - Parameters:
    ///   - time: the horizon begins with the first step after this time, seconds since 1970 UTC; at least `end`.
    ///   - steps: the length of the horizon.
    ///   - quantile: above 0 and below 1.
    /// - Throws: `invalidSetting` or `invalidHorizon`; `missingColumn` when the model needs columns.
    public func maximum(from time: Int, over steps: Int, quantile: Double) throws(ForecastError) -> MaximumForecast {
        try statement(from: time, over: steps, quantile: quantile) { $0.max() ?? .nan }
    }

    /// The quantile of the *mean* over a horizon, in the same way; see `maximum(from:over:quantile:)`.
    public func mean(from time: Int, over steps: Int, quantile: Double) throws(ForecastError) -> MaximumForecast {
        try statement(from: time, over: steps, quantile: quantile) { Statistics.mean($0) }
    }

    /// The value that the share `quantile` of a horizon's steps is to stay at or below, in expectation; see
    /// `maximum(from:over:quantile:)`.
    public func quantile(_ quantile: Double, from time: Int, over steps: Int) throws(ForecastError) -> MaximumForecast {
        let (paths, window) = try paths(from: time, over: steps, quantile: quantile)
        let value = Statistics.quantile(sorted: paths.rows.flatMap { $0 }.sorted(), quantile)
        let count = pastHorizons(window, quantile: quantile) { $0.max() ?? .nan }.count
        return MaximumForecast(
            value: value, isCalibrated: count > 0, pastHorizons: count,
            reason: count > 0 ? nil : "No past horizon of \(steps) steps was held out; the history is too short."
        )
    }

    /// Simulated futures of a horizon: one path a row, one value a step.
    ///
    /// The same model and seed give the same paths.
    public func paths(from time: Int, over steps: Int) throws(ForecastError) -> [[Double]] {
        try paths(from: time, over: steps, quantile: 0.5).0.rows
    }

    private func statement(
        from time: Int, over steps: Int, quantile: Double, of statistic: ([Double]) -> Double
    ) throws(ForecastError) -> MaximumForecast {
        let (paths, window) = try paths(from: time, over: steps, quantile: quantile)
        let simulated = Statistics.quantile(sorted: paths.rows.map(statistic).sorted(), quantile)
        // Beyond the calibrated leads the last of them have to do.
        let reach = calibration?.length ?? 0
        let isBeyond = window.skipped + steps > reach
        let matching = HorizonWindow(skipped: isBeyond ? max(0, reach - steps) : window.skipped, steps: steps)
        let past = pastHorizons(matching, quantile: quantile, statistic)
        let needed = Calibration.neededHorizons(quantile: quantile)
        guard past.count >= needed else {
            return MaximumForecast(
                value: simulated, isCalibrated: false, pastHorizons: past.count,
                reason: "\(past.count) past horizons of \(steps) steps were held out; "
                    + "the \(quantile) quantile needs \(needed)."
            )
        }
        let misses = past.map { $0.actual - $0.simulated }.sorted()
        let rank = min(misses.count, Int((Double(misses.count + 1) * quantile - 1e-9).rounded(.up)))
        let value = simulated + misses[max(0, rank - 1)]
        return MaximumForecast(
            value: lowest.map { max($0, value) } ?? value, isCalibrated: !isBeyond, pastHorizons: past.count,
            reason: isBeyond ? "The horizon ends after \(reach) steps, for which forecasts were held out." : nil
        )
    }

    private func pastHorizons(
        _ window: HorizonWindow, quantile: Double, _ statistic: ([Double]) -> Double
    ) -> [Calibration.PastHorizon] {
        calibration?.pastHorizons(
            window, quantile: quantile, deviation: model.algorithm.residualDeviation, floor: lowest,
            seed: recipe.settings.seed, statistic: statistic
        ) ?? []
    }

    private func paths(
        from time: Int, over steps: Int, quantile: Double
    ) throws(ForecastError) -> (SimulatedPaths, HorizonWindow) {
        guard quantile > 0, quantile < 1 else {
            throw ForecastError(.invalidSetting, "The quantile is \(quantile); give one above 0 and below 1.")
        }
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
        return (paths, HorizonWindow(skipped: skipped, steps: steps))
    }
}
