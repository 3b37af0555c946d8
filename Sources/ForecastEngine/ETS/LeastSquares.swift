/// Ordinary least squares by Householder reflections with column pivoting.
enum LeastSquares {
    /// The line through `values` at 1, 2, …: intercept and slope.
    static func line(_ values: some Collection<Double>) -> (intercept: Double, slope: Double) {
        let n = Double(values.count)
        guard values.count > 1 else { return (values.first ?? 0, 0) }
        let mean = values.reduce(0, +) / n
        let centre = (n + 1) / 2
        var cross = 0.0
        var x = 1.0
        for value in values {
            cross += (x - centre) * (value - mean)
            x += 1
        }
        let slope = cross / (n * (n * n - 1) / 12)
        return (mean - slope * centre, slope)
    }

    /// Solves min |Xb − y|² for a column-major X (rows × columns); directions of no effect get the coefficient 0.
    static func solve(columns: [[Double]], _ target: [Double]) -> [Double] {
        let rows = target.count
        let width = columns.count
        var a = columns
        var y = target
        var order = Array(0..<width)
        var diagonal = [Double](repeating: 0, count: width)
        var rank = 0
        var firstNorm = 0.0
        for k in 0..<min(rows, width) {
            let norms = (k..<width).map { j in (k..<rows).reduce(0.0) { $0 + a[j][$1] * a[j][$1] } }
            guard let best = norms.indices.max(by: { norms[$0] < norms[$1] }) else { break }
            let norm = norms[best].squareRoot()
            if k == 0 { firstNorm = norm }
            if !(norm > 1e-13 * firstNorm) { break }
            a.swapAt(k, k + best)
            order.swapAt(k, k + best)
            // Reflect column k onto its first axis.
            let sign = a[k][k] < 0 ? -1.0 : 1.0
            var v = Array(a[k][k...])
            v[0] += sign * norm
            let scale = 2 / v.reduce(0) { $0 + $1 * $1 }
            for j in k..<width {
                var dot = 0.0
                for i in k..<rows { dot += v[i - k] * a[j][i] }
                dot *= scale
                for i in k..<rows { a[j][i] -= dot * v[i - k] }
            }
            var dot = 0.0
            for i in k..<rows { dot += v[i - k] * y[i] }
            dot *= scale
            for i in k..<rows { y[i] -= dot * v[i - k] }
            diagonal[k] = a[k][k]
            rank += 1
        }
        var solution = [Double](repeating: 0, count: width)
        var pivoted = [Double](repeating: 0, count: rank)
        for k in stride(from: rank - 1, through: 0, by: -1) {
            var value = y[k]
            for j in (k + 1)..<max(rank, k + 1) { value -= a[j][k] * pivoted[j] }
            pivoted[k] = value / diagonal[k]
            solution[order[k]] = pivoted[k]
        }
        return solution
    }
}
