/// The rows to forecast: their times and the columns whose future is known.
public struct FutureFrame: Hashable, Sendable {
    /// Seconds since 1970 UTC, one a row.
    public var times: [Int]
    /// Regressors, caps, floors and conditions, one value a row.
    public var columns: [String: [Double]]

    /// Creates the rows to forecast.
    public init(times: [Int], columns: [String: [Double]] = [:]) {
        self.times = times
        self.columns = columns
    }
}
