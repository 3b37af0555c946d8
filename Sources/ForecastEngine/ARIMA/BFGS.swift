import Foundation

/// Quasi-Newton minimization with gradients by forward differences.
///
/// J. Nocedal and S. J. Wright, "Numerical Optimization", 2nd ed., algorithms 6.1 (BFGS), and 3.5 and 3.6 where the line search
/// of Moré and Thuente finds no step. Line search, difference step and the first step's length are those of SciPy, so that
/// both mostly walk into the same valley.
struct BFGS: Sendable {
    /// Largest number of steps.
    var maximumIterations = 100
    /// The largest partial derivative at which the search ends.
    var gradientTolerance = 1e-8
    /// The relative decrease below which the search ends.
    var valueTolerance = 1e-12

    private static let differenceStep = 1.4901161193847656e-08
    private static let armijo = 1e-4
    private static let curvature = 0.9

    /// The best point found and its value; the start where nothing is better, or its value is not a number.
    func minimize(
        from start: [Double], _ objective: (UnsafeBufferPointer<Double>) -> Double
    ) -> (point: [Double], value: Double) {
        let n = start.count
        func evaluate(_ x: [Double]) -> Double {
            let f = x.withUnsafeBufferPointer(objective)
            return f.isNaN ? .infinity : f
        }
        func gradient(_ x: [Double], _ f: Double) -> [Double] {
            var moved = x
            return (0..<n).map { i in
                moved[i] = x[i] + Self.differenceStep
                defer { moved[i] = x[i] }
                return (evaluate(moved) - f) / (moved[i] - x[i])
            }
        }
        var x = start
        var f = evaluate(x)
        guard n > 0, f.isFinite else { return (x, f) }
        var g = gradient(x, f)
        var inverse = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
        for i in 0..<n { inverse[i][i] = 1 }
        var previous = f + Self.norm(g) / 2

        for _ in 0..<maximumIterations {
            guard g.allSatisfy(\.isFinite), g.contains(where: { abs($0) > gradientTolerance }) else { break }
            let direction = inverse.map { -Self.dot($0, g) }
            let slope = Self.dot(direction, g)
            guard slope < 0 else { break }
            let guess = min(1, 1.01 * 2 * (f - previous) / slope)
            let first = guess > 0 ? guess : 1
            var reached: (point: [Double], gradient: [Double])?
            let trial = MoreThuente.search(from: .init(step: 0, value: f, slope: slope), first: first) { length in
                let point = zip(x, direction).map { $0 + length * $1 }
                let value = evaluate(point)
                let g = gradient(point, value)
                reached = (point, g)
                return .init(step: length, value: value, slope: Self.dot(g, direction))
            }
            let step: Step
            if let trial, let reached {
                step = (reached.point, trial.value, reached.gradient)
            } else if let found = lineSearch(
                x, f, direction, slope, first: first, evaluate: evaluate, gradient: gradient)
            {
                step = found
            } else {
                break
            }
            previous = f
            let s = zip(step.point, x).map { $0 - $1 }
            let y = zip(step.gradient, g).map { $0 - $1 }
            let decrease = f - step.value
            x = step.point
            f = step.value
            g = step.gradient
            if decrease <= valueTolerance * max(abs(f), 1e-3) { break }
            let sy = Self.dot(s, y)
            guard sy > 0 else { continue }
            // H ← (I − s y'/sy) H (I − y s'/sy) + s s'/sy.
            let hy = inverse.map { Self.dot($0, y) }
            let scale = (1 + Self.dot(y, hy) / sy) / sy
            for i in 0..<n {
                for j in 0..<n { inverse[i][j] += scale * s[i] * s[j] - (hy[i] * s[j] + s[i] * hy[j]) / sy }
            }
        }
        return (x, f)
    }

    private typealias Step = (point: [Double], value: Double, gradient: [Double])

    /// A step that meets the strong Wolfe conditions, or at least a decrease; nil where there is none.
    private func lineSearch(
        _ x: [Double], _ f: Double, _ direction: [Double], _ slope: Double, first: Double,
        evaluate: ([Double]) -> Double, gradient: ([Double], Double) -> [Double]
    ) -> Step? {
        var low = (length: 0.0, value: f, slope: slope)
        var high: (length: Double, value: Double)?
        var length = first
        var best: Step?
        for _ in 0..<40 {
            let point = zip(x, direction).map { $0 + length * $1 }
            let value = evaluate(point)
            if !(value <= f + Self.armijo * length * slope) || value >= low.value && low.length > 0 {
                high = (length, value)
            } else {
                let g = gradient(point, value)
                let along = Self.dot(g, direction)
                if value < best?.value ?? f { best = (point, value, g) }
                if abs(along) <= -Self.curvature * slope { return (point, value, g) }
                if along >= 0 || high.map({ along * ($0.length - low.length) >= 0 }) == true {
                    high = (low.length, low.value)
                }
                low = (length, value, along)
            }
            guard let high else {
                length *= 2
                continue
            }
            // The minimum of the parabola through both ends and the slope at the lower, kept off the ends.
            let width = high.length - low.length
            guard abs(width) > 1e-12 * max(abs(low.length), 1e-12) else { break }
            let bend = (high.value - low.value - low.slope * width) / (width * width)
            var offset = bend.isFinite && bend > 0 ? -low.slope / (2 * bend) : width / 2
            if !(abs(offset) >= 0.1 * abs(width) && abs(offset) <= 0.9 * abs(width) && offset * width > 0) {
                offset = abs(offset) < 0.1 * abs(width) && offset * width > 0 ? 0.1 * width : width / 2
            }
            length = low.length + offset
        }
        return best
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for i in a.indices { sum += a[i] * b[i] }
        return sum
    }

    private static func norm(_ a: [Double]) -> Double { dot(a, a).squareRoot() }
}
