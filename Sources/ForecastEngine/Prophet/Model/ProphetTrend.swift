import Foundation

/// Prophet's trend on the scaled axes: piecewise linear, piecewise logistic, or flat.
struct ProphetTrend: Hashable, Sendable, Codable {
    var growth: ProphetSettings.Growth
    /// Slope (linear) or rate (logistic) before the first changepoint.
    var k: Double
    /// Offset (linear, flat) or midpoint (logistic).
    var m: Double
    /// Changes of slope or rate, one a changepoint.
    var delta: [Double]
    /// Ascending scaled times.
    var changepoints: [Double]

    /// k·t + m + Σ δⱼ·max(0, t − sⱼ): the trend itself for linear growth.
    ///
    /// For logistic growth the trend is cap·logit⁻¹ of k·(t − m) + Σ δⱼ·max(0, t − sⱼ). That is Prophet's trend: the offsets
    /// γⱼ of its definition exist to keep the argument of the logistic function continuous at the changepoints, and a
    /// continuous piecewise linear function with these slopes is this one. It needs no division by a rate that may be 0.
    func argument(_ t: Double) -> Double {
        switch growth {
        case .flat: return m
        case .linear: return hinges(t) + k * t + m
        case .logistic: return hinges(t) + k * (t - m)
        }
    }

    private func hinges(_ t: Double) -> Double {
        var sum = 0.0
        for (change, changepoint) in zip(delta, changepoints) {
            if changepoint >= t { break }
            sum += change * (t - changepoint)
        }
        return sum
    }

    /// The trend at scaled time `t`; `cap` is scaled too and only logistic growth reads it.
    func value(_ t: Double, cap: Double) -> Double {
        growth == .logistic ? cap * Self.logistic(argument(t)) : argument(t)
    }

    static func logistic(_ z: Double) -> Double { 1 / (1 + exp(-z)) }

    /// The scale of the changes to come: the mean |δ|, and a little so that it is never 0.
    var changeScale: Double {
        (delta.isEmpty ? 0 : delta.reduce(0) { $0 + abs($1) } / Double(delta.count)) + 1e-8
    }
}
