import Foundation

extension Calibration {
    /// Compares the level that was forecast after each cut with the one that is forecast now.
    ///
    /// An algorithm errs otherwise on a high level than on a low one. Where it is too slow on one side and too wild on the
    /// other, the cuts on the present level are to count more: weighing by nearness is localized conformal prediction
    /// (Guan, 2023). Where its errors grow with the level, as those of most sales and usage do, they are brought to the
    /// present one.
    ///
    /// - Parameter yhat: the forecast from the end of the training data on.
    mutating func compare(with yhat: [Double]) {
        let now = yhat.reduce(0) { $0 + $1 / unit } / Double(length)
        // A forecast far beyond all that was seen is no number in these units.
        guard yhat.count == length, now.isFinite else { return }
        let levels = forecasts.map { $0.reduce(0) { $0 + Double($1) } / Double(length) }
        likeness = likeness(of: levels, to: now)
        sizes = sizes(at: levels, now: now)
    }

    private func likeness(of levels: [Double], to now: Double) -> [Float] {
        let mean = Statistics.mean(levels)
        let deviation = Statistics.mean(levels.map { ($0 - mean) * ($0 - mean) }).squareRoot()
        // Where all levels are equal but for how floats round, so is what they count. 1 is the largest value there is.
        let breadth = Self.breadth * deviation + 1e-6
        return levels.map { level in
            let distance = (level - now) / breadth
            return Float(Self.leastLikeness + (1 - Self.leastLikeness) * exp(-0.5 * distance * distance))
        }
    }

    /// The present level over that of each cut to the power with which errors grow; 1 for a series that is not positive.
    private func sizes(at levels: [Double], now: Double) -> [Float] {
        let isPositive = zip(forecasts.joined(), errors.joined()).allSatisfy { !($0 + $1 < -1e-6) }
        guard isPositive, now > 0, levels.allSatisfy({ $0 > 0 }) else { return levels.map { _ in 1 } }
        let power = growth(with: levels)
        return levels.map { level in
            let ratio = min(max(now / level, 1 / Self.mostGrowth), Self.mostGrowth)
            return Float(pow(ratio, power))
        }
    }

    /// The power of the level with which the mean absolute error of a cut grows, 0 to 1, by a ridge regression of their
    /// logarithms towards the square root: that is how counts grow, and where the levels are alike nothing else is known.
    private func growth(with levels: [Double]) -> Double {
        let cuts = errors.indices.compactMap { row -> (weight: Double, level: Double, size: Double)? in
            let size = Statistics.mean(errors[row].filter { !$0.isNaN }.map { abs(Double($0)) })
            return size > 0 ? (weight(row: row), log(levels[row]), log(size)) : nil
        }
        guard cuts.count >= 3 else { return Self.usualGrowth }
        let total = cuts.reduce(0) { $0 + $1.weight }
        let level = cuts.reduce(0) { $0 + $1.weight * $1.level } / total
        let size = cuts.reduce(0) { $0 + $1.weight * $1.size } / total
        let covariance = cuts.reduce(0) { $0 + $1.weight * ($1.level - level) * ($1.size - size) }
        let variance = cuts.reduce(0) { $0 + $1.weight * ($1.level - level) * ($1.level - level) }
        return min(1, max(0, (covariance + Self.ridge * Self.usualGrowth) / (variance + Self.ridge)))
    }

    /// How many deviations away a cut counts e^−½.
    private static let breadth = 0.5
    /// What a cut on quite another level counts.
    private static let leastLikeness = 0.1
    /// The power of the level with which errors grow unless a series shows another.
    private static let usualGrowth = 0.5
    /// How much the usual growth counts, in squared logarithms of the level.
    private static let ridge = 0.5
    /// No level counts as more than this many times, or less than this part of, another.
    private static let mostGrowth = 3.0
}
