/// A series after its differences, with what is needed to undo them.
struct DifferencedSeries: Sendable {
    /// Δᵈ Δₘᴰ y: `lost` values fewer than y.
    var values: [Double]
    /// What one unit of constant adds to a difference: 1 for a mean or a drift, m for a drift a season.
    var constantScale: Double

    init(_ y: [Double], _ order: ARIMAOrder) {
        var values = y
        for _ in 0..<order.seasonalD { values = Self.difference(values, lag: order.period) }
        for _ in 0..<order.d { values = Self.difference(values, lag: 1) }
        self.values = values
        constantScale = order.d == 0 && order.seasonalD == 1 ? Double(order.period) : 1
    }

    /// y[t] − y[t−lag], `lag` values fewer than y.
    static func difference(_ y: [Double], lag: Int) -> [Double] {
        guard y.count > lag else { return [] }
        return (lag..<y.count).map { y[$0] - y[$0 - lag] }
    }

    /// The coefficients δ of y[t] = w[t] + Σ δⱼ y[t−j], j from 1: those of 1 − (1 − B)ᵈ(1 − Bᵐ)ᴰ.
    static func integration(_ order: ARIMAOrder) -> [Double] {
        var polynomial = [1.0]
        for (times, lag) in [(order.d, 1), (order.seasonalD, order.period)] {
            for _ in 0..<times {
                var product = polynomial + [Double](repeating: 0, count: lag)
                for (j, value) in polynomial.enumerated() { product[j + lag] -= value }
                polynomial = product
            }
        }
        return polynomial.dropFirst().map { -$0 }
    }
}
