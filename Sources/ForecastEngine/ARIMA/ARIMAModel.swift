import Foundation

/// A seasonal ARIMA model fitted to a series.
///
/// φ(B) Φ(Bᵐ) (w[t] − μ) = θ(B) Θ(Bᵐ) e[t], w = (1 − B)ᵈ (1 − Bᵐ)ᴰ y. Source: Box and Jenkins (1976), chapter 9.
struct ARIMAModel: Sendable, Hashable, Codable {
    var order: ARIMAOrder
    /// φ, θ, Φ and Θ, in that order.
    var coefficients: [Double]
    /// What the constant adds to each difference.
    var mean: Double
    /// The ARMA state one step after the last observation.
    var state: [Double]
    /// The last observations, newest last, as many as differencing uses up.
    var tail: [Double]
    /// Variance of the one-step errors.
    var variance: Double
    /// −2·log-likelihood; with differences, of what the estimation went by (`ARIMAEstimation.fitFromZero`).
    var minusTwoLogLikelihood: Double
    /// Differences that were fitted.
    var count: Int

    /// Akaike's criterion corrected for small samples.
    var aicc: Double { Self.aicc(minusTwoLogLikelihood, coefficients: order.coefficients, count: count) }

    static func aicc(_ minusTwoLogLikelihood: Double, coefficients: Int, count: Int) -> Double {
        // One more for the variance.
        let k = Double(coefficients + 1)
        let rest = Double(count) - k - 1
        return rest > 0 ? minusTwoLogLikelihood + 2 * k + 2 * k * (k + 1) / rest : .infinity
    }

    /// A model of given coefficients, filtered over `values`; nil where it is not stationary.
    init?(_ order: ARIMAOrder, coefficients: [Double], mean: Double, over values: [Double]) {
        let series = DifferencedSeries(values, order).values
        guard !series.isEmpty, coefficients.allSatisfy(\.isFinite) else { return nil }
        let expanded = coefficients.withUnsafeBufferPointer { ARMACoefficients(order, $0) }
        guard
            let filtered = series.withUnsafeBufferPointer({
                ExactLikelihood(expanded, $0, mean: mean)
            })
        else { return nil }
        self.order = order
        self.coefficients = coefficients
        self.mean = mean
        state = filtered.state
        tail = Array(values.suffix(order.lost))
        count = series.count
        variance = filtered.sumOfSquares / Double(max(series.count - order.coefficients, 1))
        let n = Double(series.count)
        minusTwoLogLikelihood = 2 * n * filtered.objective(count: series.count) + n * (1 + log(2 * Double.pi))
    }

    /// One-step errors over `values`, one a difference.
    func residuals(over values: [Double]) -> [Double] {
        let series = DifferencedSeries(values, order).values
        let expanded = coefficients.withUnsafeBufferPointer { ARMACoefficients(order, $0) }
        return series.withUnsafeBufferPointer { ExactLikelihood(expanded, $0, mean: mean, keepErrors: true)?.errors }
            ?? []
    }

    /// Point forecasts of the next `count` steps.
    func forecast(count: Int) -> [Double] {
        let phi = coefficients.withUnsafeBufferPointer { ARMACoefficients(order, $0).phi }
        let integration = DifferencedSeries.integration(order)
        var state = state
        var path = tail
        for _ in 0..<count {
            var value = state[0] + mean
            for (j, delta) in integration.enumerated() where delta != 0 { value += delta * path[path.count - 1 - j] }
            path.append(value)
            let head = state[0]
            for i in state.indices {
                state[i] = (i < phi.count ? phi[i] * head : 0) + (i + 1 < state.count ? state[i + 1] : 0)
            }
        }
        return Array(path.suffix(count))
    }

    /// Variances of the next `count` steps: σ² Σ ψ², ψ the response of y to one error (Box and Jenkins 1976, 5.1.1).
    func forecastVariances(count: Int) -> [Double] {
        let expanded = coefficients.withUnsafeBufferPointer { ARMACoefficients(order, $0) }
        // (1 − Σ φ Bʲ)(1 − Σ δ Bʲ) = 1 − Σ c Bʲ.
        var recursion: [(lag: Int, value: Double)] = []
        var combined = [Double](repeating: 0, count: expanded.phi.count + order.lost + 1)
        let left = [1] + expanded.phi.map { -$0 }
        let right = [1] + DifferencedSeries.integration(order).map { -$0 }
        for (i, a) in left.enumerated() where a != 0 {
            for (j, b) in right.enumerated() where b != 0 { combined[i + j] += a * b }
        }
        for (j, value) in combined.enumerated() where j > 0 && value != 0 { recursion.append((j, -value)) }
        var psi: [Double] = []
        var sum = 0.0
        return (0..<count).map { k in
            var value = k == 0 ? 1 : k <= expanded.theta.count ? expanded.theta[k - 1] : 0
            for (lag, weight) in recursion where lag <= k { value += weight * psi[k - lag] }
            psi.append(value)
            sum += value * value
            return variance * sum
        }
    }
}
