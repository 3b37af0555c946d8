import Foundation

/// Prophet's maximum a posteriori estimate where the mean is not linear in the parameters: logistic growth, and
/// multiplicative components.
///
/// Each step replaces the mean by its tangent at the present parameters, which leaves the penalized least-squares problem
/// of the linear model (`NormalEquations.solve`: Gaussian block by Cholesky, lasso in δ by active set), goes as far along
/// its solution as the posterior rises, and takes the best σ for the new residuals. A point where the step is zero
/// satisfies the optimality conditions of the posterior itself. The start is Prophet's: its initial trend, σ = 1.
struct GaussNewtonSolver {
    let mean: NonlinearMean
    let laplaceScale: Double

    static let mostIterations = 300

    /// - Parameters:
    ///   - normal: reset to the design's shape, with precisions set and the start in `gamma` and `delta`; the estimate on
    ///     return.
    func maximize(_ normal: NormalEquations) -> MAPSolver.Outcome {
        let design = mean.design
        let g = normal.gaussians
        let d = normal.deltas
        let stride = mean.stride
        normal.rows = design.count
        var state = NonlinearMean.State(rows: design.count)
        var trial = state
        var gamma = Array(UnsafeBufferPointer(start: normal.gamma, count: g))
        var delta = Array(UnsafeBufferPointer(start: normal.delta, count: max(1, d)))
        var jacobian = [Double](repeating: 0, count: design.count * stride)
        var gram = [Double](repeating: 0, count: stride * stride)
        var target = [Double](repeating: 0, count: design.count)
        var product = [Double](repeating: 0, count: stride)
        mean.evaluate(gamma: gamma, delta: delta, into: &state)
        var variance = 1.0
        var outcome = MAPSolver.Outcome(
            variance: variance, residualSquares: state.residualSquares, logPosterior: -.infinity, iterations: 0)
        var quiet = 0
        for iteration in 1...Self.mostIterations {
            jacobian.withUnsafeMutableBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                mean.jacobian(gamma: gamma, delta: delta, state: state, into: base)
                // The target of the tangent problem: y − μ + J·θ.
                for r in 0..<design.count {
                    let row = base + r * stride
                    target[r] =
                        state.residual[r] + Kernels.dot(row, gamma, g) + Kernels.dot(row + g, delta, d)
                }
                for i in gram.indices { gram[i] = 0 }
                gram.withUnsafeMutableBufferPointer { gram in
                    guard let gram = gram.baseAddress else { return }
                    Kernels.accumulateGram(base, rows: design.count, stride: stride, into: gram)
                }
                product.withUnsafeMutableBufferPointer { product in
                    guard let product = product.baseAddress else { return }
                    Kernels.transposedProduct(base, rows: design.count, stride: stride, target, into: product)
                }
            }
            normal.takeGram(gram, product: product, stride: stride)
            for j in 0..<d { normal.delta[j] = delta[j] }
            normal.solve(variance: variance, laplaceScale: laplaceScale)

            let objective = state.residualSquares / 2 + variance * penalty(normal, gamma, delta)
            var step = 1.0
            var accepted = false
            var nextGamma = gamma
            var nextDelta = delta
            while step > 1e-10 {
                for i in 0..<g { nextGamma[i] = gamma[i] + step * (normal.gamma[i] - gamma[i]) }
                for j in 0..<d {
                    nextDelta[j] = step == 1 ? normal.delta[j] : delta[j] + step * (normal.delta[j] - delta[j])
                }
                mean.evaluate(gamma: nextGamma, delta: nextDelta, into: &trial)
                let value = trial.residualSquares / 2 + variance * penalty(normal, nextGamma, nextDelta)
                if value <= objective {
                    accepted = true
                    break
                }
                step *= 0.5
            }
            if accepted {
                swap(&state, &trial)
                gamma = nextGamma
                delta = nextDelta
            }
            variance = MAPSolver.noiseVariance(residualSquares: state.residualSquares, rows: design.count)
            let value =
                MAPSolver.likelihood(
                    rows: design.count, variance: variance, residualSquares: state.residualSquares)
                - penalty(normal, gamma, delta)
            quiet = abs(value - outcome.logPosterior) < MAPSolver.tolerance ? quiet + 1 : 0
            outcome = MAPSolver.Outcome(
                variance: variance, residualSquares: state.residualSquares, logPosterior: value, iterations: iteration)
            if quiet >= 2 { break }
        }
        for i in 0..<g { normal.gamma[i] = gamma[i] }
        for j in 0..<d { normal.delta[j] = delta[j] }
        return outcome
    }

    private func penalty(_ normal: NormalEquations, _ gamma: [Double], _ delta: [Double]) -> Double {
        var sum = 0.0
        for i in 0..<normal.gaussians { sum += 0.5 * normal.precision[i] * gamma[i] * gamma[i] }
        for j in 0..<normal.deltas { sum += abs(delta[j]) / laplaceScale }
        return sum
    }
}
