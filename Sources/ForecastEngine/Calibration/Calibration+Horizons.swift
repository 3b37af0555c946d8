extension Calibration {
    /// The share of a past horizon that has to be observed for its number to count.
    static let observedShare = 0.5

    /// How many past horizons a quantile needs to exist as a conformal quantile: ⌈(K + 1)·q⌉ ≤ K.
    static func neededHorizons(quantile: Double) -> Int { Int((quantile / (1 - quantile) - 1e-9).rounded(.up)) }

    /// What part of K windows of `steps` steps would be left if none overlapped another.
    func apart(steps: Int) -> Double {
        let separate = 1 + Double((errors.count - 1) * stride) / Double(steps)
        return min(1, separate / Double(errors.count))
    }

    /// How many horizons that do not overlap these cuts are worth; at least 1.
    func independentHorizons(_ cuts: [Int], steps: Int) -> Double {
        guard !cuts.isEmpty else { return 1 }
        return max(1, Statistics.effectiveNumber(of: cuts.map(weight(row:))) * apart(steps: steps))
    }

    /// The cuts after which enough was observed at these leads, oldest first.
    func cuts(observedAt leads: Range<Int>) -> [Int] {
        errors.indices.filter { cut in
            let seen = leads.count { !errors[cut][$0 - 1].isNaN }
            return Double(seen) >= Self.observedShare * Double(leads.count)
        }
    }

    /// How many of these cuts, from the newest back, lie a whole horizon apart.
    func separate(_ cuts: [Int], steps: Int) -> Int {
        let distance = max(1, (steps + stride - 1) / stride)
        var count = 0
        var next = Int.max
        for cut in cuts.reversed() where cut <= next {
            count += 1
            next = cut - distance
        }
        return count
    }

    /// What a number of the horizons after these cuts was, beside what was simulated of it from the other cuts' errors, both
    /// in `unit`s.
    func pastHorizons(
        _ cuts: [Int], leads: Range<Int>, deviation: Double, floor: Double?, seed: UInt64,
        _ statistic: HorizonStatistic
    ) -> [HorizonOutlook.PastHorizon] {
        cuts.map { cut in
            let seen = leads.filter { !errors[cut][$0 - 1].isNaN }
            let yhat = seen.map { unit * Double(forecasts[cut][$0 - 1]) }
            let actual = seen.map { unit * (Double(forecasts[cut][$0 - 1]) + Double(errors[cut][$0 - 1])) }
            let paths = SimulatedPaths(
                yhat: yhat, leads: seen, calibration: self, without: cut, deviation: deviation, floor: floor,
                seed: seed,
                count: SimulatedPaths.count / 5
            )
            return HorizonOutlook.PastHorizon(
                actual: statistic(actual) / unit,
                simulated: Statistics.median(paths.rows.map { statistic($0) }) / unit,
                weight: weight(row: cut)
            )
        }
    }
}
