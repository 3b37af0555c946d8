/// The medians over the last `cycles` seasons, for every step that forecasts and levels look at.
///
/// `profile[t]` is the median of y[t − m], y[t − 2m], …, y[t − cycles·m], observed values only, and so depends on
/// nothing within one season before t. That makes one table serve every origin of a backtest. Where kinds of days are told
/// apart, there is one such row for each kind, of the last `cycles` days of that kind.
struct ProfileTable: Sendable {
    let season: Int
    let cycles: Int
    /// The index of the first step in the table.
    let first: Int
    /// The kind of day of each step in the table.
    private let kinds: [UInt8]
    /// One row a kind of day.
    private let profiles: [[Double]]

    /// Builds the table for steps `range`, which may reach one season beyond the data.
    init(_ grid: RegularGrid, season: Int, cycles: Int, days: DayKinds = .none, range: Range<Int>) {
        self.season = season
        self.cycles = cycles
        first = range.lowerBound
        let n = grid.count
        let kinds = (0..<max(n, range.upperBound)).map { UInt8(days == .none ? 0 : days.kind(grid.time(of: $0))) }
        var buffer: [Double] = []
        buffer.reserveCapacity(cycles)
        profiles = (0..<days.count).map { kind in
            var profile = [Double](repeating: 0, count: range.count)
            for t in range {
                buffer.removeAll(keepingCapacity: true)
                var lag = t - season
                var taken = 0
                while lag >= 0, taken < cycles {
                    if kinds[lag] == kind {
                        if lag < n, grid.observed[lag] { buffer.append(grid.values[lag]) }
                        taken += 1
                    }
                    lag -= season
                }
                profile[t - range.lowerBound] =
                    buffer.isEmpty ? grid.values[min(max(0, t - season), n - 1)] : Self.median(&buffer)
            }
            return profile
        }
        self.kinds = Array(kinds[range])
    }

    /// The median that belongs to a step.
    subscript(t: Int) -> Double { profiles[Int(kinds[t - first])][t - first] }

    /// The profile of the `count` steps from `start` on were they on a day of `kind`, each place averaged with `blur` places to
    /// either side.
    ///
    /// Beyond its ends the season begins again, so that nothing after `start` is looked at.
    func season(from start: Int, count: Int, blur: Int, kind: Int = 0) -> [Double] {
        let count = min(count, season)
        let reach = min(blur, (season - 1) / 2)
        let row = profiles[kind]
        let start = start - first
        guard reach > 0 else { return Array(row[start..<(start + count)]) }
        let width = 2 * reach + 1
        var result: [Double] = []
        result.reserveCapacity(count)
        var sum = 0.0
        for place in -reach...reach { sum += row[start + (place + season) % season] }
        for place in 0..<count {
            result.append(sum / Double(width))
            sum += row[start + (place + reach + 1) % season] - row[start + (place - reach + season) % season]
        }
        return result
    }

    /// The difference (or the factor) between the last `window` observed values before `cut` and the profile there.
    func level(_ grid: RegularGrid, cut: Int, window: Int, scales: Bool) -> Double {
        var values: [Double] = []
        var references: [Double] = []
        for t in max(first, cut - window)..<cut where grid.observed[t] {
            values.append(grid.values[t])
            references.append(self[t])
        }
        guard !values.isEmpty else { return scales ? 1 : 0 }
        if scales {
            let total = references.reduce(0, +)
            guard total > 0 else { return 1 }
            return min(max(values.reduce(0, +) / total, 0.1), 10)
        }
        var differences = zip(values, references).map { $0 - $1 }
        return Self.median(&differences)
    }

    /// The median; sorts its argument.
    static func median(_ x: inout [Double]) -> Double {
        if x.count <= 8 {
            for i in 1..<max(1, x.count) {
                let value = x[i]
                var j = i
                while j > 0, x[j - 1] > value {
                    x[j] = x[j - 1]
                    j -= 1
                }
                x[j] = value
            }
        } else {
            x.sort()
        }
        let half = x.count / 2
        return x.count % 2 == 1 ? x[half] : 0.5 * (x[half - 1] + x[half])
    }
}
