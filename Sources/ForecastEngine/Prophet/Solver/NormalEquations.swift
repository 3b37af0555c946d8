/// The normal equations of one penalized least-squares fit, and the scratch memory to solve them.
///
/// Parameters come in two blocks: γ (g of them: offset m, slope k, seasonal and regression coefficients), with Gaussian
/// priors, and δ (d of them: the changes of slope), with a Laplace prior. With Z = [Z_γ Z_δ] (n × (g + d)):
///
///     gg = Z_γᵀZ_γ   gd = Z_γᵀZ_δ   dd = Z_δᵀZ_δ   qg = Z_γᵀy   qd = Z_δᵀy   yy = yᵀy
///
/// One instance belongs to one thread and is reused from series to series; it allocates only when a fit is larger than
/// all before it.
final class NormalEquations {
    private(set) var gaussians = 0
    private(set) var deltas = 0
    /// Row lengths, padded to whole lanes.
    private(set) var gStride = 0
    private(set) var dStride = 0
    /// Observed rows.
    var rows = 0
    /// yᵀy.
    var targetSquares = 0.0

    private(set) var gg: UnsafeMutablePointer<Double>
    private(set) var gd: UnsafeMutablePointer<Double>
    private(set) var dd: UnsafeMutablePointer<Double>
    private(set) var qg: UnsafeMutablePointer<Double>
    private(set) var qd: UnsafeMutablePointer<Double>
    /// 1/s² of each Gaussian prior.
    private(set) var precision: UnsafeMutablePointer<Double>
    /// The solution, γ then δ.
    private(set) var gamma: UnsafeMutablePointer<Double>
    private(set) var delta: UnsafeMutablePointer<Double>

    // Scratch of the elimination: L Lᵀ = gg + σ²·precision, W = L⁻¹·gd, z = L⁻¹·qg, and the reduced problem
    // S = dd − WᵀW, r = qd − Wᵀz.
    private(set) var factor: UnsafeMutablePointer<Double>
    private(set) var eliminated: UnsafeMutablePointer<Double>
    private(set) var z: UnsafeMutablePointer<Double>
    private var previous: UnsafeMutablePointer<Double>
    /// The variance that `factor`, `eliminated` and `reduced` belong to; nil when the Gram matrix has changed since.
    private var factoredVariance: Double?
    private(set) var reduced: UnsafeMutablePointer<Double>
    private(set) var reducedTarget: UnsafeMutablePointer<Double>
    let activeSet = ActiveSetLasso()

    private var storage: UnsafeMutablePointer<Double>
    private var capacity = 0

    init() {
        capacity = 1
        storage = .allocate(capacity: 1)
        storage.initialize(to: 0)
        (gg, gd, dd, qg, qd, precision) = (storage, storage, storage, storage, storage, storage)
        (gamma, delta, factor, eliminated, z, previous) = (storage, storage, storage, storage, storage, storage)
        (reduced, reducedTarget) = (storage, storage)
    }

    deinit { storage.deallocate() }

    /// Makes room for `gaussians` + `deltas` parameters and clears everything.
    func reset(gaussians: Int, deltas: Int) {
        self.gaussians = gaussians
        self.deltas = deltas
        gStride = Kernels.padded(gaussians)
        dStride = Kernels.padded(deltas)
        let square = gStride * gStride
        let cross = gStride * dStride
        let small = dStride * dStride
        let needed = 2 * square + 2 * cross + 2 * small + 5 * gStride + 3 * dStride + 8
        if needed > capacity {
            storage.deallocate()
            storage = .allocate(capacity: needed)
            capacity = needed
        }
        storage.initialize(repeating: 0, count: needed)
        var next = storage
        func take(_ count: Int) -> UnsafeMutablePointer<Double> {
            defer { next += count }
            return next
        }
        gg = take(square)
        factor = take(square)
        gd = take(cross)
        eliminated = take(cross)
        dd = take(small)
        reduced = take(small)
        qg = take(gStride)
        precision = take(gStride)
        gamma = take(gStride)
        z = take(gStride)
        previous = take(gStride)
        qd = take(dStride)
        delta = take(dStride)
        reducedTarget = take(dStride)
        activeSet.reset(count: deltas, stride: dStride)
        rows = 0
        targetSquares = 0
        factoredVariance = nil
    }

    /// Takes the blocks out of one Gram matrix over γ and then δ, on and below its diagonal, and out of its product with y.
    func takeGram(_ gram: [Double], product: [Double], stride: Int) {
        factoredVariance = nil
        for i in 0..<gaussians {
            qg[i] = product[i]
            for j in 0...i { gg[i * gStride + j] = gram[i * stride + j] }
        }
        for j in 0..<deltas {
            let row = (gaussians + j) * stride
            qd[j] = product[gaussians + j]
            for i in 0..<gaussians { gd[i * dStride + j] = gram[row + i] }
            for i in 0...j { dd[j * dStride + i] = gram[row + gaussians + i] }
        }
    }

