import ForecastEngine

/// Rolling origins one horizon apart, two seasons before the first, as plan.py has them.
struct Origins {
    var horizon: Int
    var season: Int
    var most: Int

    /// One origin: which rows come before it, which after it, and its number (1 is the last).
    struct Cut {
        var rows: Int
        var future: Range<Int>
        var number: Int
    }

    /// Oldest first; those after which nothing was observed are left out.
    func cuts(_ series: TimeSeries) -> [Cut] {
        let count = max(0, min(most, (series.count - 2) / horizon, (series.count - 2 * season) / horizon))
        return (0..<count).reversed().compactMap { number in
            let rows = series.count - (number + 1) * horizon
            let future = rows..<(rows + horizon)
            guard future.contains(where: { !series.values[$0].isNaN }) else { return nil }
            return Cut(rows: rows, future: future, number: number + 1)
        }
    }
}
