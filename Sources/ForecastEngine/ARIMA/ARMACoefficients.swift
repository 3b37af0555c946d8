import Foundation

/// The coefficients of an ARMA recursion with its seasonal factors multiplied out.
///
/// w[t] = Σ φⱼ w[t−j] + e[t] + Σ θⱼ e[t−j], j from 1. Most lags of a seasonal model are zero, so the others are listed.
struct ARMACoefficients: Sendable {
    /// The φ of lags 1, 2 and so on.
    var phi: [Double]
    /// The θ of lags 1, 2 and so on.
    var theta: [Double]

    /// Multiplies out (1 − Σφ B)(1 − ΣΦ Bᵐ) and (1 + Σθ B)(1 + ΣΘ Bᵐ).
    ///
    /// - Parameter point: p, q, P and Q coefficients, in that order.
    init(_ order: ARIMAOrder, _ point: UnsafeBufferPointer<Double>) {
        let m = order.period
        let seasonal = order.p + order.q
        phi = [Double](repeating: 0, count: order.p + m * order.seasonalP)
        theta = [Double](repeating: 0, count: order.q + m * order.seasonalQ)
        for i in 0..<order.p { phi[i] = point[i] }
        for i in 0..<order.q { theta[i] = point[order.p + i] }
        for j in 0..<order.seasonalP {
            let factor = point[seasonal + j]
            phi[(j + 1) * m - 1] += factor
            for i in 0..<order.p { phi[(j + 1) * m + i] -= point[i] * factor }
        }
        for j in 0..<order.seasonalQ {
            let factor = point[seasonal + order.seasonalP + j]
            theta[(j + 1) * m - 1] += factor
            for i in 0..<order.q { theta[(j + 1) * m + i] += point[order.p + i] * factor }
        }
    }

    /// Whether all roots of 1 − Σ φⱼ zʲ lie outside the circle of `radius`.
    ///
    /// By the step-down recursion of Levinson and Durbin on φⱼ·radiusʲ: its reflection coefficients are below one in size
    /// exactly then (O. Barndorff-Nielsen and G. Schou, Journal of Multivariate Analysis 3, 1973).
    static func rootsLieOutside(_ phi: [Double], radius: Double) -> Bool {
        var a: [Double] = []
        var power = 1.0
        for value in phi {
            power *= radius
            a.append(value * power)
        }
        while let last = a.popLast() {
            guard abs(last) < 1 else { return false }
            let scale = 1 / (1 - last * last)
            let old = a
            for j in old.indices { a[j] = (old[j] + last * old[old.count - 1 - j]) * scale }
        }
        return true
    }

    /// Maps any real numbers to the coefficients of a stationary autoregression: tanh gives partial autocorrelations.
    ///
    /// - Parameter largest: what no partial autocorrelation exceeds, at most 1.
    static func stationary(_ raw: ArraySlice<Double>, within largest: Double = 1) -> [Double] {
        var phi: [Double] = []
        for value in raw {
            let partial = largest * tanh(value)
            let old = phi
            for k in old.indices { phi[k] = old[k] - partial * old[old.count - 1 - k] }
            phi.append(partial)
        }
        return phi
    }

    /// The inverse of `stationary`; nil where the autoregression is not stationary.
    static func unconstrained(_ phi: ArraySlice<Double>) -> [Double]? {
        var a = Array(phi)
        var raw: [Double] = []
        while let last = a.popLast() {
            guard abs(last) < 1 else { return nil }
            raw.append(atanh(last))
            let old = a
            for j in old.indices { a[j] = (old[j] + last * old[old.count - 1 - j]) / (1 - last * last) }
        }
        return raw.reversed()
    }
}
