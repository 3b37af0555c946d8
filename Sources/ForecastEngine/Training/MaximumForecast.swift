/// One number about a whole horizon, such as the quantile of its maximum, and how far it can be trusted.
public struct MaximumForecast: Hashable, Sendable, Codable {
    /// The number, in the units of the series.
    public var value: Double
    /// Whether past horizons confirm the quantile that was asked for.
    public var isCalibrated: Bool
    /// How many past horizons were held out and compared.
    public var pastHorizons: Int
    /// Whether past horizons are many enough and began sooner after what was known, all of them, than this one does.
    public var beginsLater: Bool
    /// Why the number is not calibrated; nil where it is.
    public var reason: String?

    /// Creates a statement about a horizon.
    public init(value: Double, isCalibrated: Bool, pastHorizons: Int, beginsLater: Bool = false, reason: String?) {
        self.value = value
        self.isCalibrated = isCalibrated
        self.pastHorizons = pastHorizons
        self.beginsLater = beginsLater
        self.reason = reason
    }
}
