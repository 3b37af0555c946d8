/// A forecast with its interval.
public struct Forecast: Hashable, Sendable, Codable {
    /// Seconds since 1970 UTC, one a row.
    public var times: [Int]
    /// The point forecast, one a row.
    public var yhat: [Double]
    /// The lower bound of the interval, one a row.
    public var lower: [Double]
    /// The upper bound of the interval, one a row.
    public var upper: [Double]
    /// The share of outcomes that the interval is to contain, 0 to 1.
    public var intervalWidth: Double

    /// Creates a forecast of parallel columns.
    public init(times: [Int], yhat: [Double], lower: [Double], upper: [Double], intervalWidth: Double) {
        self.times = times
        self.yhat = yhat
        self.lower = lower
        self.upper = upper
        self.intervalWidth = intervalWidth
    }
}
