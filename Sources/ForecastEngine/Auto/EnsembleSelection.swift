/// Combines candidates so that the combination's absolute error on held-out data is least.
///
/// Caruana, Niculescu-Mizil, Crew & Ksikes, "Ensemble selection from libraries of models" (ICML 2004): start with the
/// best candidate and keep adding, with replacement, the one that lowers the error of the average most. Weights are
/// therefore shares of a few rounds, most candidates have none, and there is little room to overfit.
struct EnsembleSelection: Sendable {
    static let rounds = 12

    /// What was observed, cut by cut; what was not is left out.
    private let actual: [Float]
    /// Where the points of each cut lie in `actual` and in each row.
    private let cuts: [Range<Int>]
    /// One row a candidate, parallel to `actual`.
    private let rows: [[Float]]
    /// Each candidate's absolute error by itself, summed over each cut.
    private let alone: [[Double]]

    /// - Parameters:
    ///   - forecasts: one row a candidate, parallel to `actual`.
    ///   - actual: what was observed, `length` points a cut; NaN is left out.
    ///   - length: how many points a cut has.
    init(_ forecasts: [[Double]], actual: [Double], length: Int) {
        // Single precision chooses as well and twice as fast; in units of the largest value nothing overflows.
        let largest = actual.reduce(0) { $1.isNaN ? $0 : max($0, abs($1)) }
        let unit = largest > 0 ? largest : 1
        func packed(_ row: [Double]) -> [Float] {
            var result: [Float] = []
            result.reserveCapacity(row.count)
            for (value, actual) in zip(row, actual) where !actual.isNaN { result.append(Float(value / unit)) }
            return result
        }
        var cuts: [Range<Int>] = []
        var start = 0
        for cut in stride(from: 0, to: actual.count, by: length) {
            let seen = actual[cut..<min(cut + length, actual.count)].count(where: { !$0.isNaN })
            cuts.append(start..<(start + seen))
            start += seen
        }
        let y = packed(actual)
        let rows = forecasts.map(packed)
        self.actual = y
        self.cuts = cuts
        self.rows = rows
        alone = rows.map { row in cuts.map { Self.error(y, row, share: 1, $0) } }
    }

    /// The share of each candidate, summing to 1.
    ///
    /// - Parameter weights: how much each cut counts.
    func shares(_ weights: [Double]) -> [Double] {
        guard !rows.isEmpty else { return [] }
        var picks = [Double](repeating: 0, count: rows.count)
        let used = zip(cuts.indices, weights).filter { !cuts[$0].isEmpty && $1 > 0 }
        guard !used.isEmpty else {
            picks[0] = 1
            return picks
        }
        // A forecast far beyond all that was seen is infinite in these units: a cut without weight must not see it.
        let losses: [Double] = alone.map { row in used.reduce(0) { $0 + $1.1 * row[$1.0] } }
        // The best first, so that what follows is given up early.
        let order = rows.indices.sorted { (losses[$0], $0) < (losses[$1], $1) }
        var best = losses[order[0]]
        var taken: Float = 1
        var sum = rows[order[0]]
        var rest = actual
        picks[order[0]] = 1
        for _ in 1..<Self.rounds {
            let share = 1 / (taken + 1)
            for (cut, _) in used { for i in cuts[cut] { rest[i] = actual[i] - sum[i] * share } }
            var choice: Int?
            var least = best * (1 - 1e-3)
            for candidate in order {
                var loss = 0.0
                for (cut, weight) in used {
                    loss += weight * Self.error(rest, rows[candidate], share: share, cuts[cut])
                    if !(loss < least) { break }
                }
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
        return picks.map { $0 / Double(taken) }
    }

    /// The sum of |rest − share·row| over `range`.
    private static func error(_ rest: [Float], _ row: [Float], share: Float, _ range: Range<Int>) -> Double {
        rest.withUnsafeBytes { rest in
            row.withUnsafeBytes { row in
                var sums = SIMD8<Float>.zero
                var i = range.lowerBound
                while i + 8 <= range.upperBound {
                    let difference =
                        rest.loadUnaligned(fromByteOffset: 4 * i, as: SIMD8<Float>.self)
                        - share * row.loadUnaligned(fromByteOffset: 4 * i, as: SIMD8<Float>.self)
                    // The absolute value is the number without its sign bit.
                    sums += unsafeBitCast(
                        unsafeBitCast(difference, to: SIMD8<UInt32>.self) & 0x7fff_ffff, to: SIMD8<Float>.self)
                    i += 8
                }
                var total = sums.sum()
                while i < range.upperBound {
                    let value = rest.loadUnaligned(fromByteOffset: 4 * i, as: Float.self)
                    total += abs(value - share * row.loadUnaligned(fromByteOffset: 4 * i, as: Float.self))
                    i += 1
                }
                return Double(total)
            }
        }
    }
}
