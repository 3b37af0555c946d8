/// One number about a whole horizon, such as the quantile of its maximum, and how far it can be trusted.
public struct MaximumForecast: Hashable, Sendable, Codable {
    /// The number, in the units of the series.
    public var value: Double
    /// Whether past horizons confirm the quantile that was asked for.
    public var isCalibrated: Bool
    /// How many past horizons were held out and compared.
    public var pastHorizons: Int
    /// Why the number is not calibrated; nil where it is.
    public var reason: String?

    /// Creates a statement about a horizon.
    public init(value: Double, isCalibrated: Bool, pastHorizons: Int, reason: String?) {
        self.value = value
        self.isCalibrated = isCalibrated
        self.pastHorizons = pastHorizons
        self.reason = reason
    }
}
