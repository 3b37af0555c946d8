import Foundation

/// Prophet's mean where it is not linear in the parameters: μ = T·(1 + X_m·β_m) + X_a·β_a with a linear, flat or logistic
/// trend T, its residuals and its Jacobian, one row after the other.
///
/// Parameters are laid out as in `NormalEquations`: γ = [m, k, β] (no k for flat growth), then δ.
struct NonlinearMean {
    let design: ProphetDesign
    let growth: ProphetSettings.Growth
    let y: [Double]
    /// Scaled caps; empty unless growth is logistic.
    let caps: [Double]
    /// Which columns of X multiply the trend.
    let isMultiplicative: [Bool]

    /// What a row's mean is made of, kept for the Jacobian.
    struct State {
        var trend: [Double]
        /// dT/dz for the argument z of the trend (1 unless growth is logistic).
        var slope: [Double]
        /// 1 + X_m·β_m.
        var factor: [Double]
        var residual: [Double]
        var residualSquares = 0.0

        init(rows: Int) {
            trend = [Double](repeating: 0, count: rows)
            slope = trend
            factor = trend
            residual = trend
        }
    }

    /// Doubles in a row of the Jacobian: γ, then δ, then zeros to a whole number of lanes.
    var stride: Int { Kernels.padded(design.trendColumns + design.table.width + design.deltas) }

    /// The mean and the residuals y − μ at (γ, δ).
    func evaluate(gamma: UnsafePointer<Double>, delta: UnsafePointer<Double>, into state: inout State) {
        let lead = design.trendColumns
        let width = design.table.width
        let stride = design.table.stride
        var additive = [Double](repeating: 0, count: stride)
        var multiplicative = additive
        for c in 0..<width {
            if isMultiplicative[c] { multiplicative[c] = gamma[lead + c] } else { additive[c] = gamma[lead + c] }
        }
        let m = gamma[0]
        var rate = design.hasSlope ? gamma[1] : 0
        // z = level + rate·t within a segment.
        var level = growth == .logistic ? -rate * m : m
        var segment = 0
        var squares = 0.0
        design.table.values.withUnsafeBufferPointer { x in
            for r in 0..<design.count {
                while design.hasSlope, segment < design.deltas, r >= design.firstAfter[segment] {
                    rate += delta[segment]
                    level -= delta[segment] * design.changepoints[segment]
                    segment += 1
                }
                let z = level + rate * design.t[r]
                if growth == .logistic {
                    let share = ProphetTrend.logistic(z)
                    state.trend[r] = caps[r] * share
                    state.slope[r] = caps[r] * share * (1 - share)
                } else {
                    state.trend[r] = z
                    state.slope[r] = 1
                }
                var sum = 0.0
                var factor = 1.0
                if let base = x.baseAddress, stride > 0 {
                    let row = base + Int(design.rows[r]) * stride
                    sum = Kernels.dot(row, additive, stride)
                    factor += Kernels.dot(row, multiplicative, stride)
                }
                state.factor[r] = factor
                let residual = y[r] - (state.trend[r] * factor + sum)
                state.residual[r] = residual
                squares += residual * residual
            }
        }
        state.residualSquares = squares
    }

    /// ∂μ/∂(γ, δ) at the parameters that `state` was evaluated at; `design.count` rows of `stride` doubles.
    func jacobian(
        gamma: UnsafePointer<Double>, delta: UnsafePointer<Double>, state: State,
        into jacobian: UnsafeMutablePointer<Double>
    ) {
        let lead = design.trendColumns
        let width = design.table.width
        let stride = stride
        for r in 0..<design.count {
            let row = jacobian + r * stride
            let t = design.t[r]
            let weight = state.slope[r] * state.factor[r]
            if growth == .logistic {
                row[0] = -gamma[1] * weight
                row[1] = (t - gamma[0]) * weight
            } else {
                row[0] = weight
                if design.hasSlope { row[1] = t * weight }
            }
            let x = Int(design.rows[r]) * design.table.stride
            for c in 0..<width {
                let value = design.table.values[x + c]
                row[lead + c] = isMultiplicative[c] ? state.trend[r] * value : value
            }
            for j in 0..<design.deltas {
                row[lead + width + j] = r >= design.firstAfter[j] ? (t - design.changepoints[j]) * weight : 0
            }
        }
    }

    /// Whether `subtractCurvature` knows the second derivatives of the mean: those of the products of a linear trend and the
    /// multiplicative columns.
    var hasCurvature: Bool { growth != .logistic && isMultiplicative.contains(true) }

    /// Takes Σ (y − μ)·∂²μ off JᵀJ, which makes it the Hessian of half the sum of squares.
    ///
    /// μ is bilinear in the trend's parameters a and the multiplicative coefficients: ∂²μ/∂a∂β = (∂T/∂a)·x.
    ///
    /// - Parameter gram: `stride` squared, on and below the diagonal.
    func subtractCurvature(state: State, into gram: UnsafeMutablePointer<Double>) {
        let lead = design.trendColumns
        let width = design.table.width
        let stride = stride
        let bounds = (design.hasSlope ? design.firstAfter : []) + [design.count]
        for c in 0..<width where isMultiplicative[c] {
            // Suffix sums of r·x and t·r·x give the products with 1, t and every hinge.
            var sum = 0.0
            var timeSum = 0.0
            var segment = bounds.count - 1
            var row = design.count - 1
            while true {
                let first = segment > 0 ? bounds[segment - 1] : 0
                while row >= first {
                    let value =
                        state.residual[row] * design.table.values[Int(design.rows[row]) * design.table.stride + c]
                    sum += value
                    timeSum += design.t[row] * value
                    row -= 1
                }
                guard segment > 0 else { break }
                segment -= 1
                gram[(lead + width + segment) * stride + lead + c] -= timeSum - design.changepoints[segment] * sum
            }
            gram[(lead + c) * stride] -= sum
            if design.hasSlope { gram[(lead + c) * stride + 1] -= timeSum }
        }
    }
}
