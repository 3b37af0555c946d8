public import ForecastEngine

/// One picture of a quantity over time: what was, what is forecast, and the levels set for it.
public struct ForecastPanel: Sendable {
    /// The panel's heading, such as `web / cpu`.
    public var title: String
    /// A smaller line beside the heading.
    public var subtitle: String?
    /// What the values measure.
    public var unit: ChartUnit
    /// The observed values; `.nan` breaks the line.
    ///
    /// Rows out of order are sorted.
    public var history: [ChartPoint]
    /// The forecast: its line over the band from `lower` to `upper`.
    ///
    /// It may overlap the history (a backtest).
    public var forecast: Forecast?
    /// Horizontal lines over spans of time.
    ///
    /// Those from before that lie more than 2.5 times above everything else become arrows at the upper edge, so that
    /// the use stays readable.
    public var levels: [ChartLevel]
    /// Vertical lines at moments.
    public var marks: [ChartMark]

    /// Creates a panel.
    public init(
        title: String,
        subtitle: String? = nil,
        unit: ChartUnit = .number,
        history: [ChartPoint] = [],
        forecast: Forecast? = nil,
        levels: [ChartLevel] = [],
        marks: [ChartMark] = []
    ) {
        self.title = title
        self.subtitle = subtitle
        self.unit = unit
        self.history = history
        self.forecast = forecast
        self.levels = levels
        self.marks = marks
    }

    /// Creates a panel whose history is a series; its line breaks where nothing was observed for long.
    public init(
        series: TimeSeries,
        subtitle: String? = nil,
        unit: ChartUnit = .number,
        forecast: Forecast? = nil,
        levels: [ChartLevel] = [],
        marks: [ChartMark] = []
    ) {
        self.init(
            title: series.id,
            subtitle: subtitle,
            unit: unit,
            history: TimeGaps.broken(series.times, series.values).map { ChartPoint(time: $0.time, value: $0.value) },
            forecast: forecast,
            levels: levels,
            marks: marks
        )
    }
}
