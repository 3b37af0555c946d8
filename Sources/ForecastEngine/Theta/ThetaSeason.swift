import Foundation

/// The seasonal adjustment in front of a Theta model.
struct ThetaSeason: Sendable, Hashable, Codable {
    var kind: ClassicalDecomposition.Kind
    /// One summand or factor a position, the first belonging to the first observation.
    var figure: [Double]

    /// The adjustment of `values`, or nil where the autocorrelation at the season is not significant at 90%.
    ///
    /// The test is that of Assimakopoulos and Nikolopoulos (2000) and of the M3 competition; factors below 0.01, or values
    /// that are not positive, turn a multiplicative adjustment into an additive one.
    init?(testing values: [Double], period: Int) {
        guard Self.isSignificant(values, period: period) else { return nil }
        self.init(decomposing: values, period: period)
    }

    /// The adjustment without the test.
    init?(decomposing values: [Double], period: Int) {
        if let decomposition = ClassicalDecomposition(values, period: period, kind: .multiplicative),
            decomposition.figure.allSatisfy({ $0 >= 0.01 })
        {
            kind = .multiplicative
            figure = decomposition.figure
        } else if let decomposition = ClassicalDecomposition(values, period: period, kind: .additive) {
            kind = .additive
            figure = decomposition.figure
        } else {
            return nil
        }
    }

    /// `values` without the season.
    func adjusted(_ values: [Double]) -> [Double] {
        values.indices.map { i in
            let part = figure[i % figure.count]
            return kind == .multiplicative ? values[i] / part : values[i] - part
        }
    }

    /// Puts the season on `value` at `index`, counted from the first observation.
    func applied(to value: Double, at index: Int) -> Double {
        let part = figure[index % figure.count]
        return kind == .multiplicative ? value * part : value + part
    }

    /// What a deviation of the adjusted series is worth at `index`.
    func scale(at index: Int) -> Double { kind == .multiplicative ? figure[index % figure.count] : 1 }

    private static func isSignificant(_ values: [Double], period m: Int) -> Bool {
        let n = values.count
        guard m >= 4, n >= 2 * m else { return false }
        let mean = values.reduce(0, +) / Double(n)
        let centred = values.map { $0 - mean }
        let variance = centred.reduce(0) { $0 + $1 * $1 }
        guard variance > 0 else { return false }
        var squares = 0.0
        var last = 0.0
        for lag in 1...m {
            var covariance = 0.0
            for i in lag..<n { covariance += centred[i] * centred[i - lag] }
            last = covariance / variance
            if lag < m { squares += last * last }
        }
        // The 95% quantile of the normal distribution: the test has two sides.
        return abs(last) / ((1 + 2 * squares) / Double(n)).squareRoot() > 1.6448536269514722
    }
}
