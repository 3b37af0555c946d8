/// A state of the Theta model: the smoothed level, and the line through the data so far.
struct ThetaState: Sendable, Hashable, Codable {
    /// Exponentially smoothed level.
    var level: Double
    /// Mean of the observations so far.
    var mean: Double
    /// The line's intercept and slope.
    var intercept: Double
    var slope: Double
    /// (1 − α) to the number of observations so far.
    var decay: Double
    /// Observations so far.
    var count: Int

    /// The mean of the next observation.
    ///
    /// Source: Fiorucci et al. (2016), equation 8.
    @inline(__always)
    func mean(alpha: Double, weight: Double) -> Double {
        level + weight * (intercept * decay + slope * (1 - decay * (1 - alpha)) / alpha)
    }

    /// Takes in the observation `y` (equations 9 to 12).
    @inline(__always)
    mutating func update(_ y: Double, alpha: Double, dynamic: Bool) {
        let n = Double(count)
        level = alpha * y + (1 - alpha) * level
        if dynamic {
            slope = ((n - 1) * slope + 6 * (y - mean) / (n + 1)) / (n + 2)
            mean = (n * mean + y) / (n + 1)
            intercept = mean - slope * (n + 2) / 2
        }
        count += 1
        decay *= 1 - alpha
        // Numbers below the normal range are slow to multiply and count for nothing here.
        if decay < 1e-290 { decay = 0 }
    }
}
