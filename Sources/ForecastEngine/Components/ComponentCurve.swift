/// One component of a fitted model as a curve, for plots and for people who ask why.
public struct ComponentCurve: Hashable, Sendable, Codable {
    /// What the curve runs over.
    public enum Kind: Hashable, Sendable, Codable {
        /// The rows that were asked for, in the units of the series.
        case trend
        /// One period of so many seconds.
        case season(seconds: Double)
        /// The days of a month of 31.
        case month
        /// The rows that were asked for: all holidays together.
        case holidays
        /// The rows that were asked for: all regressors of one mode together.
        case regressors
    }

    /// The component's name, such as `trend` or `weekly`.
    public var name: String
    /// What it runs over.
    public var kind: Kind
    /// Additive values are in the units of the series, multiplicative ones shares of the trend, or of the usual of other days.
    public var mode: ProphetSettings.Mode
    /// The column that says where the seasonality applies; nil is everywhere.
    public var condition: String?
    /// Seconds since 1970 UTC, ascending.
    public var times: [Int]
    /// One value a time.
    public var values: [Double]

    /// Creates a curve.
    public init(
        name: String, kind: Kind, mode: ProphetSettings.Mode = .additive, condition: String? = nil, times: [Int],
        values: [Double]
    ) {
        self.name = name
        self.kind = kind
        self.mode = mode
        self.condition = condition
        self.times = times
        self.values = values
    }
}
