/// The form of an exponential smoothing model: how error, trend and season enter.
///
/// Source: R. J. Hyndman, A. B. Koehler, J. K. Ord and R. D. Snyder, "Forecasting with Exponential Smoothing: The State
/// Space Approach", Springer 2008, chapter 2. Multiplicative trends are left out, as automatic selection in
/// forecast-R and statsforecast leaves them out: they explode.
struct ETSForm: Sendable, Hashable, Codable {
    /// How the error enters.
    enum ErrorKind: String, Sendable, Hashable, Codable { case additive = "A", multiplicative = "M" }
    /// How the trend enters.
    enum Trend: String, Sendable, Hashable, Codable { case none = "N", additive = "A", damped = "Ad" }
    /// How the season enters.
    enum Season: String, Sendable, Hashable, Codable { case none = "N", additive = "A", multiplicative = "M" }

    /// How the error enters.
    var error: ErrorKind
    /// How the trend enters.
    var trend: Trend
    /// How the season enters.
    var season: Season

    /// A form; `ETSForm(.additive, .none, .none)` is simple exponential smoothing.
    init(_ error: ErrorKind, _ trend: Trend, _ season: Season) {
        self.error = error
        self.trend = trend
        self.season = season
    }

    /// The usual name, such as `ETS(A,Ad,M)`.
    var name: String { "ETS(\(error.rawValue),\(trend.rawValue),\(season.rawValue))" }

    /// Whether all observations have to be positive: a multiplicative part divides by the level.
    var needsPositive: Bool { error == .multiplicative || season == .multiplicative }

    /// The forms that automatic selection tries, in the order of statsforecast.
    ///
    /// Additive errors with a multiplicative season are left out: their variance is infinite (Hyndman et al. 2008, ch. 15).
    static func candidates(seasonal: Bool, positive: Bool) -> [ETSForm] {
        var forms: [ETSForm] = []
        for error in [ErrorKind.additive, .multiplicative] {
            for trends in [[Trend.none], [.damped, .additive]] {
                for season in seasonal ? [Season.none, .additive, .multiplicative] : [.none] {
                    for trend in trends {
                        let form = ETSForm(error, trend, season)
                        if error == .additive && season == .multiplicative { continue }
                        if form.needsPositive && !positive { continue }
                        forms.append(form)
                    }
                }
            }
        }
        return forms
    }
}
