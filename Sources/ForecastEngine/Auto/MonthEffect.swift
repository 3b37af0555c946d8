import Foundation

/// What days at the same place in their months have in common: pay days, monthly runs, the last days before a close.
///
/// Nothing in the catalogue knows of months, which are 28 to 31 days long; a season of 30 days drifts. `Auto` therefore
/// brings what it forecasts for a day to the usual of days at that place in their months.
struct MonthEffect: Sendable, Codable, Hashable {
    /// One a place, the first being the first day of a month: what it adds to a forecast or to its logarithm.
    var effects: [Double]
    /// Whether the effects are of logarithms, as those of a series that is never negative are.
    var scales: Bool

    static let places = 31

    /// How many days have to be known: about three of each place.
    static let leastDays = 90

    /// How many days like the mean of its neighbours each place starts from.
    private static let likeNeighbors = 12.0

    /// How many days without an effect the mean of three neighbouring places starts from.
    private static let none = 10.0

    /// No effect is more than thousandfold: exponents of nonsense stay numbers.
    static let mostLogarithm = log(1_000.0)

    /// Learns from the first `cut` steps.
    ///
    /// A day is compared with the median of the four weeks around it, and that with the median of its weekday. Of what is
    /// left at a place in the month the interquartile mean counts, so that neither a wild day decides nor a spike of each
    /// month is taken for one; it is drawn to its neighbours and to none, but by no more than its standard error (limited
    /// translation: Efron and Morris, 1972), so that a run on the first of each month stays on the first. O(cut).
    ///
    /// - Returns: nil for steps other than a day, and of fewer than `leastDays` days.
    init?(_ grid: RegularGrid, until cut: Int) {
        guard grid.step == .seconds(86_400) else { return nil }
        scales = !(0..<cut).contains { grid.observed[$0] && grid.values[$0] < 0 }
        var known = [Double](repeating: .nan, count: cut)
        for t in 0..<cut where grid.observed[t] && (!scales || grid.values[t] > 0) {
            known[t] = scales ? log(grid.values[t]) : grid.values[t]
        }
        guard known.count(where: { !$0.isNaN }) >= Self.leastDays else { return nil }
        let residuals = Self.withoutWeekdays(Self.withoutLevel(known))
        var days = [[Double]](repeating: [], count: Self.places)
        for t in 0..<cut where !residuals[t].isNaN { days[Self.place(of: grid.time(of: t))].append(residuals[t]) }
        effects = Self.shrunk(days)
        guard effects.allSatisfy(\.isFinite) else { return nil }
        if scales { effects = effects.map { min(max($0, -Self.mostLogarithm), Self.mostLogarithm) } }
    }

    /// What was forecast for a time, with what its day of the month usually adds.
    func callAsFunction(_ yhat: Double, at time: Int) -> Double {
        let effect = effects[Self.place(of: time)]
        return scales ? yhat * exp(effect) : yhat + effect
    }

    /// The place of a day in a month of 31 places: first days and last ones are at the same ones in every month.
    static func place(of time: Int) -> Int {
        let date = CalendarDate(time: time)
        return (2 * date.day - 1) * places / (2 * date.daysInMonth)
    }

    /// Half of the days over which a level is taken.
    private static let reach = 14

    private static func withoutLevel(_ known: [Double]) -> [Double] {
        known.indices.map { t in
            guard !known[t].isNaN else { return .nan }
            var around = known[max(0, t - reach)...min(known.count - 1, t + reach)].filter { !$0.isNaN }
            // About two of each weekday; fewer tell a level no better than the day itself.
            return around.count >= 8 ? known[t] - Statistics.median(selectingIn: &around) : .nan
        }
    }

    private static func withoutWeekdays(_ residuals: [Double]) -> [Double] {
        let medians = (0..<7).map { weekday in
            Statistics.median(
                stride(from: weekday, to: residuals.count, by: 7).map { residuals[$0] }.filter { !$0.isNaN })
        }
        return residuals.indices.map { residuals[$0] - medians[$0 % 7] }
    }

    private static func shrunk(_ days: [[Double]]) -> [Double] {
        let counts = days.map { Double($0.count) }
        let means = days.map { interquartileMean($0) }
        // The median deviation of a normal distribution is 0.6745 of its standard deviation.
        let deviation = Statistics.median(days.joined().map { abs($0) }) / 0.6745
        return (0..<places).map { place in
            let near = [(place + places - 1) % places, place, (place + 1) % places]
            let smooth =
                near.reduce(0) { $0 + counts[$1] * means[$1] } / (near.reduce(0) { $0 + counts[$1] } + none)
            let drawn = (counts[place] * means[place] + likeNeighbors * smooth) / (counts[place] + likeNeighbors)
            guard counts[place] > 2 else { return drawn }
            let error = deviation / counts[place].squareRoot()
            return min(max(drawn, means[place] - error), means[place] + error)
        }
    }

    /// The mean of the middle half, the median of up to four numbers, and 0 of none.
    private static func interquartileMean(_ x: [Double]) -> Double {
        guard x.count > 4 else { return x.isEmpty ? 0 : Statistics.median(x) }
        return Statistics.mean(x.sorted().dropFirst(x.count / 4).dropLast(x.count / 4))
    }

    /// What of it no training makes, for a reader that trusts nothing.
    var flaw: String? {
        Soundness.first(
            (effects.count == Self.places, "the effect of the month has not \(Self.places) places"),
            (Soundness.areNumbers(effects), "an effect of the month is not a number"),
            (
                !scales || effects.allSatisfy { abs($0) <= Self.mostLogarithm },
                "an effect of the month is more than thousandfold"
            ))
    }
}
