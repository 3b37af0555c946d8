/// A decomposition into several seasons, a trend and a remainder by repeated STL.
///
/// The seasons are taken out one after another, the shortest first; then each is estimated again from what the others
/// leave. Source: K. Bandara, R. J. Hyndman and C. Bergmeir, "MSTL: A Seasonal-Trend Decomposition Algorithm for Time
/// Series with Multiple Seasonal Patterns", arXiv:2107.13462 (2021).
struct MultipleSTL: Sendable {
    /// The season lengths that the series was long enough for, ascending.
    var periods: [Int]
    /// One seasonal component a period, one value a step.
    var seasons: [[Double]]
    /// The trend, one value a step; the values themselves where there is no season.
    var trend: [Double]
    /// The values without their seasons: trend and remainder.
    var adjusted: [Double]

    /// Rounds over the seasons where there are several.
    private static let rounds = 2

    /// Decomposes `values`; periods of which there are not two in the series are left out.
    init(_ values: [Double], periods: [Int]) {
        self.periods = Set(periods).filter { $0 >= 2 && 2 * $0 <= values.count }.sorted()
        seasons = self.periods.map { _ in [Double](repeating: 0, count: values.count) }
        adjusted = values
        trend = values
        for _ in 0..<(self.periods.count > 1 ? Self.rounds : 1) {
            for (index, period) in self.periods.enumerated() {
                for i in adjusted.indices { adjusted[i] += seasons[index][i] }
                // Windows of 11, 15, 19, … seasons: the longer the season, the slower it may change.
                guard let fit = STL(adjusted, period: period, window: 11 + 4 * index) else { continue }
                seasons[index] = fit.season
                trend = fit.trend
                for i in adjusted.indices { adjusted[i] -= fit.season[i] }
            }
        }
    }

    /// How strong season `index` is, 0 to 1: 1 − Var(remainder) / Var(remainder + season).
    ///
    /// Source: X. Wang, K. A. Smith and R. J. Hyndman, "Characteristic-based clustering for time series data", Data Mining
    /// and Knowledge Discovery 13 (2006).
    func strength(_ index: Int) -> Double {
        let remainder = zip(adjusted, trend).map { $0 - $1 }
        let whole = zip(remainder, seasons[index]).map { $0 + $1 }
        let variance = Self.variance(whole)
        guard variance > 0 else { return 0 }
        return min(max(1 - Self.variance(remainder) / variance, 0), 1)
    }

    private static func variance(_ x: [Double]) -> Double {
        let mean = Statistics.mean(x)
        return x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(x.count - 1, 1))
    }
}
