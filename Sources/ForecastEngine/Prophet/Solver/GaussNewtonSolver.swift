import Foundation

/// Prophet's maximum a posteriori estimate where the mean is not linear in the parameters: logistic growth, and
/// multiplicative components.
///
/// Each step replaces the mean by its tangent at the present parameters, which leaves the penalized least-squares problem
/// of the linear model (`NormalEquations.solve`: Gaussian block by Cholesky, lasso in δ by active set), and takes the best σ
/// for the new residuals. A step that would not raise the posterior is shortened by damping (Levenberg and Marquardt).
/// Near the optimum, and where the tangent misleads, the quadratic model has the curvature of the mean too, which makes the
/// step Newton's; scales that a trend and what multiplies it can trade are settled by `ScaleExchange`. A point where the step is
/// zero satisfies the optimality conditions of the posterior itself. The start is Prophet's: its initial trend, σ = 1.
struct GaussNewtonSolver {
    let mean: NonlinearMean
    let laplaceScale: Double

    static let mostIterations = 300
    private static let leastDamping = 1e-6

    /// The quadratic model of half the sum of squares at some parameters.
    private struct Model {
        var jacobian: [Double]
        /// JᵀJ, less the curvature where that is known; on and below the diagonal.
        var hessian: [Double]
        /// H·θ + Jᵀ(y − μ): the model's minimum is where H·θ⁺ equals it.
        var product: [Double]
        var theta: [Double]
    }

    /// - Parameter normal: reset to the design's shape, with precisions set and the start in `gamma` and `delta`; it holds
    ///   the estimate on return.
    func maximize(_ normal: NormalEquations) -> MAPSolver.Outcome {
        let rows = mean.design.count
        let g = normal.gaussians
        let d = normal.deltas
        normal.rows = rows
        var state = NonlinearMean.State(rows: rows)
        var trial = state
        var gamma = Array(UnsafeBufferPointer(start: normal.gamma, count: g))
        var delta = Array(UnsafeBufferPointer(start: normal.delta, count: max(1, d)))
        var model = Model(
            jacobian: [Double](repeating: 0, count: rows * mean.stride),
            hessian: [Double](repeating: 0, count: mean.stride * mean.stride),
            product: [Double](repeating: 0, count: mean.stride), theta: [Double](repeating: 0, count: g + d)
        )
        mean.evaluate(gamma: gamma, delta: delta, into: &state)
        var variance = 1.0
        var outcome = MAPSolver.Outcome(
            variance: variance, residualSquares: state.residualSquares, logPosterior: -.infinity, iterations: 0)
        let exchange = ScaleExchange(mean)
        var quiet = 0
        var curved = false
        var damping = 0.0
        for iteration in 1...Self.mostIterations {
            update(&model, gamma: gamma, delta: delta, state: state, curved: curved)
            let objective = state.residualSquares / 2 + variance * penalty(normal, gamma, delta)
            var accepted = false
            for _ in 0..<25 {
                normal.takeGram(model.hessian, product: model.product, stride: mean.stride)
                if damping > 0 { damp(normal, model, by: damping) }
                for j in 0..<d { normal.delta[j] = delta[j] }
                normal.solve(variance: variance, laplaceScale: laplaceScale)
                mean.evaluate(gamma: normal.gamma, delta: normal.delta, into: &trial)
                let value = trial.residualSquares / 2 + variance * penalty(normal, normal.gamma, normal.delta)
                accepted = value <= objective
                if accepted { break }
                damping = max(10 * Self.leastDamping, damping * 10)
                // The tangent alone does not see the valley: look again with its curvature.
                if mean.hasCurvature, !curved { break }
            }
            if !accepted, mean.hasCurvature, !curved {
                curved = true
                continue
            }
            if accepted {
                swap(&state, &trial)
                for i in 0..<g { gamma[i] = normal.gamma[i] }
                for j in 0..<d { delta[j] = normal.delta[j] }
                exchangeScales(exchange, normal, &gamma, &delta, &state, &trial, variance: variance)
            }
            variance = MAPSolver.noiseVariance(residualSquares: state.residualSquares, rows: rows)
            let value =
                MAPSolver.likelihood(rows: rows, variance: variance, residualSquares: state.residualSquares)
                - penalty(normal, gamma, delta)
            let change = abs(value - outcome.logPosterior)
            curved = mean.hasCurvature && (curved || change < 10)
            quiet = change < MAPSolver.tolerance && damping <= 1e-3 || !accepted ? quiet + 1 : 0
            damping = damping > Self.leastDamping ? damping * 0.1 : 0
            outcome = MAPSolver.Outcome(
                variance: variance, residualSquares: state.residualSquares, logPosterior: value, iterations: iteration)
            if quiet >= 2 { break }
        }
        for i in 0..<g { normal.gamma[i] = gamma[i] }
        for j in 0..<d { normal.delta[j] = delta[j] }
        return outcome
    }

