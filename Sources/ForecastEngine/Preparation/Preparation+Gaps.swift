extension Preparation {
    /// Gives every step between the first and the last observation a row, filled by the policy.
    ///
    /// Rows that were added have no value in the columns (regressors are not made up), so series with columns are
    /// filled in the rows that they have.
    func fill(_ outcome: inout Outcome) {
        guard gaps != .keep else { return }
        if outcome.series.columns.isEmpty { addSteps(&outcome.series) }
        var values = outcome.series.values
        guard let first = values.firstIndex(where: { !$0.isNaN }), let last = values.lastIndex(where: { !$0.isNaN })
        else { return }
        var known = first
        for row in first...last where !values[row].isNaN {
            for gap in (known + 1)..<max(known + 1, row) {
                let times = outcome.series.times
                switch gaps {
                case .keep: break
                case .zero: values[gap] = 0
                case .previous: values[gap] = values[known]
                case .interpolate:
                    let share = Double(times[gap] - times[known]) / Double(max(1, times[row] - times[known]))
                    values[gap] = outcome.series.values[known] * (1 - share) + values[row] * share
                }
                outcome.filled += 1
            }
            known = row
        }
        outcome.series.values = values
    }

    /// Adds the rows that the series' own step leaves out; a series far longer than its rows explain stays as it is.
    private func addSteps(_ series: inout TimeSeries) {
        guard let step = TimeStep.infer(from: series.times), series.count > 1 else { return }
        let span = step.steps(from: series.times[0], to: series.times[series.count - 1])
        let most = RegularGrid.stepsPerRow * series.count + RegularGrid.freeSteps
        guard span >= series.count, span < most else { return }
        var times: [Int] = []
        var values: [Double] = []
        times.reserveCapacity(span + 1)
        values.reserveCapacity(span + 1)
        for (time, value) in zip(series.times, series.values) {
            if let before = times.last {
                // Steps are counted from the row before, so that times a little off the grid stay what they are.
                for missing in step.times(after: before, count: step.steps(from: before, to: time) - 1)
                where missing < time {
                    times.append(missing)
                    values.append(.nan)
                }
            }
            times.append(time)
            values.append(value)
        }
        series.times = times
        series.values = values
    }
}
