import Foundation

/// The sum of squares of an ARMA model conditional on its first values.
///
/// Source: G. E. P. Box and G. M. Jenkins, "Time Series Analysis", 1976, section 7.1.2.
struct ConditionalLikelihood: Sendable {
    /// Mean of the squared errors.
    var meanSquare: Double

    /// - Parameters:
    ///   - coefficients: multiplied out.
    ///   - series: differenced values.
    ///   - mean: what is taken off each value.
    ///   - skip: how many values to condition on.
    ///   - work: room for twice as many numbers as there are values.
    @inline(__always)
    init(
        _ coefficients: ARMACoefficients, _ series: UnsafeBufferPointer<Double>, mean: Double, skip: Int,
        work: UnsafeMutablePointer<Double>
    ) {
        let n = series.count
        let centred = work
        let errors = work + n
        for i in 0..<n { centred[i] = series[i] - mean }
        var lags: [(lag: Int, value: Double)] = []
        for (j, value) in coefficients.phi.enumerated() where value != 0 { lags.append((j + 1, value)) }
        // First what needs no past errors, lag by lag: these loops have no dependence from step to step.
        for t in skip..<n { errors[t] = centred[t] }
        for (lag, value) in lags {
            for t in skip..<n { errors[t] -= value * centred[t - lag] }
        }
        for t in 0..<skip { errors[t] = 0 }
        lags.removeAll(keepingCapacity: true)
        for (j, value) in coefficients.theta.enumerated() where value != 0 { lags.append((j + 1, value)) }
        var sum = 0.0
        lags.withUnsafeBufferPointer { lags in
            for t in skip..<n {
                var error = errors[t]
                for (lag, value) in lags where t - lag >= skip { error -= value * errors[t - lag] }
                errors[t] = error
                sum += error * error
            }
        }
        meanSquare = n > skip ? sum / Double(n - skip) : .infinity
    }

    /// Half the logarithm of the mean square: what is minimized.
    var objective: Double {
        // An explosive recursion overflows: as bad as can be, not as good.
        guard meanSquare.isFinite else { return .greatestFiniteMagnitude }
        return meanSquare > 0 ? 0.5 * log(meanSquare) : -.infinity
    }
}