    /// Goes down the valley of equal means, where there is one and it leads down.
    private func exchangeScales(
        _ exchange: ScaleExchange?, _ normal: NormalEquations, _ gamma: inout [Double], _ delta: inout [Double],
        _ state: inout NonlinearMean.State, _ trial: inout NonlinearMean.State, variance: Double
    ) {
        guard let exchange else { return }
        var nextGamma = gamma
        var nextDelta = delta
        exchange.apply(
            gamma: &nextGamma, delta: &nextDelta, precision: normal.precision, laplaceScale: laplaceScale)
        mean.evaluate(gamma: nextGamma, delta: nextDelta, into: &trial)
        let before = state.residualSquares / 2 + variance * penalty(normal, gamma, delta)
        let after = trial.residualSquares / 2 + variance * penalty(normal, nextGamma, nextDelta)
        guard after < before else { return }
        swap(&state, &trial)
        gamma = nextGamma
        delta = nextDelta
    }

    private func update(
        _ model: inout Model, gamma: [Double], delta: [Double], state: NonlinearMean.State, curved: Bool
    ) {
        let stride = mean.stride
        let rows = mean.design.count
        for i in model.theta.indices { model.theta[i] = i < gamma.count ? gamma[i] : delta[i - gamma.count] }
        for i in model.hessian.indices { model.hessian[i] = 0 }
        model.jacobian.withUnsafeMutableBufferPointer { jacobian in
            guard let jacobian = jacobian.baseAddress else { return }
            mean.jacobian(gamma: gamma, delta: delta, state: state, into: jacobian)
            model.hessian.withUnsafeMutableBufferPointer { hessian in
                guard let hessian = hessian.baseAddress else { return }
                Kernels.accumulateGram(jacobian, rows: rows, stride: stride, into: hessian)
                if curved { mean.subtractCurvature(state: state, into: hessian) }
            }
            model.product.withUnsafeMutableBufferPointer { product in
                guard let product = product.baseAddress else { return }
                Kernels.transposedProduct(jacobian, rows: rows, stride: stride, state.residual, into: product)
            }
        }
        for i in model.theta.indices {
            var sum = 0.0
            for j in model.theta.indices {
                sum += (j <= i ? model.hessian[i * stride + j] : model.hessian[j * stride + i]) * model.theta[j]
            }
            model.product[i] += sum
        }
    }

    /// Adds ½·damping·Σ Hᵢᵢ·(θ⁺ᵢ − θᵢ)² to the problem that `normal` holds.
    private func damp(_ normal: NormalEquations, _ model: Model, by damping: Double) {
        for i in model.theta.indices {
            let weight = damping * model.hessian[i * mean.stride + i]
            if i < normal.gaussians {
                normal.gg[i * normal.gStride + i] += weight
                normal.qg[i] += weight * model.theta[i]
            } else {
                let j = i - normal.gaussians
                normal.dd[j * normal.dStride + j] += weight
                normal.qd[j] += weight * model.theta[i]
            }
        }
    }

    private func penalty(
        _ normal: NormalEquations, _ gamma: UnsafePointer<Double>, _ delta: UnsafePointer<Double>
    ) -> Double {
        var sum = 0.0
        for i in 0..<normal.gaussians { sum += 0.5 * normal.precision[i] * gamma[i] * gamma[i] }
        for j in 0..<normal.deltas { sum += abs(delta[j]) / laplaceScale }
        return sum
    }
}
