import Foundation

/// A Theta model fitted to a series without a season, as a state space model.
struct ThetaModel: Sendable, Hashable, Codable {
    var kind: ThetaKind
    var alpha: Double
    var theta: Double
    /// The level before the first observation.
    var start: Double
    /// The state after the last observation.
    var last: ThetaState
    /// Σe² from the fourth observation on over the mean size of the values: what is minimized and compared.
    var loss: Double
    /// Variance of the errors from the fourth observation on.
    var variance: Double

    /// Fewest observations: the first three errors are warming up.
    static let fewest = 4

    /// Estimates the starting level, α and, where the kind asks for it, θ by Nelder–Mead; nil where that fails.
    ///
    /// - Parameter values: finite, at least `fewest`.
    init?(_ kind: ThetaKind, of values: [Double]) {
        guard values.count >= Self.fewest else { return nil }
        var start = [values[0] / 2, 0.5]
        var lower = [-1e10, 0.1]
        var upper = [1e10, 0.99]
        if kind.optimizesTheta {
            start.append(2)
            lower.append(1)
            upper.append(1e10)
        }
        let line = LeastSquares.line(values)
        let size = max(values.reduce(0) { $0 + abs($1) } / Double(values.count), 1e-10)
        let best = values.withUnsafeBufferPointer { values in
            NelderMead().minimize(from: start, lower: lower, upper: upper) { point in
                let theta = kind.optimizesTheta ? point[2] : 2
                return Self.run(kind, start: point[0], alpha: point[1], theta: theta, line: line, over: values).squares
                    / size
            }
        }
        self.init(
            kind, start: best.point[0], alpha: best.point[1], theta: kind.optimizesTheta ? best.point[2] : 2,
            over: values
        )
        guard loss.isFinite, last.level.isFinite else { return nil }
    }

    /// A model of given parameters, run over `values` without estimating anything.
    init(_ kind: ThetaKind, start: Double, alpha: Double, theta: Double, over values: [Double]) {
        self.kind = kind
        self.start = start
        self.alpha = alpha
        self.theta = theta
        var residuals = [Double](repeating: 0, count: values.count)
        let line = LeastSquares.line(values)
        let run = values.withUnsafeBufferPointer { values in
            residuals.withUnsafeMutableBufferPointer {
                Self.run(kind, start: start, alpha: alpha, theta: theta, line: line, over: values, residuals: $0)
            }
        }
        last = run.state
        loss = run.squares / max(values.reduce(0) { $0 + abs($1) } / Double(values.count), 1e-10)
        let tail = residuals.count > 4 ? residuals.dropFirst(3) : residuals[...]
        let mean = tail.reduce(0, +) / Double(tail.count)
        variance = tail.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(tail.count - 1, 1))
    }

    /// One-step errors over `values`.
    func residuals(over values: [Double]) -> [Double] {
        var residuals = [Double](repeating: 0, count: values.count)
        values.withUnsafeBufferPointer { values in
            residuals.withUnsafeMutableBufferPointer {
                _ = Self.run(
                    kind, start: start, alpha: alpha, theta: theta, line: LeastSquares.line(values), over: values,
                    residuals: $0
                )
            }
        }
        return residuals
    }

    /// Point forecasts of the next `count` steps: each mean is taken as the observation that leads to the next.
    func forecast(count: Int) -> [Double] {
        var state = last
        return (0..<count).map { _ in
            let mean = state.mean(alpha: alpha, weight: 1 - 1 / theta)
            state.update(mean, alpha: alpha, dynamic: kind.isDynamic)
            return mean
        }
    }

    /// Variances of the next `count` steps: an error stays in the level with weight α.
    ///
    /// Source: Fiorucci et al. (2016), section 3.3.
    func forecastVariances(count: Int) -> [Double] {
        (0..<count).map { variance * (1 + Double($0) * alpha * alpha) }
    }

    @inline(__always)
    private static func run(
        _ kind: ThetaKind,
        start: Double,
        alpha: Double,
        theta: Double,
        line: (intercept: Double, slope: Double),
        over values: UnsafeBufferPointer<Double>,
        residuals: UnsafeMutableBufferPointer<Double>? = nil
    ) -> (squares: Double, state: ThetaState) {
        let weight = 1 - 1 / theta
        let dynamic = kind.isDynamic
        let y = values[0]
        let intercept = dynamic ? y : line.intercept
        let slope = dynamic ? 0 : line.slope
        var state = ThetaState(
            level: alpha * y + (1 - alpha) * start, mean: y, intercept: intercept, slope: slope, decay: 1 - alpha,
            count: 1
        )
        if let residuals { residuals[0] = y - (dynamic ? y : start + weight * (intercept + slope)) }
        var squares = 0.0
        for i in 1..<values.count {
            let error = values[i] - state.mean(alpha: alpha, weight: weight)
            if i > 2 { squares += error * error }
            if let residuals { residuals[i] = error }
            state.update(values[i], alpha: alpha, dynamic: dynamic)
        }
        return (squares, state)
    }
}
