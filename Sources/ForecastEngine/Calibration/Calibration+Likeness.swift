import Foundation

extension Calibration {
    /// Lets the cuts count more before which the same level was forecast as is now.
    ///
    /// An algorithm errs otherwise on a high level than on a low one: it is too slow on one side and too wild on the other.
    /// Weighing by nearness is localized conformal prediction (Guan, 2023); the level is what a few cuts can tell apart.
    ///
    /// - Parameter yhat: the forecast from the end of the training data on.
    mutating func compare(with yhat: [Double]) {
        let now = yhat.reduce(0) { $0 + $1 / unit } / Double(length)
        // A forecast far beyond all that was seen is no number in these units.
        guard yhat.count == length, now.isFinite else { return }
        let levels = forecasts.map { $0.reduce(0) { $0 + Double($1) } / Double(length) }
        let mean = Statistics.mean(levels)
        let deviation = Statistics.mean(levels.map { ($0 - mean) * ($0 - mean) }).squareRoot()
        // Where all levels are equal but for how floats round, so is what they count. 1 is the largest value there is.
        let breadth = Self.breadth * deviation + 1e-6
        likeness = levels.map { level in
            let distance = (level - now) / breadth
            return Float(Self.leastLikeness + (1 - Self.leastLikeness) * exp(-0.5 * distance * distance))
        }
    }

    /// How many deviations away a cut counts e^−½.
    private static let breadth = 0.5
    /// What a cut on quite another level counts.
    private static let leastLikeness = 0.1
}
