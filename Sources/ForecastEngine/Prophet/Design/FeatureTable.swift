/// The seasonal, holiday and regression columns of Prophet's design matrix X on a list of times.
///
/// Row-major, `count` rows of `stride` doubles of which the first `width` mean something; the rest are zero.
struct FeatureTable: Sendable {
    let count: Int
    let width: Int
    let stride: Int
    var values: [Double]

    init(count: Int, width: Int) {
        self.count = count
        self.width = width
        stride = Kernels.padded(width)
        values = [Double](repeating: 0, count: count * stride)
    }

    /// Writes the 2·`order` columns sin(2πjt/P), cos(2πjt/P), j = 1…`order`, from `column` on.
    ///
    /// Time is reduced modulo the period in whole seconds where the period is a whole number of them (a year of 365.25
    /// days is), so that the argument of the sine is exact; Prophet multiplies days since 1970 first, which costs it about
    /// 1e−11. On a regular grid the first harmonic moves by a rotation, anchored anew every 32 rows, and the others
    /// follow by angle addition: two sines per 32 rows rather than one per cell, within 1e−13 of the direct values.
    ///
    /// - Parameters:
    ///   - times: seconds since 1970, `count` of them.
    ///   - period: in days.
    ///   - condition: rows where the seasonality applies; `nil` for all.
    mutating func fillFourier(
        column: Int, times: [Int], period: Double, order: Int, condition: [Bool]? = nil
    ) {
        let clock = FourierClock(period: period)
        let stride = stride
        values.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            var sine = 0.0
            var cosine = 1.0
            var rotation: (step: Int, sine: Double, cosine: Double) = (0, 0, 1)
            var sinceAnchor = Int.max
            for r in 0..<count {
                let step = r > 0 ? times[r] - times[r - 1] : 0
                if sinceAnchor < 32, step == rotation.step {
                    (sine, cosine) = (
                        sine * rotation.cosine + cosine * rotation.sine,
                        cosine * rotation.cosine - sine * rotation.sine
                    )
                    sinceAnchor += 1
                } else {
                    (sine, cosine) = clock.sineCosine(times[r])
                    sinceAnchor = 0
                    if r + 1 < count, times[r + 1] - times[r] != rotation.step {
                        let next = times[r + 1] - times[r]
                        let turn = clock.sineCosine(next)
                        rotation = (next, turn.sine, turn.cosine)
                    }
                }
                if let condition, !condition[r] { continue }
                let row = base + r * stride + column
                row[0] = sine
                row[1] = cosine
                var j = 1
                while j < order {
                    let s = row[2 * j - 2]
                    let c = row[2 * j - 1]
                    row[2 * j] = s * cosine + c * sine
                    row[2 * j + 1] = c * cosine - s * sine
                    j += 1
                }
            }
        }
    }

    /// Writes one column.
    mutating func fill(column: Int, _ newValues: [Double]) {
        for r in 0..<count { values[r * stride + column] = newValues[r] }
    }
}
