extension TrainedModel {
    /// The quantile of the *maximum* over a horizon, from simulated futures, calibrated on past horizons' maxima.
    ///
    /// - Parameters:
    ///   - time: the horizon begins with the first step after this time, seconds since 1970 UTC; at least `end`.
    ///   - steps: the length of the horizon.
    ///   - quantile: above 0 and below 1.
    public func maximum(from time: Int, over steps: Int, quantile: Double) throws(ForecastError)
        -> MaximumForecast
    {
        let paths = try self.paths(from: time, over: steps, quantile: quantile)
        let maxima = paths.rows.map { $0.max() ?? .nan }.sorted()
        return statement(Statistics.quantile(sorted: maxima, quantile), quantile: quantile)
    }

    /// The quantile of the *mean* over a horizon.
    public func mean(from time: Int, over steps: Int, quantile: Double) throws(ForecastError)
        -> MaximumForecast
    {
        let paths = try self.paths(from: time, over: steps, quantile: quantile)
        let means = paths.rows.map { Statistics.mean($0) }.sorted()
        return statement(Statistics.quantile(sorted: means, quantile), quantile: quantile)
    }

    /// The quantile of the values *within* a horizon: a step's value lies below it with this probability.
    public func quantile(_ quantile: Double, from time: Int, over steps: Int) throws(ForecastError)
        -> MaximumForecast
    {
        let paths = try self.paths(from: time, over: steps, quantile: quantile)
        return statement(
            Statistics.quantile(sorted: paths.rows.flatMap { $0 }.sorted(), quantile), quantile: quantile)
    }

    private func statement(_ value: Double, quantile: Double) -> MaximumForecast {
        let horizons = calibration?.origins ?? 0
        let needed = Int((1 / (1 - quantile)).rounded(.up)) - 1
        let enough = horizons >= needed
        return MaximumForecast(
            value: value,
            isCalibrated: enough,
            pastHorizons: horizons,
            reason: enough
                ? nil
                : "\(horizons) past horizons were held out; a quantile of \(quantile) needs \(needed)."
        )
    }

    private func paths(from time: Int, over steps: Int, quantile: Double) throws(ForecastError)
        -> SimulatedPaths
    {
        guard quantile > 0, quantile < 1 else {
            throw ForecastError(
                .invalidSetting, "The quantile is \(quantile); give one above 0 and below 1.")
        }
        let skipped = step.steps(from: end, to: time)
        guard skipped >= 0, steps >= 1, skipped + steps <= Self.longestHorizon else {
            throw ForecastError(
                .invalidHorizon,
                "The horizon has to begin at or after the end of the training data (\(end)) and hold at least one step."
            )
        }
        let times = Array(step.times(after: end, count: skipped + steps).dropFirst(skipped))
        let horizon = try self.horizon(FutureFrame(times: times))
        let native = try model.algorithm.predict(horizon)
        return SimulatedPaths(
            yhat: native.yhat,
            leads: horizon.leads,
            calibration: calibration,
            deviation: model.algorithm.residualDeviation,
            seed: recipe.settings.seed
        )
    }
}
