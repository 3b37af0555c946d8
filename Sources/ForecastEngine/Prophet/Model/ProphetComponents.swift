/// A Prophet forecast taken apart, one value a row in every column; for plots and for people who ask why.
public struct ProphetComponents: Hashable, Sendable, Codable {
    /// One component, in the units of the series (additive) or as a share of the trend (multiplicative).
    public struct Part: Hashable, Sendable, Codable {
        /// The seasonality's, holiday's or regressor's name, or one of Prophet's totals: `holidays`,
        /// `extra_regressors_additive`, `extra_regressors_multiplicative`.
        public var name: String
        /// How it meets the trend.
        public var mode: ProphetSettings.Mode
        /// One value a row.
        public var values: [Double]
    }

    /// Seconds since 1970 UTC.
    public var times: [Int]
    /// The trend in the units of the series.
    public var trend: [Double]
    /// Seasonalities, holidays and regressors in the order of the model, then the totals.
    public var parts: [Part]
    /// The sum of the additive parts, in the units of the series.
    public var additiveTerms: [Double]
    /// The sum of the multiplicative parts, as a share of the trend.
    public var multiplicativeTerms: [Double]
    /// trend · (1 + multiplicativeTerms) + additiveTerms.
    public var yhat: [Double]

    /// A part by name.
    public subscript(name: String) -> [Double]? { parts.first { $0.name == name }?.values }
}
