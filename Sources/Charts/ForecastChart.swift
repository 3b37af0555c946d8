/// A figure of panels, drawn as one self-contained SVG document.
///
/// The same chart always gives the same bytes. Nothing in it is random, dated, or fetched: no script, no style
/// sheet, no `id` (several charts may stand on one HTML page), and an opaque background of its own.
public struct ForecastChart: Sendable {
    /// The figure's heading.
    public var title: String
    /// A line under the heading.
    public var subtitle: String?
    /// The panels, stacked; two in a row when there are more than three.
    public var panels: [ForecastPanel]
    /// Components of a forecast, below the panels: two in a row, the first by itself when their number is odd.
    public var components: [ComponentPanel]

    /// Creates a chart.
    public init(
        title: String,
        subtitle: String? = nil,
        panels: [ForecastPanel] = [],
        components: [ComponentPanel] = []
    ) {
        self.title = title
        self.subtitle = subtitle
        self.panels = panels
        self.components = components
    }

    /// The chart as an SVG document.
    ///
    /// - Parameters:
    ///   - width: The width in pixels, at least 320; the height follows from the panels.
    ///   - theme: The ground that it is drawn for.
    public func svg(width: Int = 1120, theme: ChartTheme = .light) -> String {
        FigureLayout(chart: self, width: Double(min(max(width, 320), 8192)), theme: theme).render()
    }
}
