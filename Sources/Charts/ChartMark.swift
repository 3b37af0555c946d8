/// A vertical line at a moment: a promotion, a rollout, the start of the forecast.
public struct ChartMark: Hashable, Sendable {
    /// Seconds since 1970 UTC.
    public var time: Int
    /// What happened, in a few words.
    public var label: String

    /// Creates a mark.
    public init(time: Int, label: String) {
        self.time = time
        self.label = label
    }
}
