import Foundation

/// Prophet's maximum a posteriori estimate where the mean is linear in the parameters (linear or flat growth, additive
/// components).
///
/// The log posterior, constants dropped as Stan drops them, is
///
///     −n·ln σ − RSS/2σ² − 2σ² − ½·Σ γᵢ²/sᵢ² − ‖δ‖₁/τ,   RSS = ‖y − Zθ‖²
///
/// For fixed σ it is a lasso in δ once γ is eliminated (`NormalEquations.solve`). For fixed θ it is greatest at
/// σ² = 2·RSS / (n + √(n² + 16·RSS)). The two steps alternate from σ = 1, where Prophet starts: each raises the posterior,
/// and RSS grows with σ, so σ falls monotonically to the first fixed point below 1. That is the local optimum that is
/// wanted; where there are as many parameters as rows the posterior has no upper bound as σ → 0.
enum MAPSolver {
    /// The prior deviation of σ is 0.5.
    static let leastVariance = 1e-18
    /// The alternation ends when the log posterior moves by less.
    static let tolerance = 1e-6
    static let mostIterations = 500

    struct Outcome {
        var variance: Double
        var residualSquares: Double
        var logPosterior: Double
        var iterations: Int
    }

    /// Maximizes the posterior; the estimate is left in `normal.gamma` and `normal.delta`.
    ///
    /// - Parameter residualSquares: ‖y − Zθ‖² of the estimate in `normal`, from the residuals themselves.
    static func maximize(
        _ normal: NormalEquations, laplaceScale: Double, residualSquares: (NormalEquations) -> Double
    ) -> Outcome {
        var variance = 1.0
        normal.begin(variance: variance)
        var change = Double.infinity
        var outcome = Outcome(variance: 1, residualSquares: 0, logPosterior: -.infinity, iterations: 0)
        for iteration in 1...mostIterations {
            // Far from the fixed point of σ there is nothing to be exact about.
            normal.solve(variance: variance, laplaceScale: laplaceScale, tolerance: abs(change) > 1 ? 1e-6 : 1e-13)
            var squares = normal.gramResidualSquares()
            // Below this the Gram matrix has lost the digits that the residuals still have.
            if squares < 1e-7 * normal.targetSquares { squares = residualSquares(normal) }
            variance = noiseVariance(residualSquares: squares, rows: normal.rows)
            let value = logPosterior(normal, laplaceScale: laplaceScale, variance: variance, residualSquares: squares)
            change = value - outcome.logPosterior
            outcome = Outcome(
                variance: variance, residualSquares: squares, logPosterior: value, iterations: iteration)
            if abs(change) < tolerance { break }
        }
        outcome.residualSquares = residualSquares(normal)
        outcome.variance = noiseVariance(residualSquares: outcome.residualSquares, rows: normal.rows)
        outcome.logPosterior = logPosterior(
            normal, laplaceScale: laplaceScale, variance: outcome.variance, residualSquares: outcome.residualSquares)
        return outcome
    }

    /// The variance that maximizes the posterior for given residuals, under the half-normal(0.5) prior of σ.
    static func noiseVariance(residualSquares: Double, rows: Int) -> Double {
        let n = Double(rows)
        return max(leastVariance, 2 * residualSquares / (n + (n * n + 16 * residualSquares).squareRoot()))
    }

    static func logPosterior(
        _ normal: NormalEquations, laplaceScale: Double, variance: Double, residualSquares: Double
    ) -> Double {
        var penalty = 0.0
        for i in 0..<normal.gaussians { penalty += 0.5 * normal.precision[i] * normal.gamma[i] * normal.gamma[i] }
        for j in 0..<normal.deltas { penalty += abs(normal.delta[j]) / laplaceScale }
        return likelihood(rows: normal.rows, variance: variance, residualSquares: residualSquares) - penalty
    }

    /// −n·ln σ − RSS/2σ² − 2σ².
    static func likelihood(rows: Int, variance: Double, residualSquares: Double) -> Double {
        -0.5 * Double(rows) * log(variance) - residualSquares / (2 * variance) - 2 * variance
    }
}
