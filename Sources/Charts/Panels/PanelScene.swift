/// A panel with its values cleaned and its axes chosen: all of it but where on the figure it goes.
protocol PanelScene {
    var title: String { get }
    var subtitle: String? { get }
    var valueAxis: ValueAxis { get }
    /// The width that the labels right of the plot ask for.
    var gutter: Double { get }
    /// The height of the strip between heading and plot, for a plot of a width.
    func stripHeight(plotWidth: Double) -> Double
    /// Draws everything inside and around the plot, headings aside.
    func draw(in plot: Rectangle, to svg: inout SVGWriter)
}

extension PanelScene {
    /// The width that the value labels ask for.
    var valueLabelWidth: Double {
        valueAxis.ticks.map { TextMeasure.width($0.label, size: PanelStyle.textSize) }.max() ?? 0
    }

    /// The scale from values to the plot's pixels.
    func valueScale(_ plot: Rectangle) -> LinearScale {
        LinearScale(lower: valueAxis.lower, upper: valueAxis.upper, start: plot.bottom, end: plot.y)
    }

    /// Draws the grid with the value labels.
    func drawValueAxis(in plot: Rectangle, to svg: inout SVGWriter) {
        let scale = valueScale(plot)
        for tick in valueAxis.ticks {
            let y = scale(tick.position)
            svg.line(plot.x, y, plot.right, y, ink: Palette.grid)
            svg.label(tick.label, x: plot.x - 8, y: y + 4, anchor: .end)
        }
        if let title = valueAxis.title {
            svg.label(title, x: plot.x - 8, y: plot.y - 5, anchor: .end)
        }
    }

    /// Draws the base line with ticks and their labels.
    func drawBaseAxis(_ ticks: [AxisTick], scale: LinearScale, in plot: Rectangle, to svg: inout SVGWriter) {
        svg.line(plot.x, plot.bottom, plot.right, plot.bottom, ink: Palette.axis)
        for tick in ticks {
            let x = scale(tick.position)
            svg.line(x, plot.bottom, x, plot.bottom + 4, ink: Palette.axis)
            svg.label(tick.label, x: x, y: plot.bottom + 16, anchor: .middle)
            svg.label(tick.context ?? "", x: x, y: plot.bottom + 29, ink: Palette.ink, anchor: .middle)
        }
    }

    /// Says that there is nothing to draw.
    func drawNothing(in plot: Rectangle, to svg: inout SVGWriter) {
        svg.line(plot.x, plot.bottom, plot.right, plot.bottom, ink: Palette.axis)
        svg.label("no data", x: plot.x + plot.width / 2, y: plot.y + plot.height / 2 + 4, size: 13, anchor: .middle)
    }
}
