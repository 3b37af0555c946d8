/// Combines candidates so that the combination's absolute error on held-out data is least.
///
/// Caruana, Niculescu-Mizil, Crew & Ksikes, "Ensemble selection from libraries of models" (ICML 2004): start with the
/// best candidate and keep adding, with replacement, the one that lowers the error of the average most. Weights are
/// therefore shares of a few rounds, most candidates have none, and there is little room to overfit.
enum EnsembleSelection {
    static let rounds = 12

    /// The share of each candidate, summing to 1.
    ///
    /// - Parameters:
    ///   - forecasts: one row a candidate, parallel to `actual`.
    ///   - actual: what was observed; NaN is left out.
    ///   - weights: how much each point counts, parallel to `actual`.
    static func shares(_ forecasts: [[Double]], actual: [Double], weights: [Double]) -> [Double] {
        let points = actual.indices.filter { !actual[$0].isNaN && weights[$0] > 0 }
        guard !forecasts.isEmpty else { return [] }
        var picks = [Double](repeating: 0, count: forecasts.count)
        guard !points.isEmpty else {
            picks[0] = 1
            return picks
        }
        let y = points.map { actual[$0] }
        let w = points.map { weights[$0] }
        let rows = forecasts.map { row in points.map { row[$0] } }
        var sum = [Double](repeating: 0, count: y.count)
        var best = Double.infinity
        var taken = 0.0
        for _ in 0..<rounds {
            var choice: Int?
            var least = best * (1 - 1e-3)
            for (candidate, row) in rows.enumerated() {
                let loss = loss(sum, row, y, w, count: taken + 1, atMost: least)
                if loss < least {
                    least = loss
                    choice = candidate
                }
            }
            guard let choice else { break }
            best = least
            taken += 1
            picks[choice] += 1
            for i in sum.indices { sum[i] += rows[choice][i] }
        }
        guard taken > 0 else {
            picks[0] = 1
            return picks
        }
        return picks.map { $0 / taken }
    }

    /// Weighted absolute error of (sum + row) / count, given up once it exceeds `atMost`.
    private static func loss(
        _ sum: [Double], _ row: [Double], _ y: [Double], _ w: [Double], count: Double, atMost: Double
    ) -> Double {
        let share = 1 / count
        var total = 0.0
        var i = 0
        while i < y.count {
            let end = min(i + 256, y.count)
            while i < end {
                total += w[i] * abs(y[i] - (sum[i] + row[i]) * share)
                i += 1
            }
            if !(total <= atMost) { return .infinity }
        }
        return total
    }
}
