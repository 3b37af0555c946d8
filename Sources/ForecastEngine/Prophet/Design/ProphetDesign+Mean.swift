extension ProphetDesign {
    /// y − Zθ for the estimate in `normal`, into `residuals`; returns the sum of its squares.
    @discardableResult
    func residuals(
        _ normal: NormalEquations, _ y: UnsafePointer<Double>, into residuals: UnsafeMutablePointer<Double>? = nil
    ) -> Double {
        let lead = trendColumns
        let stride = table.stride
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: max(4, stride)) { beta in
            beta.initialize(repeating: 0)
            for c in 0..<table.width { beta[c] = normal.gamma[lead + c] }
            var squares = 0.0
            var level = normal.gamma[0]
            var slope = hasSlope ? normal.gamma[1] : 0
            table.values.withUnsafeBufferPointer { x in
                rows.withUnsafeBufferPointer { rowIndex in
                    t.withUnsafeBufferPointer { t in
                        guard let base = beta.baseAddress else { return }
                        let bounds = hasSlope ? firstAfter + [count] : [count]
                        var r = 0
                        for segment in bounds.indices {
                            if segment > 0 {
                                slope += normal.delta[segment - 1]
                                level -= normal.delta[segment - 1] * changepoints[segment - 1]
                            }
                            while r < bounds[segment] {
                                var value = y[r] - (level + slope * t[r])
                                if stride > 0, let x = x.baseAddress {
                                    value -= Kernels.dot(x + Int(rowIndex[r]) &* stride, base, stride)
                                }
                                residuals?[r] = value
                                squares += value * value
                                r &+= 1
                            }
                        }
                    }
                }
            }
            return squares
        }
    }
}
