/// Which seasons a series of a step can have, and which the data show.
enum Seasons {
    /// Season lengths in whole steps that are natural for a step: the day and week below a day, the week for days,
    /// the year for weeks, months and quarters.
    static func candidates(_ step: TimeStep) -> [Int] {
        switch step {
        case .seconds(let seconds):
            let day = 86_400
            let lengths: [Int]
            if seconds < day {
                lengths = [day, 7 * day]
            } else if seconds < 7 * day {
                lengths = [7 * day]
            } else {
                lengths = [364 * day]
            }
            return lengths.filter { $0 % seconds == 0 }.map { $0 / seconds }.filter { $0 > 1 }
        case .months(let months):
            return 12 % months == 0 && months < 12 ? [12 / months] : []
        }
    }

    /// The candidates and what may lie within or beyond them: the hour below a day, two and four weeks, and the year.
    static func wide(_ step: TimeStep) -> [Int] {
        guard case .seconds(let seconds) = step, seconds < 7 * 86_400 else { return candidates(step) }
        let day = 86_400
        let lengths = seconds < day ? [3_600, day, 7 * day] : [7 * day, 14 * day, 28 * day, 364 * day]
        return lengths.filter { $0 % seconds == 0 }.map { $0 / seconds }.filter { $0 > 1 }
    }

    /// The seasons that a series has: the first candidate of which there are two whole seasons, by convention, and of
    /// the longer ones those that show once the shorter are taken out.
    ///
    /// A season shows when what is left repeats after its length: an autocorrelation there above `leastRepetition`.
    static func detect(_ grid: RegularGrid) -> [Int] {
        let possible = candidates(grid.step).filter { 2 * $0 <= grid.count }.sorted()
        guard var season = possible.first else { return [] }
        var result = [season]
        var rest = grid.values
        for longer in possible.dropFirst() {
            rest = withoutSeason(rest, season: season)
            if autocorrelation(rest, lag: longer) > leastRepetition {
                result.append(longer)
                season = longer
            }
        }
        return result
    }

    /// Beyond three deviations of white noise for any series that holds two weeks of hours.
    private static let leastRepetition = 0.2

    /// What is left of y after the mean of each place in the season.
    private static func withoutSeason(_ y: [Double], season: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: season)
        var counts = sums
        for (t, value) in y.enumerated() {
            sums[t % season] += value
            counts[t % season] += 1
        }
        return y.enumerated().map { $1 - sums[$0 % season] / counts[$0 % season] }
    }

    /// The correlation of y[t] with y[t − lag]; 0 for a constant.
    private static func autocorrelation(_ y: [Double], lag: Int) -> Double {
        guard lag < y.count else { return 0 }
        let mean = Statistics.mean(y)
        var product = 0.0
        for t in lag..<y.count { product += (y[t] - mean) * (y[t - lag] - mean) }
        let square = y.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        guard square > 0, square.isFinite else { return 0 }
        // Per pair against per point, so that a long lag is not at a disadvantage.
        return (product / Double(y.count - lag)) / (square / Double(y.count))
    }
}
