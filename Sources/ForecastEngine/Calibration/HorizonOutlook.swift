/// What is known of one number of a horizon, such as its maximum: from simulated futures, and from what it was in past horizons.
///
/// Simulated futures know trends and seasons, but they err where spikes come at any time: errors with spikes, added to a forecast
/// with spikes, go twice as high as anything ever went. So what was simulated counts as far as past horizons show that it tells
/// something. With M what it was in past horizons and S the median of what was simulated for them, of M − b·S the quantile is
/// taken, as in conformal prediction; b is 1 where S says all that can be said, and 0 where M has nothing to do with it.
struct HorizonOutlook: Sendable {
    /// The number in each simulated future, in order.
    var simulated: [Double]
    /// What it was, oldest first; windows may overlap.
    var past: [PastHorizon]
    /// How many horizons that do not overlap they are worth.
    var independent: Double
    /// How many steps the horizon has.
    var steps = 1
    /// How high the blocks of the history went; nil where the number is no maximum of whole blocks.
    var highs: PastHighs?

    /// What a number of a past horizon was, beside what was forecast of it from the other horizons.
    struct PastHorizon: Sendable {
        /// Of what was observed.
        var actual: Double
        /// The median over futures that were simulated without this horizon's errors.
        var simulated: Double
        /// How much it counts, from 0 to 1.
        var weight: Double
    }

    /// The value that the number is to stay at or below with this probability.
    ///
    /// Above the median the highest blocks of the history have a say, the more the fewer horizons are known, and none where
    /// enough are for 90%.
    func quantile(_ q: Double) -> Double {
        let value = fromHorizons(q)
        let share = Self.ofBlocks * max(0, 1 - independent / Double(Calibration.neededHorizons(quantile: 0.9)))
        guard q > 0.5, share > 0, let highs else { return value }
        return max(fromHorizons(0.5), value + share * (highs.quantile(q, steps: steps) - value))
    }

    /// What simulated futures and past horizons say.
    private func fromHorizons(_ q: Double) -> Double {
        let imagined = Statistics.quantile(sorted: simulated, q)
        // Futures that do not differ lie on the floor, or nothing was ever missed: past horizons say nothing else.
        guard !past.isEmpty, simulated.first != simulated.last else { return imagined }
        let trust = self.trust
        let center = trust * Statistics.quantile(sorted: simulated, 0.5)
        let misses = past.map { (value: $0.actual - trust * $0.simulated, weight: $0.weight) }.sorted {
            $0.value < $1.value
        }
        // At 90% this adds 0.45/K, half of what conformal prediction adds for K exchangeable horizons.
        let corrected = min(1, max(0, 0.5 + (q - 0.5) * (1 + 1.125 / independent)))
        let seen = center + Statistics.quantile(sorted: misses, corrected)
        // Few horizons have no such quantile: then what a normal distribution says of the next of them helps, and what was simulated.
        var fewer = imagined
        if independent >= 2 {
            let mean = average { $0.actual - trust * $0.simulated }
            let variance = average { square($0.actual - trust * $0.simulated - mean) }
            let deviation = (variance * (independent + 1) / (independent - 1)).squareRoot()
            let student = Statistics.studentQuantile(q, freedom: independent - 1)
            fewer = 0.5 * imagined + 0.5 * (center + mean + student * deviation)
        }
        let share = Self.enough / (Self.enough + independent)
        return seen + share * (fewer - seen)
    }

    /// How much of a change in what was simulated past horizons went along with, 0 to 1.
    ///
    /// The slope of a regression of what was on what was simulated, drawn to 1 as by one more horizon: where few were held out, or
    /// all were alike, the forecast is believed.
    private var trust: Double {
        let actual = average(\.actual)
        let simulated = average(\.simulated)
        let variance = average { square($0.simulated - simulated) }
        let covariance = average { ($0.simulated - simulated) * ($0.actual - actual) }
        let misses = average { square($0.actual - actual - ($0.simulated - simulated)) } / independent
        guard variance + misses > 0 else { return 1 }
        return min(1, max(0, (covariance + misses) / (variance + misses)))
    }

    private func average(_ value: (PastHorizon) -> Double) -> Double {
        past.reduce(0) { $0 + $1.weight * value($1) } / past.reduce(0) { $0 + $1.weight }
    }

    private func square(_ x: Double) -> Double { x * x }

    /// With so many independent horizons half of the quantile is theirs alone.
    private static let enough = 4.0

    /// The say of blocks where no horizon is known.
    private static let ofBlocks = 0.8
}
