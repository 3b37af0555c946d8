/// How often a series is to be differenced.
enum UnitRoots {
    /// Seasonal differences, 0 or 1: one where the season is stronger than 0.64.
    ///
    /// Source: Wang, Smith and Hyndman (2006), see `MultipleSTL.strength`; the threshold is that of forecast-R.
    static func seasonalDifferences(_ y: [Double], period: Int) -> Int {
        guard period > 1, y.count > 2 * period, !isConstant(y) else { return 0 }
        return MultipleSTL(y, periods: [period]).strength(0) > 0.64 ? 1 : 0
    }

    /// Differences, 0 to 2, until the KPSS test no longer rejects a stationary level at 5%.
    static func differences(_ y: [Double]) -> Int {
        guard !isConstant(y) else { return 0 }
        var y = y
        var d = 0
        while d < 2, rejectsLevel(y) {
            d += 1
            // The test on differences leaves the first of them out, as statsforecast does.
            y = Array(DifferencedSeries.difference(y, lag: 1).dropFirst())
            if y.isEmpty || isConstant(y) { return d }
        }
        return d
    }

    static func isConstant(_ y: [Double]) -> Bool { y.allSatisfy { $0 == y[0] } }

    /// Whether the KPSS test rejects a stationary level at 5%.
    ///
    /// Source: D. Kwiatkowski, P. C. B. Phillips, P. Schmidt and Y. Shin, "Testing the null hypothesis of stationarity
    /// against the alternative of a unit root", Journal of Econometrics 54 (1992); 0.463 is its critical value at 5%.
    private static func rejectsLevel(_ y: [Double]) -> Bool {
        let n = y.count
        guard n > 1 else { return false }
        let mean = Statistics.mean(y)
        let e = y.map { $0 - mean }
        var sum = 0.0
        var eta = 0.0
        for value in e {
            sum += value
            eta += sum * sum
        }
        let lags = Int(3 * Double(n).squareRoot() / 13)
        var variance = e.reduce(0) { $0 + $1 * $1 }
        for lag in stride(from: 1, through: lags, by: 1) {
            var covariance = 0.0
            for t in lag..<n { covariance += e[t] * e[t - lag] }
            variance += 2 * covariance * (1 - Double(lag) / Double(lags + 1))
        }
        guard variance > 0 else { return false }
        return eta / Double(n) / variance > 0.463
    }
}
