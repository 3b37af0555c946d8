extension ProphetDesign {
    /// Fills the Gram blocks of `normal`, which has been reset to this design's shape, and the priors' precisions.
    ///
    /// - Parameters:
    ///   - priorScales: the standard deviations of the priors of X's columns, `table.width` of them.
    ///   - featureGram: XᵀX over the observed rows, `table.stride` squared, on and below the diagonal; `nil` to compute it.
    func fillGram(_ normal: NormalEquations, priorScales: [Double], featureGram: [Double]? = nil) {
        let stride = table.stride
        let width = table.width
        let lead = trendColumns
        let gs = normal.gStride
        let ds = normal.dStride
        normal.rows = count
        setPrecisions(normal, priorScales: priorScales)

        // Suffix sums of 1, t and t² from each segment's start; segment 0 is all rows.
        let bounds = segmentBounds
        let segments = bounds.count - 1
        var moments = [Double](repeating: 0, count: 3 * segments)
        for s in 0..<segments {
            var sum = 0.0
            var squares = 0.0
            for r in bounds[s]..<bounds[s + 1] {
                sum += t[r]
                squares += t[r] * t[r]
            }
            moments[3 * s] = Double(bounds[s + 1] - bounds[s])
            moments[3 * s + 1] = sum
            moments[3 * s + 2] = squares
        }
        suffixSum(&moments, width: 3, segments: segments)

        normal.gg[0] = moments[0]
        if hasSlope {
            normal.gg[gs] = moments[1]
            normal.gg[gs + 1] = moments[2]
            for j in 0..<deltas {
                let s = changepoints[j]
                let m = 3 * (j + 1)
                normal.gd[j] = moments[m + 1] - s * moments[m]
                normal.gd[ds + j] = moments[m + 2] - s * moments[m + 1]
                for i in 0...j {
                    let other = changepoints[i]
                    normal.dd[j * ds + i] =
                        moments[m + 2] - (s + other) * moments[m + 1] + s * other * moments[m]
                }
            }
        }
        guard width > 0 else { return }

        var sums = [Double](repeating: 0, count: segments * stride)
        var timeSums = sums
        table.values.withUnsafeBufferPointer { x in
            rows.withUnsafeBufferPointer { rowIndex in
                t.withUnsafeBufferPointer { t in
                    guard let x = x.baseAddress, let rowIndex = rowIndex.baseAddress, let t = t.baseAddress else {
                        return
                    }
                    for s in 0..<segments {
                        sums.withUnsafeMutableBufferPointer { sums in
                            timeSums.withUnsafeMutableBufferPointer { timeSums in
                                guard let sums = sums.baseAddress, let timeSums = timeSums.baseAddress else { return }
                                Kernels.segmentSums(
                                    x, rows: bounds[s]..<bounds[s + 1], stride: stride, rowIndex: rowIndex, t: t,
                                    sums: sums + s * stride, tSums: timeSums + s * stride
                                )
                            }
                        }
                    }
                }
            }
        }
        suffixSum(&sums, width: stride, segments: segments)
        suffixSum(&timeSums, width: stride, segments: segments)
        for c in 0..<width {
            let row = lead + c
            normal.gg[row * gs] = sums[c]
            guard hasSlope else { continue }
            normal.gg[row * gs + 1] = timeSums[c]
            for j in 0..<deltas {
                let at = (j + 1) * stride + c
                normal.gd[row * ds + j] = timeSums[at] - changepoints[j] * sums[at]
            }
        }

        let gram = featureGram ?? self.featureGram()
        for i in 0..<width {
            for j in 0...i { normal.gg[(lead + i) * gs + lead + j] = gram[i * stride + j] }
        }
    }

    /// Sets 1/s² of m, k (both 5) and X's columns.
    func setPrecisions(_ normal: NormalEquations, priorScales: [Double]) {
        normal.precision[0] = 1 / 25
        if hasSlope { normal.precision[1] = 1 / 25 }
        for j in 0..<table.width { normal.precision[trendColumns + j] = 1 / (priorScales[j] * priorScales[j]) }
    }

    /// XᵀX over the observed rows, on and below the diagonal; `table.stride` squared doubles.
    func featureGram() -> [Double] {
        var gram = [Double](repeating: 0, count: table.stride * table.stride)
        gram.withUnsafeMutableBufferPointer { gram in
            table.values.withUnsafeBufferPointer { x in
                rows.withUnsafeBufferPointer { rowIndex in
                    guard let gram = gram.baseAddress, let x = x.baseAddress else { return }
                    Kernels.accumulateGram(
                        x, rows: count, stride: table.stride, rowIndex: rowIndex.baseAddress, into: gram
                    )
                }
            }
        }
        return gram
    }

    /// Fills q and yᵀy for a target y of `count` values, and clears the starting support.
    func fillTarget(_ normal: NormalEquations, _ y: UnsafePointer<Double>) {
        let bounds = segmentBounds
        let segments = bounds.count - 1
        var squares = 0.0
        var suffix = 0.0
        var timeSuffix = 0.0
        t.withUnsafeBufferPointer { t in
            for s in Swift.stride(from: segments - 1, through: 0, by: -1) {
                var sum = 0.0
                var timeSum = 0.0
                for r in bounds[s]..<bounds[s + 1] {
                    let value = y[r]
                    sum += value
                    timeSum += t[r] * value
                    squares += value * value
                }
                suffix += sum
                timeSuffix += timeSum
                if s > 0 { normal.qd[s - 1] = timeSuffix - changepoints[s - 1] * suffix }
            }
        }
        normal.targetSquares = squares
        normal.qg[0] = suffix
        if hasSlope { normal.qg[1] = timeSuffix }
        guard table.width > 0 else { return }
        let lead = trendColumns
        withUnsafeTemporaryAllocation(of: Double.self, capacity: table.stride) { products in
            table.values.withUnsafeBufferPointer { x in
                rows.withUnsafeBufferPointer { rowIndex in
                    guard let products = products.baseAddress, let x = x.baseAddress else { return }
                    Kernels.transposedProduct(
                        x, rows: count, stride: table.stride, rowIndex: rowIndex.baseAddress, y, into: products
                    )
                    for c in 0..<table.width { normal.qg[lead + c] = products[c] }
                }
            }
        }
    }

    /// Rows 0…n cut at each changepoint: segment s is `bounds[s]..<bounds[s + 1]`.
    private var segmentBounds: [Int] { hasSlope ? [0] + firstAfter + [count] : [0, count] }

    private func suffixSum(_ values: inout [Double], width: Int, segments: Int) {
        for s in Swift.stride(from: segments - 2, through: 0, by: -1) {
            for c in 0..<width { values[s * width + c] += values[(s + 1) * width + c] }
        }
    }
}
