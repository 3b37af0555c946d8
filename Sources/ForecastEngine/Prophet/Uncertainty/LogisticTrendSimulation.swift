import Foundation

/// Simulated futures of a logistic trend, and the bounds of the forecast around its mean.
///
/// As Prophet simulates them: in each future step the rate changes, with some probability, by a Laplace draw, half of it
/// in this step and half in the next; the draws of the trend are centred on their mean. The noise is not drawn: the
/// distribution of trend plus noise is the mean of one normal distribution a draw, and its quantiles are found by
/// bisection, which takes the noise's share of the Monte Carlo error away.
struct LogisticTrendSimulation {
    var trend: ProphetTrend
    var noise: Double
    var changeProbability: Double
    /// Mean distance of future rows in scaled time.
    var step: Double
    var samples: Int
    var seed: UInt64

    /// Offsets of the bounds from the forecast, scaled, one pair a row.
    func bounds(
        t: [Double], caps: [Double], factors: [Double], width: Double
    ) -> [(lower: Double, upper: Double)] {
        let base = t.map(trend.argument)
        let steps = t.count
        // Memory is bounded: a forecast of many steps draws fewer trends.
        let samples = min(samples, max(100, 20_000_000 / max(1, steps)))
        var draws = [Double](repeating: 0, count: samples * steps)
        var generator = RandomGenerator(seed: seed, stream: 0x50_72_6F_70_68_65_74)
        let scale = trend.changeScale
        for sample in 0..<samples {
            var rate = 0.0
            var shift = 0.0
            var pending = 0.0
            for row in 0..<steps {
                // The rate gained so far acts over the step before this row.
                shift += rate * (row > 0 ? t[row] - t[row - 1] : 0)
                var change = 0.0
                if generator.uniform() < changeProbability {
                    let u = generator.uniform() - 0.5
                    change = -scale * (u < 0 ? -1 : 1) * log(max(1 - 2 * abs(u), .leastNormalMagnitude))
                }
                rate += 0.5 * (change + pending)
                pending = change
                draws[row * samples + sample] = caps[row] * ProphetTrend.logistic(base[row] + shift)
            }
        }
        return (0..<steps).map { row in
            let range = row * samples..<(row + 1) * samples
            let centre = draws[range].reduce(0, +) / Double(samples)
            let offsets = draws[range].map { factors[row] * ($0 - centre) }
            return (quantile(0.5 - width / 2, offsets), quantile(0.5 + width / 2, offsets))
        }
    }

    /// The quantile of the mixture of normals around `centres`.
    private func quantile(_ probability: Double, _ centres: [Double]) -> Double {
        let deviation = max(noise, 1e-12)
        let z = Statistics.normalQuantile(probability) * deviation
        var low = (centres.min() ?? 0) + z
        var high = (centres.max() ?? 0) + z
        let scale = 1 / (deviation * 2.0.squareRoot())
        let tolerance = 1e-6 * deviation + 1e-9 * (high - low)
        guard low.isFinite, high.isFinite else { return .nan }
        while high - low > tolerance {
            let x = 0.5 * (low + high)
            var mass = 0.0
            // Where neighbouring numbers are further apart than the noise is wide, this is as near as it gets.
            if x <= low || x >= high { break }
            for centre in centres { mass += erfc((centre - x) * scale) }
            if mass < 2 * probability * Double(centres.count) { low = x } else { high = x }
        }
        return 0.5 * (low + high)
    }
}
