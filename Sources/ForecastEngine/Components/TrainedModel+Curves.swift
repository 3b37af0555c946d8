extension TrainedModel {
    /// The columns that ``forecast(_:interval:)`` needs for its rows; empty for most models.
    public var futureColumns: [FutureColumn] { model.algorithm.futureColumns }

    /// What the forecast is made of, where the algorithm can be taken apart: Prophet's trend, seasonalities, holidays and
    /// regressors, the trend and seasons of MSTL, the level and season of ETS, `Auto`'s days of the month. Empty otherwise.
    ///
    /// - Parameters:
    ///   - history: the series that the model was fitted on, or nil. Missing values are left out.
    ///   - future: rows after it, with the columns that the model needs.
    /// - Throws: `missingColumn`, `invalidColumn` or `lengthMismatch` where the model needs columns, `invalidHorizon` where
    ///   the future does not lie after the training data.
    public func componentCurves(
        history: TimeSeries? = nil, future: FutureFrame
    ) throws(ForecastError) -> [ComponentCurve] {
        var past: TrainingInput?
        var known = history
        if let history {
            let series = try history.validated()
            known = series
            // A grid of other rows says nothing about the states of this model.
            if let input = try? TrainingInput(series.upTo(end), recipe: recipe),
                input.grid.end == end, input.grid.count == steps, input.grid.step == step
            {
                past = input
            }
        }
        let rows = try ComponentRows(
            model: self, past: past, history: known, horizon: horizon(future), columns: futureColumns.map(\.name))
        return try model.algorithm.curves(rows)
    }
}

/// The rows that components are asked for.
struct ComponentRows: Sendable {
    var step: TimeStep
    /// The last time of the training data.
    var end: Int
    /// What the model was fitted on, where it was given.
    var past: TrainingInput?
    var horizon: Horizon
    /// Observed times of the history and the future's times, with the model's columns at all of them.
    var times: [Int]
    var columns: [String: [Double]]

    init(
        model: TrainedModel, past: TrainingInput?, history: TimeSeries?, horizon: Horizon, columns names: [String]
    ) throws(ForecastError) {
        step = model.step
        end = model.end
        self.past = past
        self.horizon = horizon
        let end = model.end
        let kept = history.map { series in
            series.times.indices.filter { series.times[$0] <= end && !series.values[$0].isNaN }
        }
        times = (kept ?? []).map { history?.times[$0] ?? 0 } + horizon.times
        columns = [:]
        for name in names {
            guard let future = horizon.columns[name] else {
                throw ForecastError(.missingColumn, "The future has no column '\(name)'; give its future values.")
            }
            guard let history, let kept else {
                columns[name] = future
                continue
            }
            guard let past = history.columns[name] else {
                throw ForecastError(
                    .missingColumn, "Series '\(history.id)' has no column '\(name)', which its model was fitted with.")
            }
            columns[name] = kept.map { past[$0] } + future
        }
    }

    /// The times of one period of `count` steps after the end of the training data.
    func period(_ count: Int) -> [Int] { step.times(after: end, count: count) }
}
