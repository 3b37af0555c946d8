import Foundation

/// The exact Gaussian likelihood of a stationary ARMA model by the Kalman filter in Chandrasekhar form.
///
/// Harvey's state x has r = max(p, q + 1) elements, x[t+1] = T x[t] + R e[t+1], w[t] = x₁[t]. Started from the stationary
/// covariance, its increments have rank one, so a step costs O(r) instead of the O(r²) of the textbook filter: the same
/// numbers, but a season of 24 costs twenty times less.
///
/// Sources: J. G. Pearlman, "An algorithm for the exact likelihood of a high-order autoregressive-moving average process",
/// Biometrika 67 (1980); M. Morf, G. S. Sidhu and T. Kailath, "Some new algorithms for recursive estimation in constant,
/// linear, discrete-time systems", IEEE Transactions on Automatic Control 19 (1974).
struct ExactLikelihood: Sendable {
    /// Σ v²/F over the observations, v one-step errors and F their variances in units of σ².
    var sumOfSquares: Double
    /// Σ log F.
    var sumOfLogs: Double
    /// The mean of the state after the last observation, one step ahead: r values.
    var state: [Double]
    /// One-step errors v, if asked for.
    var errors: [Double]

    /// Filters `series`; nil where the autoregression is not stationary, so that nothing has a variance.
    init?(
        _ coefficients: ARMACoefficients, _ series: UnsafeBufferPointer<Double>, mean: Double, keepErrors: Bool = false
    ) {
        let r = max(coefficients.phi.count, coefficients.theta.count + 1)
        guard let first = Self.firstColumn(coefficients, r) else { return nil }
        let phi = coefficients.phi + [Double](repeating: 0, count: r - coefficients.phi.count)
        var variance = first[0]
        // G = T P Z' is the gain times F; W M W' is the increment of P.
        var gain = (0..<r).map { phi[$0] * first[0] + ($0 + 1 < r ? first[$0 + 1] : 0) }
        var increment = gain
        var weight = -1 / variance
        var state = [Double](repeating: 0, count: r)
        var errors: [Double] = []
        if keepErrors { errors.reserveCapacity(series.count) }
        var squares = 0.0
        var logs = 0.0
        var product = 1.0
        var settled = false
        phi.withUnsafeBufferPointer { phi in
            gain.withUnsafeMutableBufferPointer { gain in
                increment.withUnsafeMutableBufferPointer { increment in
                    state.withUnsafeMutableBufferPointer { state in
                        for value in series {
                            let error = value - mean - state[0]
                            if keepErrors { errors.append(error) }
                            squares += error * error / variance
                            product *= variance
                            if product > 1e100 || product < 1e-100 {
                                logs += log(product)
                                product = 1
                            }
                            let scaled = error / variance
                            let head = state[0]
                            for i in 0..<(r - 1) { state[i] = phi[i] * head + state[i + 1] + gain[i] * scaled }
                            state[r - 1] = phi[r - 1] * head + gain[r - 1] * scaled
                            if settled { continue }

                            let lead = increment[0]
                            let step = weight * lead
                            let before = variance
                            variance += lead * step
                            for i in 0..<(r - 1) { gain[i] += (phi[i] * lead + increment[i + 1]) * step }
                            gain[r - 1] += phi[r - 1] * lead * step
                            let ratio = lead / variance
                            for i in 0..<(r - 1) {
                                increment[i] = phi[i] * lead + increment[i + 1] - gain[i] * ratio
                            }
                            increment[r - 1] = phi[r - 1] * lead - gain[r - 1] * ratio
                            weight += step * step / before
                            // An invertible model forgets its start: from here on the filter is a plain recursion.
                            var size = 0.0
                            for i in 0..<r { size = max(size, abs(increment[i])) }
                            settled = abs(weight) * size * size < 1e-15
                        }
                    }
                }
            }
        }
        sumOfSquares = squares
        sumOfLogs = logs + log(product)
        self.state = state
        self.errors = errors
        guard sumOfSquares.isFinite, sumOfLogs.isFinite else { return nil }
    }

    /// Half the concentrated −log-likelihood a observation: 0.5·(log σ² + Σ log F / n).
    func objective(count: Int) -> Double {
        let n = Double(count)
        return sumOfSquares > 0 ? 0.5 * (log(sumOfSquares / n) + sumOfLogs / n) : -.infinity
    }

    /// The covariances of the stationary state with its first element, in units of σ²: r values.
    private static func firstColumn(_ coefficients: ARMACoefficients, _ r: Int) -> [Double]? {
        let phi = coefficients.phi
        let theta = [1] + coefficients.theta
        let p = phi.count
        let q = theta.count - 1
        // ψ, the response to one error.
        var psi = [Double](repeating: 0, count: q + 1)
        for k in 0...q {
            psi[k] = theta[k]
            for j in 0..<min(k, p) { psi[k] += phi[j] * psi[k - 1 - j] }
        }
        // γ(k) − Σ φⱼ γ(|k − j|) = Σ θⱼ ψ(j − k), k = 0…p.
        var right = (0...p).map { k in
            k > q ? 0 : (k...q).reduce(0.0) { $0 + theta[$1] * psi[$1 - k] }
        }
        var matrix = [Double](repeating: 0, count: (p + 1) * (p + 1))
        for k in 0...p {
            matrix[k * (p + 1) + k] += 1
            for j in 0..<p { matrix[k * (p + 1) + abs(k - 1 - j)] -= phi[j] }
        }
        guard LinearSystem.solve(&matrix, &right, size: p + 1), right[0] > 0, right[0].isFinite else { return nil }
        let gamma = right
        return (0..<r).map { i in
            if i == 0 { return gamma[0] }
            var sum = 0.0
            for j in stride(from: i, to: p, by: 1) { sum += phi[j] * gamma[j + 1 - i] }
            for j in stride(from: i, through: q, by: 1) { sum += theta[j] * psi[j - i] }
            return sum
        }
    }
}
