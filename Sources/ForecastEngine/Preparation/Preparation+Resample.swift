extension Preparation {
    /// The beginning of the step that a time lies in; steps are counted from 1970-01-01 00:00 UTC.
    public func stepStart(of time: Int) -> Int {
        guard let step = resampleSeconds, step > 0 else { return time }
        let rest = time % step
        return time - (rest < 0 ? rest + step : rest)
    }

    /// The series with one row a step that had rows, at the beginning of the step.
    ///
    /// A step whose rows are all missing is missing. Columns are averaged, whatever happens to the values.
    public func resampled(_ series: TimeSeries, default fallback: Aggregation = .mean) -> TimeSeries {
        guard let step = resampleSeconds, step > 0 else { return series }
        var result = TimeSeries(id: series.id, times: [], values: [])
        for name in series.columns.keys { result.columns[name] = [] }
        var row = 0
        while row < series.count {
            let start = stepStart(of: series.times[row])
            var end = row + 1
            while end < series.count, series.times[end] < start + step { end += 1 }
            result.times.append(start)
            result.values.append(Self.aggregate(series.values[row..<end], aggregation ?? fallback))
            for (name, column) in series.columns {
                result.columns[name]?.append(Self.aggregate(column[row..<end], .mean))
            }
            row = end
        }
        return result
    }

    private static func aggregate(_ values: ArraySlice<Double>, _ aggregation: Aggregation) -> Double {
        let observed = values.filter { !$0.isNaN }
        guard let last = observed.last else { return .nan }
        switch aggregation {
        case .mean: return observed.reduce(0, +) / Double(observed.count)
        case .sum: return observed.reduce(0, +)
        case .maximum: return observed.max() ?? last
        case .last: return last
        }
    }
}