    /// Solves for γ and δ at a fixed noise variance: the minimum of ½‖y − Zθ‖² + ½σ²·Σ precision·γ² + (σ²/τ)·‖δ‖₁.
    ///
    /// `delta` on entry is where the active set starts. A factorization costs O(g³/6 + g²·d/2 + g·d²/2), independent of n,
    /// and is kept: the variance only adds the priors to the diagonal of gg, which is far larger, so that the factor at one
    /// variance solves for another within a few steps of O((g + d)²), each contracting the error by about σ²/s² over the
    /// least eigenvalue of gg. Where that is not small it is factored anew.
    ///
    /// - Parameter tolerance: the error of the gradient in γ that is accepted, relative to qg.
    func solve(variance: Double, laplaceScale: Double, tolerance: Double = 1e-13) {
        let penalty = variance / laplaceScale
        if let frozen = factoredVariance, frozen != variance,
            refine(frozen: frozen, variance: variance, penalty: penalty, tolerance: tolerance)
        {
            return
        }
        if factoredVariance != variance {
            eliminate(variance: variance)
            factoredVariance = variance
        }
        z.update(from: qg, count: gStride)
        solveReduced(penalty: penalty)
    }

    /// Starts a fit from nothing but the Gram matrix: a factor that an earlier fit left counts only if it is the one at the
    /// variance that fits start from, so that a result does not depend on what was fitted before.
    func begin(variance: Double) {
        if factoredVariance != variance { factoredVariance = nil }
        gamma.update(repeating: 0, count: gStride)
        delta.update(repeating: 0, count: dStride)
    }

    private func refine(frozen: Double, variance: Double, penalty: Double, tolerance: Double) -> Bool {
        var scale = 0.0
        for i in 0..<gaussians { scale = max(scale, abs(qg[i])) }
        var last = Double.infinity
        for _ in 0..<8 {
            for i in 0..<gaussians {
                previous[i] = gamma[i]
                z[i] = qg[i] + (frozen - variance) * precision[i] * gamma[i]
            }
            solveReduced(penalty: penalty)
            var change = 0.0
            for i in 0..<gaussians {
                change = max(change, abs((frozen - variance) * precision[i] * (gamma[i] - previous[i])))
            }
            if change <= tolerance * scale { return true }
            if change > 0.1 * last { return false }
            last = change
        }
        return false
    }

    /// Solves with the kept factor for the target that `z` holds in place of qg.
    private func solveReduced(penalty: Double) {
        Kernels.forwardSubstitute(factor, z, size: gaussians, stride: gStride)
        if deltas > 0 {
            Kernels.transposedProduct(eliminated, rows: gaussians, stride: dStride, z, into: reducedTarget)
            for j in 0..<dStride { reducedTarget[j] = qd[j] - reducedTarget[j] }
            activeSet.solve(reduced, reducedTarget, penalty: penalty, solution: delta)
        }
        for i in 0..<gaussians {
            gamma[i] = z[i] - Kernels.dot(eliminated + i * dStride, delta, dStride)
        }
        Kernels.backSubstitute(factor, gamma, size: gaussians, stride: gStride)
    }

    private func eliminate(variance: Double) {
        factor.update(from: gg, count: gaussians * gStride)
        for i in 0..<gaussians { factor[i * gStride + i] += variance * precision[i] }
        Kernels.cholesky(factor, size: gaussians, stride: gStride)
        guard deltas > 0 else { return }
        eliminated.update(from: gd, count: gaussians * dStride)
        for i in 0..<gaussians {
            let row = factor + i * gStride
            let target = eliminated + i * dStride
            for j in 0..<i { Kernels.axpy(-row[j], eliminated + j * dStride, target, dStride) }
            let scale = Kernels.Lane(repeating: 1 / row[i])
            var c = 0
            while c < dStride {
                Kernels.store(Kernels.load(target + c) * scale, target + c)
                c &+= 4
            }
        }
        reduced.update(from: dd, count: dStride * dStride)
        Kernels.accumulateGram(eliminated, rows: gaussians, stride: dStride, into: reduced, subtract: true)
        for i in 0..<deltas {
            for j in 0..<i { reduced[j * dStride + i] = reduced[i * dStride + j] }
        }
    }

    /// ‖y − Zθ‖² of the current solution from the Gram matrix.
    ///
    /// Good to about 1e−15·yᵀy: a fit that explains nearly all of y needs the residuals themselves.
    func gramResidualSquares() -> Double {
        var linear = Kernels.dot(qg, gamma, gaussians) + Kernels.dot(qd, delta, deltas)
        var quadratic = 0.0
        for i in 0..<gaussians {
            let row = gg + i * gStride
            quadratic += gamma[i] * (2 * Kernels.dot(row, gamma, i) + row[i] * gamma[i])
            quadratic += 2 * gamma[i] * Kernels.dot(gd + i * dStride, delta, deltas)
        }
        for i in 0..<deltas where delta[i] != 0 {
            let row = dd + i * dStride
            quadratic += delta[i] * (2 * Kernels.dot(row, delta, i) + row[i] * delta[i])
        }
        linear *= 2
        return max(0, targetSquares - linear + quadratic)
    }
}
