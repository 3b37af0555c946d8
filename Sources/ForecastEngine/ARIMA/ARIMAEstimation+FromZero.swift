import Foundation

extension ARIMAEstimation {
    /// The model with differences that statsforecast 2.1.1 comes to from least squares.
    ///
    /// The likelihood of the differences is what its search starts at, and no more than that: `arima_like` does not put its
    /// diffuse prior back, so that from the second evaluation on the values before the first count as known, and as zero.
    /// For most series that is less likely, and the search ends where it began. For one that begins near zero, as young
    /// businesses do, it is likelier, and the search goes on by it: near maximum likelihood, and with other orders than
    /// least squares would choose. Forecasts that people compare were chosen over a likelihood of our own.
    ///
    /// - Parameters:
    ///   - start: where least squares end, unconstrained.
    ///   - values: those of the initializer.
    func fitFromZero(_ start: [Double], _ values: [Double]) -> ARIMAModel? {
        let whole = DifferencedSeries([Double](repeating: 0, count: order.lost) + values, order)
        var differences = whole.values
        var raw = start
        // The search is for the drift a step.
        if order.constant { raw[order.arma] /= whole.constantScale }

        func objective(_ raw: [Double], fromZero: Bool) -> Double {
            let point = constrained(raw)
            let drift = order.constant ? point[order.arma] : 0
            if fromZero {
                // The first differences are to zeros, which have no drift.
                for t in 0..<order.lost {
                    differences[t] = whole.values[t] + drift * (whole.constantScale - Double(t + 1))
                }
            }
            let coefficients = point.withUnsafeBufferPointer { ARMACoefficients(order, $0) }
            return (fromZero ? differences : series).withUnsafeBufferPointer {
                ExactLikelihood(coefficients, $0, mean: drift * whole.constantScale)?.objective(count: $0.count)
                    ?? .infinity
            }
        }

        var value = objective(raw, fromZero: false)
        if order.coefficients > 0, objective(raw, fromZero: true) < value {
            var isFirst = true
            let best = BFGS(valueTolerance: 0).minimize(from: raw) { raw in
                defer { isFirst = false }
                return isFirst ? value : objective(Array(raw), fromZero: true)
            }
            raw = best.point
            value = best.value
        }
        let point = constrained(raw)
        let n = Double(series.count)
        var model = ARIMAModel(
            order, coefficients: Array(point.prefix(order.arma)),
            mean: order.constant ? whole.constantScale * point[order.arma] : 0, over: values)
        model?.minusTwoLogLikelihood = 2 * n * value + n * (1 + log(2 * Double.pi))
        return model
    }
}
