/// The orders of a seasonal ARIMA model: ARIMA(p,d,q)(P,D,Q)[m], with or without a constant.
struct ARIMAOrder: Sendable, Hashable, Codable {
    /// Autoregressive lags.
    var p = 0
    /// Differences.
    var d = 0
    /// Moving-average lags.
    var q = 0
    /// Seasonal autoregressive lags.
    var seasonalP = 0
    /// Seasonal differences.
    var seasonalD = 0
    /// Seasonal moving-average lags.
    var seasonalQ = 0
    /// Steps in a season; 1 without one.
    var period = 1
    /// Whether there is a mean (no differences) or a drift (one difference).
    var constant = false

    /// Coefficients of the ARMA part.
    var arma: Int { p + q + seasonalP + seasonalQ }
    /// All coefficients that are estimated.
    var coefficients: Int { arma + (constant ? 1 : 0) }
    /// Observations that differencing uses up.
    var lost: Int { d + seasonalD * period }
    /// Observations that conditional least squares takes as given.
    var conditioned: Int { lost + p + period * seasonalP }

    /// The usual name, such as `ARIMA(2,1,0)(0,1,1)[12] with drift`.
    var name: String {
        let seasonal =
            period > 1 && seasonalP + seasonalD + seasonalQ > 0
            ? "(\(seasonalP),\(seasonalD),\(seasonalQ))[\(period)]" : ""
        let tail = constant ? (d + seasonalD > 0 ? " with drift" : " with mean") : ""
        return "ARIMA(\(p),\(d),\(q))\(seasonal)\(tail)"
    }
}
