/// One component of a forecast as a line: a trend over time, or one period of a seasonality.
public struct ComponentPanel: Sendable {
    /// What the abscissae are.
    public enum Axis: Hashable, Sendable, CaseIterable {
        /// Seconds since 1970 UTC.
        case time
        /// Hours since midnight, 0 to 24.
        case hourOfDay
        /// Days since the start of Monday, 0 to 7.
        case dayOfWeek
        /// Days since the start of 1 January, 0 to 366.
        case dayOfYear
        /// A plain number.
        case number
    }

    /// The panel's heading, such as `weekly`.
    public var title: String
    /// A smaller line beside the heading.
    public var subtitle: String?
    /// What the abscissae are.
    public var axis: Axis
    /// What the ordinates measure.
    public var unit: ChartUnit
    /// The abscissae, in the unit that `axis` names.
    public var x: [Double]
    /// The ordinates, one for each abscissa; `.nan` breaks the line.
    public var y: [Double]
    /// From which abscissa on it is a forecast: the ground is tinted there, as in the panels; nil tints nothing.
    public var forecastStart: Double?

    /// Creates a panel of parallel columns; where one is longer, its rest is ignored.
    public init(
        title: String,
        subtitle: String? = nil,
        axis: Axis,
        unit: ChartUnit = .number,
        x: [Double],
        y: [Double],
        forecastStart: Double? = nil
    ) {
        self.title = title
        self.subtitle = subtitle
        self.axis = axis
        self.unit = unit
        self.x = x
        self.y = y
        self.forecastStart = forecastStart
    }
}
