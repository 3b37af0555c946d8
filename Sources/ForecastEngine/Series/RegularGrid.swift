/// A series with one value a step from its first row to its last.
///
/// Rows are put on the nearest step, several on one step are averaged. A step without an observation is filled: from
/// the same place in the neighbouring seasons where the season length is known, else on the line between its
/// neighbours; before the first and after the last observation that observation is repeated. `observed` tells filled
/// from real, so that no score and no calibration ever counts a filled value.
struct RegularGrid: Sendable, Hashable {
    var step: TimeStep
    /// The time of the first step, seconds since 1970 UTC.
    var start: Int
    /// One value a step, finite everywhere.
    var values: [Double]
    /// Whether the step had an observation.
    var observed: [Bool]

    /// The grid may have this many steps for each row, and some, before the times are called irregular.
    static let stepsPerRow = 50
    static let freeSteps = 20_000

    var count: Int { values.count }

    /// The time of the last step.
    var end: Int { time(of: count - 1) }

    /// The time of a step, the first being 0.
    func time(of index: Int) -> Int { index < 1 ? start : step.time(index, after: start) }

    /// The first `count` steps.
    func prefix(_ count: Int) -> RegularGrid {
        RegularGrid(
            step: step, start: start, values: Array(values.prefix(count)),
            observed: Array(observed.prefix(count)))
    }

    /// Puts a validated series on its grid.
    /// - Throws: `irregularTimes` when the span is far longer than the rows and the step explain.
    init(_ series: TimeSeries, step: TimeStep) throws(ForecastError) {
        let start = series.times[0]
        let last = step.steps(from: start, to: series.times[series.count - 1])
        guard last < Self.stepsPerRow * series.count + Self.freeSteps else {
            throw ForecastError(
                .irregularTimes,
                "Series '\(series.id)' spans \(last) steps of \(step.text) with \(series.count) rows; check its "
                    + "times for one that is far off, or leave out what lies before its longest gap."
            )
        }
        var sums = [Double](repeating: 0, count: last + 1)
        var counts = [Int](repeating: 0, count: last + 1)
        for (time, value) in zip(series.times, series.values) where !value.isNaN {
            let index = min(max(0, step.steps(from: start, to: time)), last)
            sums[index] += value
            counts[index] += 1
        }
        self.step = step
        self.start = start
        observed = counts.map { $0 > 0 }
        values = zip(sums, counts).map { $1 > 0 ? $0 / Double($1) : .nan }
        Self.interpolate(&values)
    }

    init(step: TimeStep, start: Int, values: [Double], observed: [Bool]) {
        self.step = step
        self.start = start
        self.values = values
        self.observed = observed
    }

    /// Fills gaps of more than `longestLine` steps from one season before, in place of the line.
    ///
    /// Looks back only, so that a fit on the first steps of a grid sees nothing of the others.
    mutating func fillGaps(season: Int) {
        guard season > 1 else { return }
        var t = 0
        while t < count {
            var end = t
            while end < count, !observed[end] { end += 1 }
            if end - t > Self.longestLine, t >= season { for i in t..<end { values[i] = values[i - season] } }
            t = end + 1
        }
    }

    /// A gap of at most this many steps is bridged by a line.
    static let longestLine = 3

    /// Replaces each run of NaN by the line between its neighbours, and the ends by the nearest value.
    static func interpolate(_ y: inout [Double]) {
        var previous: Int?
        for t in y.indices where !y[t].isNaN {
            if let p = previous {
                for gap in (p + 1)..<max(p + 1, t) {
                    let share = Double(gap - p) / Double(t - p)
                    y[gap] = y[p] * (1 - share) + y[t] * share
                }
            } else {
                for gap in 0..<t { y[gap] = y[t] }
            }
            previous = t
        }
        if let p = previous { for gap in (p + 1)..<max(p + 1, y.count) { y[gap] = y[p] } }
    }
}
