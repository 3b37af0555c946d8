/// The medians over the last `cycles` seasons, for every step that forecasts and levels look at.
///
/// `profile[t]` is the median of y[t − m], y[t − 2m], …, y[t − cycles·m], observed values only, and so depends on
/// nothing within one season before t. That makes one table serve every origin of a backtest.
struct ProfileTable: Sendable {
    let season: Int
    let cycles: Int
    /// The index of the first step in the table.
    let first: Int
    private let profile: [Double]

    /// Builds the table for steps `range`, which may reach one season beyond the data.
    init(_ grid: RegularGrid, season: Int, cycles: Int, range: Range<Int>) {
        self.season = season
        self.cycles = cycles
        first = range.lowerBound
        let n = grid.count
        var buffer: [Double] = []
        buffer.reserveCapacity(cycles)
        var profile = [Double](repeating: 0, count: range.count)
        for t in range {
            buffer.removeAll(keepingCapacity: true)
            var lag = t - season
            var taken = 0
            while lag >= 0, taken < cycles {
                if lag < n, grid.observed[lag] { buffer.append(grid.values[lag]) }
                lag -= season
                taken += 1
            }
            profile[t - first] =
                buffer.isEmpty ? grid.values[min(max(0, t - season), n - 1)] : Self.median(&buffer)
        }
        self.profile = profile
    }

    subscript(t: Int) -> Double { profile[t - first] }

    /// The profile of the `count` steps from `start` on, each place averaged with `blur` places to either side.
    ///
    /// Beyond its ends the season begins again, so that nothing after `start` is looked at.
    func season(from start: Int, count: Int, blur: Int) -> [Double] {
        let count = min(count, season)
        let reach = min(blur, (season - 1) / 2)
        guard reach > 0 else { return (start..<(start + count)).map { self[$0] } }
        let width = 2 * reach + 1
        var result: [Double] = []
        result.reserveCapacity(count)
        var sum = 0.0
        for place in -reach...reach { sum += self[start + (place + season) % season] }
        for place in 0..<count {
            result.append(sum / Double(width))
            sum += self[start + (place + reach + 1) % season] - self[start + (place - reach + season) % season]
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
