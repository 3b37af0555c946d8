import Foundation

/// The direction in which a trend and what multiplies it trade their scales without changing the mean.
///
/// Where the multiplicative columns can add up to 1 on every observed row, X_m·u = 1 (a week's Fourier columns can, on shops
/// that close on Sundays), T/s and s·(1 + X_m·β) have the same product for every s: β becomes s·β + (s − 1)·u and only the
/// priors tell one s from another. The valley is curved, and steps along its tangent crawl; this goes to its lowest point.
struct ScaleExchange {
    /// u over X's columns; 0 on additive ones.
    private let unit: [Double]
    private let isMultiplicative: [Bool]
    private let lead: Int

    /// Nil where there is no such direction.
    init?(_ mean: NonlinearMean) {
        let columns = mean.isMultiplicative.indices.filter { mean.isMultiplicative[$0] }
        guard mean.growth != .logistic, !columns.isEmpty else { return nil }
        let design = mean.design
        let count = columns.count
        let stride = Kernels.padded(count)
        let gram = design.featureGram()
        var factor = [Double](repeating: 0, count: stride * stride)
        var solution = [Double](repeating: 0, count: stride)
        for (i, c) in columns.enumerated() {
            for (j, other) in columns.enumerated() where j <= i {
                factor[i * stride + j] = gram[c * design.table.stride + other]
            }
            // A little ridge: u is to be short where many would do.
            factor[i * stride + i] += 1e-9 * Double(design.count)
            for row in design.rows { solution[i] += design.table.values[Int(row) * design.table.stride + c] }
        }
        factor.withUnsafeMutableBufferPointer { factor in
            solution.withUnsafeMutableBufferPointer { solution in
                guard let l = factor.baseAddress, let x = solution.baseAddress else { return }
                Kernels.cholesky(l, size: count, stride: stride)
                Kernels.forwardSubstitute(l, x, size: count, stride: stride)
                Kernels.backSubstitute(l, x, size: count, stride: stride)
            }
        }
        for row in design.rows {
            var sum = 0.0
            for (i, c) in columns.enumerated() {
                sum += design.table.values[Int(row) * design.table.stride + c] * solution[i]
            }
            guard abs(sum - 1) < 1e-4 else { return nil }
        }
        var unit = [Double](repeating: 0, count: design.table.width)
        for (i, c) in columns.enumerated() { unit[c] = solution[i] }
        self.unit = unit
        isMultiplicative = mean.isMultiplicative
        lead = design.trendColumns
    }

    /// Moves γ and δ to the scale at which the priors cost least.
    func apply(
        gamma: inout [Double], delta: inout [Double], precision: UnsafePointer<Double>, laplaceScale: Double
    ) {
        var trend = 0.0
        for i in 0..<lead { trend += 0.5 * precision[i] * gamma[i] * gamma[i] }
        let changes = delta.reduce(0) { $0 + abs($1) } / laplaceScale
        // Σ ½p·(s·β + (s − 1)·u)² = ½(a·s² − 2·b·s + c).
        var a = 0.0
        var b = 0.0
        for c in unit.indices where isMultiplicative[c] {
            let sum = gamma[lead + c] + unit[c]
            a += precision[lead + c] * sum * sum
            b += precision[lead + c] * sum * unit[c]
        }
        func slope(_ s: Double) -> Double { -2 * trend / (s * s * s) - changes / (s * s) + a * s - b }
        // The slope rises with s: the minimum is where it is 0.
        var low = 1.0 / 64
        var high = 64.0
        guard slope(low) < 0, slope(high) > 0 else { return }
        for _ in 0..<80 {
            let s = (low * high).squareRoot()
            if slope(s) < 0 { low = s } else { high = s }
        }
        let s = (low * high).squareRoot()
        for i in 0..<lead { gamma[i] /= s }
        for j in delta.indices { delta[j] /= s }
        for c in unit.indices where isMultiplicative[c] {
            gamma[lead + c] = s * gamma[lead + c] + (s - 1) * unit[c]
        }
    }
}
