/// A component panel, ready to be drawn.
struct ComponentScene: PanelScene {
    let title: String
    let subtitle: String?
    let valueAxis: ValueAxis
    let gutter = 0.0
    private let kind: ComponentPanel.Axis
    private let points: [(x: Double, y: Double?)]
    private let forecastStart: Double?

    init(_ panel: ComponentPanel, style: PanelStyle) {
        title = panel.title
        subtitle = panel.subtitle
        kind = panel.axis
        points = zip(panel.x, panel.y)
            .compactMap { x, y in Chartable.value(x).map { (x: $0, y: Chartable.value(y)) } }
            .sorted { $0.x < $1.x }
        forecastStart = panel.forecastStart.flatMap(Chartable.value)
        let values = points.compactMap(\.y)
        valueAxis = ValueAxis(
            lowest: values.min() ?? 0,
            highest: values.max() ?? 1,
            // A component may be negative, and a trend far from zero: its axis follows the values alone.
            unit: panel.unit,
            followsValues: true,
            count: style.valueSteps
        )
    }

    func stripHeight(plotWidth: Double) -> Double { PanelStyle.stripRow }

    func draw(in plot: Rectangle, to svg: inout SVGWriter) {
        guard points.contains(where: { $0.y != nil }) else { return drawNothing(in: plot, to: &svg) }
        let axis = ComponentAxis(
            kind,
            lowest: points.first?.x ?? 0,
            highest: points.last?.x ?? 1,
            count: plot.width / 85
        )
        let x = LinearScale(lower: axis.lower, upper: axis.upper, start: plot.x, end: plot.right)
        let y = valueScale(plot)
        if let forecastStart, forecastStart < axis.upper {
            let left = x(max(forecastStart, axis.lower))
            let frame = Rectangle(x: left, y: plot.y, width: plot.right - left, height: plot.height)
            svg.rectangle(frame, fill: Palette.forecastSpan)
        }
        drawValueAxis(in: plot, to: &svg)
        if valueAxis.lower < 0, valueAxis.upper > 0 {
            svg.line(plot.x, y(0), plot.right, y(0), ink: Palette.axis)
        }
        drawBaseAxis(axis.ticks, scale: x, in: plot, to: &svg)
        let line = PixelLine(points.map { (x: x($0.x), y: $0.y.map { y($0) }) })
        svg.stroke(line.path, ink: Palette.component, width: 1.8)
    }
}
