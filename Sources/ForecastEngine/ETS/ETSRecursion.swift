import Foundation

/// One pass of an exponential smoothing model over a series: errors, likelihood, last state.
///
/// The equations are those of Hyndman et al. (2008), table 2.2 and 2.3, in the error-correction form that forecast-R and
/// statsforecast evaluate, divisions by a vanishing level or season guarded in the same way.
struct ETSRecursion {
    /// Concentrated −2·log-likelihood, up to a constant: n·log Σe² (+ 2·Σ log|μ| for multiplicative errors).
    var minusTwoLogLikelihood: Double
    /// Σe²; relative errors for multiplicative error.
    var sumOfSquares: Double
    /// The state after the last observation.
    var state: ETSState

    /// Runs the model over `values` from `state`; `residuals`, if given, gets y − μ (absolute, also for relative errors).
    @inline(__always)
    init(
        _ form: ETSForm,
        from state: ETSState,
        over values: UnsafeBufferPointer<Double>,
        residuals: UnsafeMutableBufferPointer<Double>? = nil
    ) {
        var state = state
        var squares = 0.0
        var logs = 0.0
        // The enums are spelled out so that each combination is compiled to a loop of its own without inner branches.
        switch (form.error, form.trend != .none, form.season) {
        case (.additive, false, .none):
            Self.run(false, false, .none, &state, values, residuals, &squares, &logs)
        case (.additive, false, .additive):
            Self.run(false, false, .additive, &state, values, residuals, &squares, &logs)
        case (.additive, false, .multiplicative):
            Self.run(false, false, .multiplicative, &state, values, residuals, &squares, &logs)
        case (.additive, true, .none):
            Self.run(false, true, .none, &state, values, residuals, &squares, &logs)
        case (.additive, true, .additive):
            Self.run(false, true, .additive, &state, values, residuals, &squares, &logs)
        case (.additive, true, .multiplicative):
            Self.run(false, true, .multiplicative, &state, values, residuals, &squares, &logs)
        case (.multiplicative, false, .none):
            Self.run(true, false, .none, &state, values, residuals, &squares, &logs)
        case (.multiplicative, false, .additive):
            Self.run(true, false, .additive, &state, values, residuals, &squares, &logs)
        case (.multiplicative, false, .multiplicative):
            Self.run(true, false, .multiplicative, &state, values, residuals, &squares, &logs)
        case (.multiplicative, true, .none):
            Self.run(true, true, .none, &state, values, residuals, &squares, &logs)
        case (.multiplicative, true, .additive):
            Self.run(true, true, .additive, &state, values, residuals, &squares, &logs)
        case (.multiplicative, true, .multiplicative):
            Self.run(true, true, .multiplicative, &state, values, residuals, &squares, &logs)
        }
        self.state = state
        sumOfSquares = squares
        // A perfect fit would have the likelihood −∞, which no information criterion survives.
        minusTwoLogLikelihood = Double(values.count) * log(squares > 0 ? squares : squares + 1e-8)
        if form.error == .multiplicative { minusTwoLogLikelihood += 2 * logs }
    }

    private static let tiny = 1e-10
    private static let huge = 1e10

    @inline(__always)
    private static func run(
        _ relative: Bool,
        _ trended: Bool,
        _ season: ETSForm.Season,
        _ state: inout ETSState,
        _ values: UnsafeBufferPointer<Double>,
        _ residuals: UnsafeMutableBufferPointer<Double>?,
        _ squares: inout Double,
        _ logs: inout Double
    ) {
        let alpha = state.alpha
        let gamma = state.gamma
        let phi = state.phi
        // The damped slope φ·b is carried instead of the slope b: the loop waits for its longest chain of dependent
        // operations, and this is the shortest one.
        let slopeGain = trended ? phi * state.beta : 0
        var level = state.level
        var slope = trended ? phi * state.trend : 0
        let m = state.season.count
        var position = m - 1
        var sum = 0.0
        // Logarithms cost more than the rest of a step: multiply |μ| up and take one before the product can overflow.
        var product = 1.0
        var logSum = 0.0
        state.season.withUnsafeMutableBufferPointer { ring in
            for i in 0..<values.count {
                let y = values[i]
                let expected = trended ? level + slope : level
                let factor = season == .none ? 0 : ring[position]
                let mean: Double
                switch season {
                case .none: mean = expected
                case .additive: mean = expected + factor
                case .multiplicative: mean = expected * factor
                }
                let error = y - mean
                if relative {
                    let scaled = error / (abs(mean) < tiny ? mean + tiny : mean)
                    sum += scaled * scaled
                    let size = abs(mean)
                    product *= size > 0 ? size : 1e-8
                    if product > 1e100 || product < 1e-100 {
                        logSum += log(product)
                        product = 1
                    }
                } else {
                    sum += error * error
                }
                if let residuals { residuals[i] = error }

                let adjusted: Double
                switch season {
                case .none: adjusted = y
                case .additive: adjusted = y - factor
                case .multiplicative: adjusted = abs(factor) < tiny ? huge : y / factor
                }
                let surprise = adjusted - expected
                level = expected + alpha * surprise
                if trended { slope = phi * slope + slopeGain * surprise }
                if season != .none {
                    let seen: Double
                    if season == .additive {
                        seen = y - expected
                    } else {
                        seen = abs(expected) < tiny ? huge : y / expected
                    }
                    ring[position] = factor + gamma * (seen - factor)
                    position = position == 0 ? m - 1 : position - 1
                }
            }
        }
        if season != .none && position != m - 1 {
            // Unroll the ring: the newest value is the one written last.
            state.season = Array(state.season[(position + 1)...] + state.season[...position])
        }
        state.level = level
        state.trend = trended ? slope / phi : 0
        squares = sum
        logs = logSum + log(product)
    }
}
