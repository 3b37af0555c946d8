/// Places a chart's heading, key and panels on a page, and draws them.
struct FigureLayout {
    private static let padding = 24.0
    private static let columnGap = 28.0
    private static let rowGap = 14.0
    private static let fonts =
        "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"

    private let chart: ForecastChart
    private let width: Double
    private let legend: Legend
    private let scenes: [any PanelScene]
    private let columns: Int
    private var style: PanelStyle

    init(chart: ForecastChart, width: Double) {
        self.chart = chart
        self.width = width
        legend = Legend(chart.panels)
        let count = chart.panels.count + chart.components.count
        columns = count > 3 && width >= 720 ? 2 : 1
        let style = PanelStyle(plotHeight: columns == 2 ? 180 : count == 1 ? 320 : 220)
        scenes =
            chart.panels.map { ForecastScene($0, style: style) }
            + chart.components.map { ComponentScene($0, style: style) }
        self.style = style
        // The same margins everywhere, so that plots that stand above each other line up.
        self.style.leftMargin = (scenes.map(\.valueLabelWidth).max() ?? 0) + 14
        let cell = (width - 2 * Self.padding - Double(columns - 1) * Self.columnGap) / Double(columns)
        self.style.rightMargin = min(max(scenes.map(\.gutter).max() ?? 0, 30), cell * 0.4)
    }

    private var cellWidth: Double {
        (width - 2 * Self.padding - Double(columns - 1) * Self.columnGap) / Double(columns)
    }

    private var plotWidth: Double {
        max(cellWidth - style.leftMargin - style.rightMargin, 60)
    }

    func render() -> String {
        var body = SVGWriter()
        let bottom = drawPanels(from: drawHeading(to: &body), to: &body)
        let height = bottom + Self.padding - Self.rowGap

        var svg = SVGWriter()
        let size = (SVGWriter.number(width), SVGWriter.number(height.rounded(.up)))
        svg.begin(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "width": size.0, "height": size.1,
                "viewBox": "0 0 \(size.0) \(size.1)", "role": "img", "aria-label": chart.title,
                "font-family": Self.fonts, "font-variant-numeric": "tabular-nums",
            ]
        )
        svg.leaf("title", content: chart.title)
        svg.empty(
            "rect",
            [
                "x": "0.5", "y": "0.5", "width": SVGWriter.number(width - 1),
                "height": SVGWriter.number(height.rounded(.up) - 1), "rx": "8", "fill": Palette.background,
                "stroke": Palette.border,
            ]
        )
        svg.append(body)
        svg.end()
        return svg.text
    }

    /// Draws title, subtitle and key; returns where the panels begin.
    private func drawHeading(to svg: inout SVGWriter) -> Double {
        var y = Self.padding
        let limit = width - 2 * Self.padding
        if !chart.title.isEmpty {
            let title = TextMeasure.fit(chart.title, size: 18, limit: limit)
            svg.label(title, x: Self.padding, y: y + 15, size: 18, ink: Palette.ink, bold: true)
            y += 24
        }
        if let subtitle = chart.subtitle, !subtitle.isEmpty {
            svg.label(TextMeasure.fit(subtitle, size: 12.5, limit: limit), x: Self.padding, y: y + 12, size: 12.5)
            y += 20
        }
        if !legend.entries.isEmpty {
            y += 6
            legend.draw(x: Self.padding, y: y, width: limit, to: &svg)
            y += Double(legend.rows(width: limit).count) * Legend.rowHeight
        }
        return y + 12
    }

    /// Draws the panels row by row; returns where the last ends.
    private func drawPanels(from top: Double, to svg: inout SVGWriter) -> Double {
        var y = top
        for first in stride(from: 0, to: scenes.count, by: columns) {
            let row = scenes[first..<min(first + columns, scenes.count)]
            let strip = row.map { $0.stripHeight(plotWidth: plotWidth) }.max() ?? 0
            for (column, scene) in row.enumerated() {
                let left = Self.padding + Double(column) * (cellWidth + Self.columnGap)
                drawPanelHeading(scene, x: left, y: y, to: &svg)
                let plot = Rectangle(
                    x: left + style.leftMargin,
                    y: y + 20 + strip,
                    width: plotWidth,
                    height: style.plotHeight
                )
                scene.draw(in: plot, to: &svg)
            }
            y += 20 + strip + style.plotHeight + PanelStyle.axisHeight + Self.rowGap
        }
        return y
    }

    private func drawPanelHeading(_ scene: any PanelScene, x: Double, y: Double, to svg: inout SVGWriter) {
        let title = TextMeasure.fit(scene.title, size: PanelStyle.titleSize, limit: cellWidth)
        svg.label(title, x: x, y: y + 13, size: PanelStyle.titleSize, ink: Palette.ink, bold: true)
        let used = title.isEmpty ? 0 : TextMeasure.width(title, size: PanelStyle.titleSize) * 1.06 + 10
        if let subtitle = scene.subtitle {
            let text = TextMeasure.fit(subtitle, size: PanelStyle.textSize, limit: cellWidth - used)
            svg.label(text, x: x + used, y: y + 13)
        }
    }
}
