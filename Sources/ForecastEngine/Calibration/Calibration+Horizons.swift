extension Calibration {
    /// The share of a past horizon that has to be observed for its maximum to count.
    static let observedShare = 0.5

    /// What a statistic of past horizons was, beside what was forecast of it from the other horizons.
    struct PastHorizon: Sendable {
        /// Of what was observed.
        var actual: Double
        /// The quantile that simulated futures gave, drawn without this horizon's errors.
        var simulated: Double
    }

    /// How many past horizons a quantile needs to exist as a conformal quantile: ⌈(K + 1)·q⌉ ≤ K.
    static func neededHorizons(quantile: Double) -> Int { Int((quantile / (1 - quantile) - 1e-9).rounded(.up)) }

    /// The past horizons at the given leads, none overlapping another, oldest first.
    func pastHorizons(
        _ window: HorizonWindow, quantile: Double, deviation: Double, floor: Double?, seed: UInt64,
        statistic: ([Double]) -> Double
    ) -> [PastHorizon] {
        let leads = (window.skipped + 1)...(window.skipped + window.steps)
        guard leads.upperBound <= length else { return [] }
        var result: [PastHorizon] = []
        var next = errors.count - 1
        // From the newest back, each a whole horizon before the one that was taken last.
        while next >= 0 {
            let rows = (leads.lowerBound - 1)..<leads.upperBound
            let seen = rows.filter { !errors[next][$0].isNaN }
            if Double(seen.count) >= Self.observedShare * Double(window.steps) {
                let yhat = seen.map { unit * Double(forecasts[next][$0]) }
                let actual = seen.map { unit * (Double(forecasts[next][$0]) + Double(errors[next][$0])) }
                let paths = SimulatedPaths(
                    yhat: yhat, leads: seen.map { $0 + 1 }, calibration: self, without: next, deviation: deviation,
                    floor: floor, seed: seed, count: SimulatedPaths.count / 5
                )
                result.append(
                    PastHorizon(
                        actual: statistic(actual),
                        simulated: Statistics.quantile(sorted: paths.rows.map(statistic).sorted(), quantile)
                    )
                )
            }
            next -= max(1, (window.steps + stride - 1) / stride)
        }
        return result.reversed()
    }
}
