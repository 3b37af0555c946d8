/// A horizontal line over a span of time: a request, a limit, or a predicted peak.
public struct ChartLevel: Hashable, Sendable {
    /// What a level stands for; it decides colour, dash and legend entry.
    public enum Style: Hashable, Sendable, CaseIterable {
        /// The request that was set before.
        case requestBefore
        /// The limit that was set before.
        case limitBefore
        /// The request that is recommended or applied now.
        case request
        /// The limit that is recommended or applied now.
        case limit
        /// The predicted peak over the horizon.
        case peak

        /// Whether the level belongs to the past: such a level may lie outside the picture, marked by an arrow.
        var isBefore: Bool { self == .requestBefore || self == .limitBefore }
    }

    /// What the line is, without its value: the chart appends the value in the panel's unit.
    public var label: String
    /// The height of the line in the panel's base unit.
    public var value: Double
    /// Where the line starts, in seconds since 1970 UTC.
    public var from: Int
    /// Where the line ends, in seconds since 1970 UTC.
    public var to: Int
    /// What the level stands for.
    public var style: Style

    /// Creates a level.
    public init(label: String, value: Double, from: Int, to: Int, style: Style) {
        self.label = label
        self.value = value
        self.from = from
        self.to = to
        self.style = style
    }
}
