import Foundation

/// An exponential smoothing model of one form, fitted by maximum likelihood.
struct ETSModel: Sendable, Hashable, Codable {
    var form: ETSForm
    /// Steps in a season; 1 without one.
    var period: Int
    /// Smoothing parameters and the state before the first observation.
    var initial: ETSState
    /// The same parameters with the state after the last observation.
    var last: ETSState
    /// Akaike's criterion corrected for small samples, with statsforecast's constant left out.
    var aicc: Double
    /// Variance of the (absolute or relative) errors.
    var variance: Double
    /// Observations that were fitted.
    var count: Int

    /// The smallest and largest α, β and γ.
    private static let smoothing = 0.0001...0.9999
    /// The smallest and largest φ: below it damps at once, above it is hardly damped.
    private static let damping = 0.8...0.98

    /// Estimates parameters and initial state by Nelder–Mead; nil where there are too few values for the form.
    ///
    /// - Parameters:
    ///   - values: finite, at least `parameters + 2`; positive where the form needs it.
    ///   - period: m, used where the form has a season.
    ///   - slopeGainLimit: the largest β, see `ETSSearch`.
    init?(_ form: ETSForm, period: Int, slopeGainLimit: Double? = nil, of values: [Double]) {
        let m = form.season == .none ? 1 : period
        let trended = form.trend != .none
        let seasonal = form.season != .none
        let damped = form.trend == .damped
        let limits = Self.smoothing

        let alpha = Self.startingAlpha(period: m)
        let betaLimit = min(slopeGainLimit ?? alpha, alpha, limits.upperBound)
        let gammaLimit = min(limits.upperBound, 1 - alpha)
        var start = [alpha]
        var lower = [limits.lowerBound]
        var upper = [limits.upperBound]
        if trended {
            start.append(limits.lowerBound + 0.1 * (betaLimit - limits.lowerBound))
            lower.append(limits.lowerBound)
            upper.append(betaLimit)
        }
        if seasonal {
            start.append(limits.lowerBound + 0.05 * (gammaLimit - limits.lowerBound))
            lower.append(limits.lowerBound)
            upper.append(gammaLimit)
        }
        if damped {
            start.append(Self.damping.lowerBound + 0.99 * (Self.damping.upperBound - Self.damping.lowerBound))
            lower.append(Self.damping.lowerBound)
            upper.append(Self.damping.upperBound)
        }
        let parameters = start.count + 1 + (trended ? 1 : 0) + (seasonal ? m - 1 : 0)
        guard parameters < values.count - 1 else { return nil }
        let first = ETSState.initial(form, period: m, of: values)
        start.append(first.level)
        if trended { start.append(first.slope) }
        start += first.season
        lower += [Double](repeating: -.infinity, count: parameters - lower.count)
        upper += [Double](repeating: .infinity, count: parameters - upper.count)
        guard start.allSatisfy(\.isFinite) else { return nil }

        let best = values.withUnsafeBufferPointer { values in
            NelderMead().minimize(from: start, lower: lower, upper: upper) { point in
                let state = ETSState(form, period: m, unpacking: point)
                if form.season == .multiplicative, state.season.contains(where: { $0 < 0 }) { return .infinity }
                return max(ETSRecursion(form, from: state, over: values).minusTwoLogLikelihood, -1e10)
            }
        }
        let initial = best.point.withUnsafeBufferPointer { ETSState(form, period: m, unpacking: $0) }
        self.init(form, period: m, initial: initial, parameters: parameters, over: values)
        guard aicc.isFinite, last.isFinite else { return nil }
    }

    /// A model of given parameters, run over `values` without estimating anything.
    init(_ form: ETSForm, period: Int, initial: ETSState, parameters: Int, over values: [Double]) {
        let run = values.withUnsafeBufferPointer { ETSRecursion(form, from: initial, over: $0) }
        let n = Double(values.count)
        // One more for the variance.
        let k = Double(parameters + 1)
        self.form = form
        self.period = period
        self.initial = initial
        last = run.state
        aicc = n - k - 1 > 0 ? run.minusTwoLogLikelihood + 2 * k + 2 * k * (k + 1) / (n - k - 1) : .infinity
        variance = run.sumOfSquares / max(n - k - 1, 1)
        count = values.count
    }

    /// α where the search starts: small for long seasons, whose states should not chase each observation.
    static func startingAlpha(period m: Int) -> Double {
        smoothing.lowerBound + 0.2 * (smoothing.upperBound - smoothing.lowerBound) / Double(m)
    }

    /// One-step errors y − μ of the model over `values`, as many as there are values.
    func residuals(over values: [Double]) -> [Double] {
        var residuals = [Double](repeating: 0, count: values.count)
        values.withUnsafeBufferPointer { values in
            residuals.withUnsafeMutableBufferPointer { residuals in
                _ = ETSRecursion(form, from: initial, over: values, residuals: residuals)
            }
        }
        return residuals
    }

    /// Point forecasts of the next `count` steps.
    func forecast(count: Int) -> [Double] { last.forecast(form, count: count) }
}

extension ETSState {
    /// Whether every part is a finite number.
    var isFinite: Bool {
        [alpha, beta, gamma, phi, level, trend].allSatisfy(\.isFinite) && season.allSatisfy(\.isFinite)
    }

    /// Reads the coordinates of the parameter search: α, β?, γ?, φ?, level, slope?, m − 1 seasonal values.
    init(_ form: ETSForm, period m: Int, unpacking point: UnsafeBufferPointer<Double>) {
        var next = 0
        func take() -> Double {
            defer { next += 1 }
            return point[next]
        }
        alpha = take()
        beta = form.trend == .none ? 0 : take()
        gamma = form.season == .none ? 0 : take()
        phi = form.trend == .damped ? take() : 1
        level = take()
        trend = form.trend == .none ? 0 : take()
        season = []
        if form.season != .none {
            season.reserveCapacity(m)
            var sum = 0.0
            for _ in 0..<(m - 1) {
                let value = take()
                season.append(value)
                sum += value
            }
            season.append((form.season == .multiplicative ? Double(m) : 0) - sum)
        }
    }
}
