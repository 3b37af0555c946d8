/// One observation on a time axis.
public struct ChartPoint: Hashable, Sendable {
    /// Seconds since 1970 UTC.
    public var time: Int
    /// The value in the panel's base unit (cores, bytes, or plain); `.nan` breaks the line.
    public var value: Double

    /// Creates a point.
    public init(time: Int, value: Double) {
        self.time = time
        self.value = value
    }
}
