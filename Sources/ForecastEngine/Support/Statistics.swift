import Foundation

/// Small statistics that several algorithms share.
enum Statistics {
    /// The mean, or 0 of nothing.
    static func mean(_ x: some Collection<Double>) -> Double {
        x.isEmpty ? 0 : x.reduce(0, +) / Double(x.count)
    }

    /// The root mean square of y[t] − y[t−lag], or 0 where no pair is that far apart.
    static func rootMeanSquareDifference(_ y: [Double], lag: Int) -> Double {
        guard lag >= 1, y.count > lag else { return 0 }
        var sum = 0.0
        for t in lag..<y.count {
            let d = y[t] - y[t - lag]
            sum += d * d
        }
        return (sum / Double(y.count - lag)).squareRoot()
    }

    /// The quantile of sorted values at `p` in 0 to 1, by linear interpolation (Hyndman & Fan's type 7).
    static func quantile(sorted x: [Double], _ p: Double) -> Double {
        guard let first = x.first else { return .nan }
        guard x.count > 1 else { return first }
        let position = min(max(p, 0), 1) * Double(x.count - 1)
        let below = Int(position)
        guard below + 1 < x.count else { return x[x.count - 1] }
        return x[below] + (position - Double(below)) * (x[below + 1] - x[below])
    }

    /// The quantile of sorted values that count differently, each standing in the middle of its weight; at least one.
    static func quantile(sorted pool: [(value: Double, weight: Double)], _ p: Double) -> Double {
        let total = pool.reduce(0) { $0 + $1.weight }
        var below = 0.0
        var previous: (position: Double, value: Double)?
        for (value, weight) in pool {
            let position = (below + weight / 2) / total
            if position >= p {
                guard let previous else { return value }
                let share = (p - previous.position) / (position - previous.position)
                return previous.value + share * (value - previous.value)
            }
            previous = (position, value)
            below += weight
        }
        return pool[pool.count - 1].value
    }

    /// How many equal weights say as much as these (Kish's effective sample size).
    static func effectiveNumber(of weights: [Double]) -> Double {
        let sum = weights.reduce(0, +)
        return sum * sum / weights.reduce(0) { $0 + $1 * $1 }
    }

    /// The median, or NaN of nothing.
    static func median(_ x: some Sequence<Double>) -> Double { quantile(sorted: x.sorted(), 0.5) }

    /// The median of at least one number, none of them NaN, by selection; reorders its argument.
    ///
    /// - Complexity: O(n) on average.
    static func median(selectingIn x: inout [Double]) -> Double {
        let half = x.count / 2
        let upper = select(half, in: &x)
        guard x.count % 2 == 0 else { return upper }
        // What lies before the place of a selected number is at most that number.
        return 0.5 * (upper + x[..<half].reduce(-.infinity, max))
    }

    /// The number that would stand at `place` if all were sorted (Hoare's selection).
    private static func select(_ place: Int, in x: inout [Double]) -> Double {
        x.withUnsafeMutableBufferPointer { x in
            var low = 0
            var high = x.count - 1
            while low < high {
                let pivot = x[(low + high) / 2]
                var i = low
                var j = high
                while i <= j {
                    while x[i] < pivot { i += 1 }
                    while pivot < x[j] { j -= 1 }
                    if i <= j {
                        x.swapAt(i, j)
                        i += 1
                        j -= 1
                    }
                }
                if place <= j { high = j } else if place >= i { low = i } else { break }
            }
            return x[place]
        }
    }

    /// The quantile of the standard normal distribution.
    ///
    /// Acklam's rational approximation with one Halley step on `erfc`, which brings it to full precision.
    static func normalQuantile(_ p: Double) -> Double {
        guard p > 0, p < 1 else { return p <= 0 ? -.infinity : .infinity }
        if p > 0.5 { return -normalQuantile(1 - p) }
        var x: Double
        if p < 0.02425 {
            let q = (-2 * log(p)).squareRoot()
            x =
                polynomial(
                    [
                        -7.784894002430293e-3, -0.3223964580411365, -2.400758277161838, -2.549732539343734,
                        4.374664141464968, 2.938163982698783,
                    ], q)
                / polynomial(
                    [7.784695709041462e-3, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1], q)
        } else {
            let q = p - 0.5
            let r = q * q
            x =
                q
                * polynomial(
                    [
                        -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.3577518672690,
                        -30.66479806614716, 2.506628277459239,
                    ], r)
                / polynomial(
                    [
                        -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972,
                        -13.28068155288572, 1,
                    ], r)
        }
        let e = 0.5 * erfc(-x / 2.0.squareRoot()) - p
        let u = e * (2 * Double.pi).squareRoot() * exp(x * x / 2)
        x -= u / (1 + x * u / 2)
        return x
    }

    /// The quantile of Student's t distribution, to four digits.
    ///
    /// With x = √ν·tan θ the density is proportional to cos^(ν−1) θ, which Simpson's rule integrates from 0 to π/2.
    ///
    /// - Parameter freedom: the degrees of freedom ν, at least 1 and not necessarily whole.
    static func studentQuantile(_ p: Double, freedom: Double) -> Double {
        guard freedom < 1_000 else { return normalQuantile(p) }
        if p < 0.5 { return -studentQuantile(1 - p, freedom: freedom) }
        guard p < 1 else { return .infinity }
        let cells = 2_048
        let step = Double.pi / 2 / Double(cells)
        func density(_ angle: Double) -> Double { pow(max(0, cos(angle)), freedom - 1) }
        var areas = [0.0]
        for cell in 0..<cells {
            let angle = Double(cell) * step
            let area = (density(angle) + 4 * density(angle + step / 2) + density(angle + step)) * step / 6
            areas.append(areas[cell] + area)
        }
        let wanted = (2 * p - 1) * areas[cells]
        let cell = max(0, (areas.firstIndex { $0 > wanted } ?? cells) - 1)
        let share = (wanted - areas[cell]) / max(areas[cell + 1] - areas[cell], .leastNormalMagnitude)
        return freedom.squareRoot() * tan((Double(cell) + share) * step)
    }

    private static func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
        coefficients.reduce(0) { $0 * x + $1 }
    }
}
