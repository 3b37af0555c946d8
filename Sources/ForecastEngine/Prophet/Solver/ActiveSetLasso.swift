/// The lasso min ½δᵀSδ − rᵀδ + λ‖δ‖₁ for a small dense S, solved to optimality by a primal active set.
///
/// The hinges of a piecewise linear trend are so alike that coordinate descent takes thousands of sweeps. Here each step
/// solves the stationarity conditions on the current support exactly; where a coefficient would change its sign the step
/// stops there and drops it, and when the support is solved the coefficient that breaks |r − Sδ|ⱼ ≤ λ most enters. Each
/// step lowers the objective, so no support comes twice. (The homotopy view of the same conditions: Osborne, Presnell and
/// Turlach, "A new approach to variable selection in least squares problems", 2000.)
final class ActiveSetLasso {
    private var count = 0
    private var stride = 0
    private var factor: [Double] = []
    private var candidate: [Double] = []
    private var active: [Int] = []
    private var signs: [Double] = []
    private var isActive: [Bool] = []
    private var barred: [Bool] = []
    /// How many rows of `factor` are valid for the present order of `active`.
    private var valid = 0

    func reset(count: Int, stride: Int) {
        self.count = count
        self.stride = stride
        if factor.count < stride * stride { factor = [Double](repeating: 0, count: stride * stride) }
        if candidate.count < stride { candidate = [Double](repeating: 0, count: stride) }
        if isActive.count < count {
            isActive = [Bool](repeating: false, count: count)
            barred = isActive
        }
        active.reserveCapacity(count)
        signs.reserveCapacity(count)
    }

    /// Solves for `solution`, whose non-zero entries on entry are the starting support.
    ///
    /// - Parameters:
    ///   - s: `count` × `stride`, symmetric positive (semi)definite.
    ///   - r: `count` values.
    func solve(
        _ s: UnsafePointer<Double>, _ r: UnsafePointer<Double>, penalty: Double,
        solution: UnsafeMutablePointer<Double>
    ) {
        active.removeAll(keepingCapacity: true)
        signs.removeAll(keepingCapacity: true)
        valid = 0
        for j in 0..<count {
            barred[j] = false
            isActive[j] = solution[j] != 0
            if isActive[j] {
                active.append(j)
                signs.append(solution[j] > 0 ? 1 : -1)
            }
        }
        // Rounding leaves |r − Sδ| a little above λ on the support itself; what is within it is not a violation.
        let tolerance = penalty * 1e-10 + 1e-15 * (0..<count).reduce(0) { max($0, abs(r[$1])) }
        // Every pass lowers the objective; the bound only keeps rounding from going round in circles.
        for _ in 0..<(20 * count + 20) {
            settle(s, r, penalty, solution)
            var worst = penalty + tolerance
            var entering = -1
            var sign = 1.0
            for j in 0..<count where !isActive[j] && !barred[j] {
                let row = s + j * stride
                var gradient = r[j]
                for a in active { gradient -= row[a] * solution[a] }
                if abs(gradient) > worst {
                    worst = abs(gradient)
                    entering = j
                    sign = gradient > 0 ? 1 : -1
                }
            }
            guard entering >= 0 else { return }
            active.append(entering)
            signs.append(sign)
            isActive[entering] = true
        }
    }

    /// Moves to the minimum on the support, dropping coefficients that reach zero on the way.
    private func settle(
        _ s: UnsafePointer<Double>, _ r: UnsafePointer<Double>, _ penalty: Double,
        _ solution: UnsafeMutablePointer<Double>
    ) {
        while !active.isEmpty {
            let size = active.count
            var step = 1.0
            var blocking = -1
            factor.withUnsafeMutableBufferPointer { factorBuffer in
                candidate.withUnsafeMutableBufferPointer { candidateBuffer in
                    guard let l = factorBuffer.baseAddress, let x = candidateBuffer.baseAddress else { return }
                    while valid < size {
                        let row = s + active[valid] * stride
                        for p in 0...valid { l[valid * stride + p] = row[active[p]] }
                        Kernels.choleskyRow(l, valid, stride: stride)
                        valid += 1
                    }
                    for p in 0..<size { x[p] = r[active[p]] - penalty * signs[p] }
                    Kernels.forwardSubstitute(l, x, size: size, stride: stride)
                    Kernels.backSubstitute(l, x, size: size, stride: stride)
                    for p in 0..<size where x[p] * signs[p] <= 0 {
                        let current = solution[active[p]]
                        let reach = current == 0 ? 0 : current / (current - x[p])
                        if reach < step || blocking < 0 {
                            step = min(step, reach)
                            blocking = p
                        }
                    }
                    for p in 0..<size {
                        let current = solution[active[p]]
                        solution[active[p]] = blocking < 0 ? x[p] : current + step * (x[p] - current)
                    }
                }
            }
            guard blocking >= 0 else { return }
            let dropped = active.remove(at: blocking)
            signs.remove(at: blocking)
            solution[dropped] = 0
            isActive[dropped] = false
            // What enters and leaves without a step depends on the others to rounding: it stays out.
            if step == 0 { barred[dropped] = true } else { for j in 0..<count { barred[j] = false } }
            valid = min(valid, blocking)
        }
    }
}
