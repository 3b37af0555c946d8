import Foundation

/// A bounded Nelder–Mead simplex search whose coefficients adapt to the number of dimensions.
///
/// The simplex starts at the clamped start point with one coordinate lengthened by `initialStep` a vertex; a move out of
/// the box is clamped to it. The search ends when the standard deviation of the objective over the vertices falls below
/// `tolerance`, or after `maximumIterations`. The settings are those of statsforecast, so that both stop at the same
/// vertex: on flat likelihoods of exponential smoothing a different simplex ends at another, equally good model.
///
/// Sources: J. A. Nelder and R. Mead, "A simplex method for function minimization", The Computer Journal 7 (1965);
/// F. Gao and L. Han, "Implementing the Nelder-Mead simplex algorithm with adaptive parameters", Computational
/// Optimization and Applications 51 (2012).
struct NelderMead: Sendable {
    /// Relative lengthening of one coordinate a vertex.
    var initialStep = 0.05
    /// The coordinate of a vertex whose start is zero.
    var zeroStep = 1e-4
    /// Largest number of simplex moves.
    var maximumIterations = 1000
    /// Standard deviation of the objective over the vertices at which the search ends.
    var tolerance = 1e-4

    /// What a search returns: the best vertex and its objective.
    struct Result: Sendable {
        var point: [Double]
        var value: Double
        var iterations: Int
    }

    /// Minimizes `objective` from `start` within `[lower, upper]`; a NaN counts as infinitely bad.
    ///
    /// - Parameters:
    ///   - start: n coordinates.
    ///   - lower: n lower bounds, maybe infinite.
    ///   - upper: n upper bounds, maybe infinite.
    ///   - objective: reads n coordinates.
    func minimize(
        from start: [Double],
        lower: [Double],
        upper: [Double],
        _ objective: (UnsafeBufferPointer<Double>) -> Double
    ) -> Result {
        let n = start.count
        guard n > 0 else { return Result(point: [], value: [].withUnsafeBufferPointer(objective), iterations: 0) }
        let expansion = 1.0 + 2.0 / Double(n)
        let contraction = 0.75 - 1.0 / Double(2 * n)
        let shrinkage = 1.0 - 1.0 / Double(n)

        func clamp(_ x: inout [Double]) {
            for i in 0..<n { x[i] = min(max(x[i], lower[i]), upper[i]) }
        }
        func value(_ x: [Double]) -> Double {
            let f = x.withUnsafeBufferPointer(objective)
            return f.isNaN ? .infinity : f
        }

        var first = start
        clamp(&first)
        var simplex = [[Double]](repeating: first, count: n + 1)
        for i in 0..<n {
            let stretched = first[i] == 0 ? zeroStep : first[i] * (1 + initialStep)
            simplex[i][i] = min(max(stretched, lower[i]), upper[i])
        }
        var values = simplex.map(value)
        var order = Array(0...n)
        var centroid = [Double](repeating: 0, count: n)
        var reflected = centroid
        var trial = centroid
        var best = 0
        var iteration = 0

        while iteration < maximumIterations {
            // Insertion sort: from one move to the next the order hardly changes, and ties keep their index order.
            order.sort { (values[$0], $0) < (values[$1], $1) }
            best = order[0]
            let worst = order[n]
            let secondWorst = order[n - 1]
            if Self.standardDeviation(values) < tolerance { break }
            iteration += 1

            for k in 0..<n {
                var sum = 0.0
                for vertex in simplex { sum += vertex[k] }
                centroid[k] = (sum - simplex[worst][k]) / Double(n)
            }
            for k in 0..<n { reflected[k] = centroid[k] + (centroid[k] - simplex[worst][k]) }
            clamp(&reflected)
            let reflectedValue = value(reflected)
            if values[best] <= reflectedValue && reflectedValue < values[secondWorst] {
                simplex[worst] = reflected
                values[worst] = reflectedValue
                continue
            }
            if reflectedValue < values[best] {
                for k in 0..<n { trial[k] = centroid[k] + expansion * (reflected[k] - centroid[k]) }
                clamp(&trial)
                let expandedValue = value(trial)
                let takes = expandedValue < reflectedValue
                simplex[worst] = takes ? trial : reflected
                values[worst] = takes ? expandedValue : reflectedValue
                continue
            }
            let outside = values[secondWorst] <= reflectedValue && reflectedValue < values[worst]
            let signed = outside ? contraction : -contraction
            for k in 0..<n { trial[k] = centroid[k] + signed * (reflected[k] - centroid[k]) }
            clamp(&trial)
            let contractedValue = value(trial)
            if outside ? contractedValue <= reflectedValue : contractedValue < values[worst] {
                simplex[worst] = trial
                values[worst] = contractedValue
                continue
            }
            for j in 0...n where j != best {
                for k in 0..<n { simplex[j][k] = simplex[best][k] + shrinkage * (simplex[j][k] - simplex[best][k]) }
                clamp(&simplex[j])
                values[j] = value(simplex[j])
            }
        }
        // Out of iterations, what the last move found is left out, as statsforecast leaves it out.
        return Result(point: simplex[best], value: values[best], iterations: iteration)
    }

    /// The population standard deviation; NaN when a value is infinite, which keeps the search going.
    private static func standardDeviation(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    }
}
