/// The classical decomposition: a centred moving average, then the mean of each season's deviations from it.
///
/// It matches `seasonal_decompose` of statsmodels. Exponential smoothing takes its first seasonal states from it and
/// Theta its seasonal adjustment. Source: M. Kendall and A. Stuart, "The Advanced Theory of Statistics" vol. 3 (1983), 410–414.
struct ClassicalDecomposition: Sendable {
    /// How the season combines with the rest.
    enum Kind: String, Sendable, Hashable, Codable { case additive, multiplicative }

    /// One value a position in the season: summing to zero (additive) or averaging one (multiplicative).
    var figure: [Double]

    /// Decomposes `values` (at least two whole periods, positive if multiplicative); otherwise nil.
    init?(_ values: [Double], period m: Int, kind: Kind) {
        let n = values.count
        guard m > 1, n >= 2 * m else { return nil }
        if kind == .multiplicative, !values.allSatisfy({ $0 > 0 }) { return nil }
        let half = m / 2
        var sums = [Double](repeating: 0, count: m)
        var counts = [Int](repeating: 0, count: m)
        // Summed anew for each point: a running sum would carry rounding errors of a large level along.
        for i in half..<(n - half) {
            var average = 0.0
            if m.isMultiple(of: 2) {
                average = 0.5 * (values[i - half] + values[i + half])
                for k in (i - half + 1)..<(i + half) { average += values[k] }
            } else {
                for k in (i - half)...(i + half) { average += values[k] }
            }
            average /= Double(m)
            let deviation = kind == .additive ? values[i] - average : values[i] / average
            sums[i % m] += deviation
            counts[i % m] += 1
        }
        guard counts.allSatisfy({ $0 > 0 }) else { return nil }
        figure = zip(sums, counts).map { $0 / Double($1) }
        let mean = figure.reduce(0, +) / Double(m)
        for j in 0..<m { figure[j] = kind == .additive ? figure[j] - mean : figure[j] / mean }
        guard figure.allSatisfy(\.isFinite) else { return nil }
    }

    /// The seasonal component of `count` steps from the first.
    func seasonal(count: Int) -> [Double] { (0..<count).map { figure[$0 % figure.count] } }
}
