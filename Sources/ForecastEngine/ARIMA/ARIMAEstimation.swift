import Foundation

/// Estimates the coefficients of an ARIMA model of given orders.
///
/// Conditional least squares from zero first, then maximum likelihood from there; autoregressions are kept stationary by
/// searching over partial autocorrelations. Source: R. J. Hyndman and Y. Khandakar, "Automatic time series forecasting: the
/// forecast package for R", Journal of Statistical Software 27 (2008); D. A. Jones, "Maximum likelihood fitting of ARMA
/// models", Technometrics 22 (1980).
struct ARIMAEstimation: Sendable {
    let order: ARIMAOrder
    /// The differences.
    let series: [Double]
    /// Where the search for the constant starts.
    private let centre: Double
    /// The unit in which maximum likelihood searches for the constant.
    private let spread: Double

    /// Prepares `values`; nil where there are too few for the orders.
    init?(_ order: ARIMAOrder, _ values: [Double]) {
        guard values.count > order.conditioned else { return nil }
        self.order = order
        series = DifferencedSeries(values, order).values
        let mean = Statistics.mean(series)
        centre = order.constant ? mean : 0
        let deviation = Statistics.mean(series.map { ($0 - mean) * ($0 - mean) }).squareRoot()
        spread = deviation > 0 ? deviation : 1
    }

    /// Coefficients and, last, the constant at the least conditional sum of squares.
    ///
    /// The constant is searched for in its own unit, as statsforecast does it: of a series of billions it stays at the mean.
    ///
    /// - Parameter stationary: whether to search among stationary autoregressions only.
    func leastSquares(stationary: Bool = false) -> (point: [Double], meanSquare: Double) {
        let skip = order.p + order.period * order.seasonalP
        let work = UnsafeMutablePointer<Double>.allocate(capacity: 2 * series.count)
        defer { work.deallocate() }
        let best = series.withUnsafeBufferPointer { series in
            let start = [Double](repeating: 0, count: order.arma) + (order.constant ? [centre] : [])
            func objective(_ point: UnsafeBufferPointer<Double>) -> Double {
                ConditionalLikelihood(
                    ARMACoefficients(order, point), series, mean: order.constant ? point[order.arma] : 0, skip: skip,
                    work: work
                ).objective
            }
            guard stationary else { return BFGS().minimize(from: start, objective) }
            let best = BFGS().minimize(from: start) { raw in
                constrained(Array(raw), within: Self.largestPartial).withUnsafeBufferPointer(objective)
            }
            return (constrained(best.point, within: Self.largestPartial), best.value)
        }
        return (best.point, exp(2 * best.value))
    }

    /// The largest partial autocorrelation of `leastSquares(stationary: true)`: of one lag, the root of `isWellBehaved`.
    private static let largestPartial = 1 / 1.01

    /// The approximate criterion that a search goes by: that of least squares, up to a constant; infinite where a root is
    /// too close to the unit circle.
    func approximateAICc() -> Double {
        let best = leastSquares()
        guard best.meanSquare.isFinite, Self.isWellBehaved(order, best.point) else { return .infinity }
        let n = Double(series.count)
        return ARIMAModel.aicc(n * log(best.meanSquare), coefficients: order.coefficients, count: series.count)
    }

    /// How maximum likelihood goes on from least squares.
    enum Refinement: Sendable {
        /// Models without differences by their likelihood, the others by `fitFromZero`.
        case asStatsforecast
        /// Every model by its likelihood.
        case everyModel
    }

    /// The maximum-likelihood model over `values`, those of the initializer; nil where the search does not get there.
    ///
    /// Where least squares end outside the stationary region they are searched for again inside it.
    ///
    /// - Parameter insists: false starts anew from no autoregression where that fails too; true gives up, as a search
    ///   over orders does.
    func fit(_ values: [Double], _ refinement: Refinement, insists: Bool) -> ARIMAModel? {
        var point = leastSquares().point
        if !point.allSatisfy(\.isFinite) { point = point.map { _ in 0 } }
        var raw = unconstrained(point)
        if raw == nil {
            let inside = leastSquares(stationary: true)
            if inside.meanSquare.isFinite { raw = unconstrained(inside.point) }
        }
        if raw == nil && !insists {
            for i in 0..<order.p { point[i] = 0 }
            for i in 0..<order.seasonalP { point[order.p + order.q + i] = 0 }
            raw = unconstrained(point)
        }
        guard var raw else { return nil }
        if refinement == .asStatsforecast, order.lost > 0 { return fitFromZero(raw, values) }
        if order.constant { raw[order.arma] = (raw[order.arma] - centre) / spread }
        if order.coefficients > 0 {
            let best = series.withUnsafeBufferPointer { series in
                BFGS().minimize(from: raw) { raw in
                    let point = constrained(Array(raw))
                    return point.withUnsafeBufferPointer { point in
                        ExactLikelihood(ARMACoefficients(order, point), series, mean: mean(point))?
                            .objective(count: series.count) ?? .infinity
                    }
                }
            }
            if best.value.isFinite { raw = best.point }
        }
        point = constrained(raw)
        return ARIMAModel(
            order, coefficients: Array(point.prefix(order.arma)), mean: point.withUnsafeBufferPointer(mean),
            over: values)
    }

    /// Whether no root is within a hundredth of the unit circle; a single lag is let pass, as statsforecast lets it.
    static func isWellBehaved(_ order: ARIMAOrder, _ point: [Double]) -> Bool {
        let expanded = point.withUnsafeBufferPointer { ARMACoefficients(order, $0) }
        for polynomial in [expanded.phi, expanded.theta.map { -$0 }] {
            guard let last = polynomial.lastIndex(where: { abs($0) > 1e-8 }), last > 0 else { continue }
            if !ARMACoefficients.rootsLieOutside(Array(polynomial[...last]), radius: 1.01) { return false }
        }
        return true
    }

    private func mean(_ point: UnsafeBufferPointer<Double>) -> Double {
        order.constant ? centre + spread * point[order.arma] : 0
    }

    private func unconstrained(_ point: [Double]) -> [Double]? {
        let seasonal = order.p + order.q
        guard
            let phi = ARMACoefficients.unconstrained(point[..<order.p]),
            let seasonalPhi = ARMACoefficients.unconstrained(point[seasonal..<(seasonal + order.seasonalP)])
        else { return nil }
        return phi + point[order.p..<seasonal] + seasonalPhi + point[(seasonal + order.seasonalP)...]
    }

    func constrained(_ raw: [Double], within largest: Double = 1) -> [Double] {
        let seasonal = order.p + order.q
        return ARMACoefficients.stationary(raw[..<order.p], within: largest) + raw[order.p..<seasonal]
            + ARMACoefficients.stationary(raw[seasonal..<(seasonal + order.seasonalP)], within: largest)
            + raw[(seasonal + order.seasonalP)...]
    }
}
