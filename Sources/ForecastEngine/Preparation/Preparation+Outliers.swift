extension Preparation {
    /// The shortest series in which outliers are looked for.
    static let leastObservations = 24

    /// Finds values far from the level around them and from what their place in the season usually has.
    ///
    /// The level is a running median over a season (at least seven rows); what a value differs by from it is compared
    /// with the median difference of its place in the season, and with 1.4826 times the median absolute deviation of
    /// those (Hampel, "The influence curve and its role in robust estimation", 1974). Closed Sundays and nightly jobs
    /// recur, so they are no outliers; a spike that no other week has is one.
    func clean(_ outcome: inout Outcome) {
        let series = outcome.series
        let rows = series.values.indices.filter { !series.values[$0].isNaN }
        guard rows.count >= Self.leastObservations else { return }
        let usual = UsualRange(
            series.values, rows: rows, season: Self.season(series), deviations: outlierDeviations)
        guard usual.width > 0 else { return }
        for (position, row) in rows.enumerated() {
            let value = series.values[row]
            let middle = usual.middles[position]
            guard abs(value - middle) > usual.width else { continue }
            outcome.outliers += 1
            outcome.firstOutlier = outcome.firstOutlier ?? series.times[row]
            switch outliers {
            case .keep: break
            case .clip: outcome.series.values[row] = middle + (value > middle ? usual.width : -usual.width)
            case .remove: outcome.series.values[row] = .nan
            }
        }
    }

    /// The rows of the shortest season that the step suggests: a day below daily steps, a week of days.
    private static func season(_ series: TimeSeries) -> Int {
        switch TimeStep.infer(from: series.times) {
        case .seconds(let step)? where step < 86_400 && step > 0: max(1, min(288, 86_400 / step))
        case .seconds(86_400)?: 7
        case .months(let months)? where months > 0 && months < 12: 12 / months
        default: 1
        }
    }
}

/// What a series usually is at each of its observed rows.
private struct UsualRange {
    /// The usual value at each observed row.
    var middles: [Double]
    /// How far a value may lie from it.
    var width: Double

    init(_ values: [Double], rows: [Int], season: Int, deviations: Double) {
        let observed = rows.map { values[$0] }
        let levels = Self.runningMedian(observed, half: max(3, season / 2))
        let differences = zip(observed, levels).map { $0 - $1 }
        var places = [[Double]](repeating: [], count: max(1, season))
        for (row, difference) in zip(rows, differences) { places[row % places.count].append(difference) }
        // A place with few observations says nothing of its own: its one spike would be called usual.
        let usual = places.map { $0.count >= 4 ? Self.median($0) : 0 }
        middles = zip(rows, levels).map { $1 + usual[$0 % usual.count] }
        let rest = zip(observed, middles).map { abs($0 - $1) }
        var deviation = 1.4826 * Self.median(rest)
        // More than half of the values as usual to the last digit: the mean deviation then (times √(π/2)).
        if deviation == 0 { deviation = 1.2533 * rest.reduce(0, +) / Double(rest.count) }
        width = deviation * deviations
    }

    /// The median of `2 · half + 1` neighbours of each value, taken at every eighth of a window. The windows at both ends
    /// are whole too: half a season would have another level.
    private static func runningMedian(_ values: [Double], half: Int) -> [Double] {
        let stride = max(1, half / 4)
        var result = [Double](repeating: 0, count: values.count)
        var row = 0
        while row < values.count {
            let first = max(0, min(row - half, values.count - 2 * half - 1))
            let median = median(Array(values[first...min(values.count - 1, first + 2 * half)]))
            for same in row..<min(values.count, row + stride) { result[same] = median }
            row += stride
        }
        return result
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
