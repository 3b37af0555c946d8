extension TrainedModel {
    /// No forecast is longer than this many steps.
    public static let longestHorizon = 1_000_000

    /// Forecasts the next `steps` steps.
    /// - Throws: `invalidHorizon`, or `missingColumn` when the model needs columns: then use `FutureFrame`.
    public func forecast(steps: Int, interval: IntervalMethod = .conformal) throws(ForecastError)
        -> Forecast
    {
        guard steps >= 1, steps <= Self.longestHorizon else {
            throw ForecastError(
                .invalidHorizon, "A forecast of \(steps) steps was asked; ask for 1 to 1,000,000.")
        }
        return try forecast(
            FutureFrame(times: step.times(after: end, count: steps)), interval: interval)
    }

    /// Forecasts the rows of `future`, which lie after the end of the training data.
    ///
    /// Algorithms that work on a grid take the nearest step of each time; Prophet takes the time itself.
    /// - Throws: `invalidHorizon`, `missingColumn` or `invalidColumn`.
    public func forecast(
        _ future: FutureFrame,
        interval: IntervalMethod = .conformal
    ) throws(ForecastError) -> Forecast {
        var horizon = try self.horizon(future)
        horizon.wantsInterval = interval == .native || calibration == nil
        let native = try model.algorithm.predict(horizon)
        guard native.yhat.allSatisfy(\.isFinite) else {
            throw ForecastError(
                .didNotConverge,
                "\(recipe.settings.name.rawValue) forecasts series '\(seriesID)' beyond all numbers; "
                    + "shorten the horizon or take another algorithm."
            )
        }
        let width = recipe.settings.intervalWidth
        let bounds = bounds(native, leads: horizon.leads, width: width, interval: interval)
        return Forecast(
            times: future.times, yhat: native.yhat, lower: bounds.lower, upper: bounds.upper, intervalWidth: width
        )
    }

    /// The interval that was asked for, or the other one where there is none, or none at all.
    private func bounds(
        _ native: NativeForecast, leads: [Int], width: Double, interval: IntervalMethod
    ) -> (lower: [Double], upper: [Double]) {
        if interval == .native || calibration == nil, let own = native.interval,
            own.lower.allSatisfy(\.isFinite), own.upper.allSatisfy(\.isFinite)
        {
            // Prophet's own may leave out its mean; where it stands in for the conformal one, it may not.
            guard interval == .conformal else { return own }
            return (zip(own.lower, native.yhat).map(min), zip(own.upper, native.yhat).map(max))
        }
        guard let calibration else { return (native.yhat, native.yhat) }
        var (lower, upper) = calibration.interval(around: native.yhat, leads: leads, width: width)
        for (row, yhat) in native.yhat.enumerated() {
            // A forecast that was always too high, say, still lies within its interval.
            lower[row] = min(yhat, max(lower[row], lowest ?? lower[row]))
            upper[row] = max(yhat, upper[row])
        }
        return (lower, upper)
    }

    /// The rows as algorithms see them.
    func horizon(_ future: FutureFrame) throws(ForecastError) -> Horizon {
        guard !future.times.isEmpty else {
            throw ForecastError(
                .invalidHorizon, "The future has no rows; give at least one time after the training data.")
        }
        for (name, column) in future.columns where column.count != future.times.count {
            throw ForecastError(
                .lengthMismatch,
                "Future column '\(name)' has \(column.count) values for \(future.times.count) times."
            )
        }
        let leads = future.times.map { step.steps(from: end, to: $0) }
        guard let first = leads.min(), first >= 1, let last = leads.max(), last <= Self.longestHorizon
        else {
            throw ForecastError(
                .invalidHorizon,
                "Future times have to lie 1 to 1,000,000 steps after the end of the training data (\(end))."
            )
        }
        return Horizon(
            times: future.times,
            leads: leads,
            columns: future.columns,
            intervalWidth: recipe.settings.intervalWidth,
            seed: recipe.settings.seed
        )
    }
}
