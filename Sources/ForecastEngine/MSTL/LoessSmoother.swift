import Foundation

/// Locally weighted regression on equally spaced points, prepared once for a length, a window and a degree.
///
/// The weights of a point depend on its place only, not on the values, so they are computed once and applied to as many
/// series of the same length as there are: STL smooths thousands. With a `jump` above one the curve is computed at every
/// jump-th point and the last one, and is a line between (Cleveland et al. 1990, section 3.4).
///
/// Source: R. B. Cleveland, W. S. Cleveland, J. E. McRae and I. Terpenning, "STL: A Seasonal-Trend Decomposition
/// Procedure Based on Loess", Journal of Official Statistics 6 (1990).
struct LoessSmoother: Sendable {
    /// How many points it smooths.
    let count: Int
    private let knots: [Knot]
    private let weights: [Double]

    /// A point whose smooth value is Σ weights[offset + k]·y[start + k], k < length.
    private struct Knot: Sendable {
        var position: Int
        var start: Int
        var length: Int
        var offset: Int
    }

    /// - Parameters:
    ///   - count: how many points, at least one.
    ///   - window: how many neighbours take part, at least two.
    ///   - degree: 0 (mean) or 1 (line).
    ///   - jump: distance of the points that are computed.
    ///   - beyond: whether a point before the first and one after the last are computed too, as STL's seasons need; they
    ///     come first and last, and `jump` has to be 1.
    init(count: Int, window: Int, degree: Int, jump: Int = 1, beyond: Bool = false) {
        self.count = count
        var positions = Array(stride(from: 0, to: count, by: max(1, jump)))
        if positions.last != count - 1 { positions.append(count - 1) }
        if beyond { positions = [-1] + positions + [count] }
        var knots: [Knot] = []
        var weights: [Double] = []
        let length = min(window, count)
        var middle: Knot?
        for position in positions {
            let start = min(max(position - (window - 1) / 2, 0), count - length)
            var knot = Knot(position: position, start: start, length: length, offset: weights.count)
            // Away from the ends all points have the same weights.
            let central = window < count && window % 2 == 1 && position - start == window / 2
            if central, let middle {
                knot.offset = middle.offset
            } else {
                weights += Self.weights(
                    at: position, start: start, length: length, window: window, count: count, degree: degree)
                if central { middle = knot }
            }
            knots.append(knot)
        }
        self.knots = knots
        self.weights = weights
    }

    /// Tricube weights of the window, turned for degree 1 so that they evaluate the local line at `position`.
    private static func weights(
        at position: Int, start: Int, length: Int, window: Int, count: Int, degree: Int
    ) -> [Double] {
        var reach = Double(max(position - start, start + length - 1 - position))
        if window > count { reach += Double((window - count) / 2) }
        var weights = (start..<(start + length)).map { neighbour -> Double in
            let distance = Double(abs(neighbour - position))
            if distance > 0.999 * reach { return 0 }
            if distance <= 0.001 * reach { return 1 }
            let ratio = distance / reach
            let bell = 1 - ratio * ratio * ratio
            return bell * bell * bell
        }
        let total = weights.reduce(0, +)
        guard total > 0 else {
            // A single point in reach: it is its own smooth value.
            let nearest = min(max(position - start, 0), length - 1)
            return (0..<length).map { $0 == nearest ? 1 : 0 }
        }
        for k in 0..<length { weights[k] /= total }
        guard degree > 0, reach > 0 else { return weights }
        var centre = 0.0
        for k in 0..<length { centre += weights[k] * Double(start + k) }
        var spread = 0.0
        for k in 0..<length {
            let offset = Double(start + k) - centre
            spread += weights[k] * offset * offset
        }
        if spread.squareRoot() > 0.001 * Double(count - 1) {
            let slope = (Double(position) - centre) / spread
            for k in 0..<length { weights[k] *= slope * (Double(start + k) - centre) + 1 }
        }
        return weights
    }

    /// Smooths `count` values from `input`, `stride` apart, to `output`, `outputStride` apart.
    func apply(
        _ input: UnsafePointer<Double>, stride: Int = 1, to output: UnsafeMutablePointer<Double>,
        stride outputStride: Int = 1
    ) {
        weights.withUnsafeBufferPointer { weights in
            var written = 0
            var previous = 0.0
            var before = knots[0].position
            for knot in knots {
                var sum = 0.0
                for k in 0..<knot.length { sum += weights[knot.offset + k] * input[(knot.start + k) * stride] }
                let gap = knot.position - before
                if gap > 1 {
                    let step = (sum - previous) / Double(gap)
                    for j in 1..<gap {
                        output[written * outputStride] = previous + step * Double(j)
                        written += 1
                    }
                }
                output[written * outputStride] = sum
                written += 1
                previous = sum
                before = knot.position
            }
        }
    }
}
