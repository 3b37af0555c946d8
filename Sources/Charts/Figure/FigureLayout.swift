/// Places a chart's heading, key and panels on a page, and draws them.
struct FigureLayout {
    private static let padding = 24.0
    private static let columnGap = 28.0
    private static let rowGap = 14.0
    private static let fonts =
        "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"

    /// Panels of one height, `columns` of them in a row.
    private struct Section {
        var scenes: [any PanelScene]
        var columns: Int
        var style: PanelStyle
        /// Whether the first has a row of its own.
        var opensWide: Bool

        /// The rows, each with how many it has room for.
        var rows: [(scenes: ArraySlice<any PanelScene>, columns: Int)] {
            var rows: [(scenes: ArraySlice<any PanelScene>, columns: Int)] = []
            var first = 0
            while first < scenes.count {
                let room = opensWide && first == 0 ? 1 : columns
                rows.append((scenes[first..<min(first + room, scenes.count)], room))
                first += room
            }
            return rows
        }
    }

    private let chart: ForecastChart
    private let width: Double
    private let theme: ChartTheme
    private let legend: Legend
    private var sections: [Section]

    init(chart: ForecastChart, width: Double, theme: ChartTheme) {
        self.chart = chart
        self.width = width
        self.theme = theme
        legend = Legend(chart.panels)
        let isWide = width >= 720
        let panelColumns = chart.panels.count > 3 && isWide ? 2 : 1
        let panelStyle = PanelStyle(plotHeight: panelColumns == 2 ? 180 : chart.panels.count == 1 ? 320 : 220)
        let partColumns = chart.components.count > 1 && isWide ? 2 : 1
        let partStyle = PanelStyle(plotHeight: chart.panels.isEmpty ? 220 : 150, stepHeight: 30)
        sections = [
            Section(
                scenes: chart.panels.map { ForecastScene($0, style: panelStyle) }, columns: panelColumns,
                style: panelStyle, opensWide: false
            ),
            Section(
                scenes: chart.components.map { ComponentScene($0, style: partStyle) }, columns: partColumns,
                style: partStyle, opensWide: partColumns == 2 && chart.components.count % 2 == 1
            ),
        ]
        // The same margins everywhere, so that plots that stand above each other line up.
        let scenes = sections.flatMap(\.scenes)
        let left = (scenes.map(\.valueLabelWidth).max() ?? 0) + 14
        let narrowest = cellWidth(sections.filter { !$0.scenes.isEmpty }.map(\.columns).max() ?? 1)
        let right = min(max(scenes.map(\.gutter).max() ?? 0, 30), narrowest * 0.4)
        for index in sections.indices {
            sections[index].style.leftMargin = left
            sections[index].style.rightMargin = right
        }
    }

    private func cellWidth(_ columns: Int) -> Double {
        (width - 2 * Self.padding - Double(columns - 1) * Self.columnGap) / Double(columns)
    }

    func render() -> String {
        var body = SVGWriter(theme: theme)
        let bottom = drawPanels(from: drawHeading(to: &body), to: &body)
        let height = bottom + Self.padding - Self.rowGap

        var svg = SVGWriter(theme: theme)
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
                "height": SVGWriter.number(height.rounded(.up) - 1), "rx": "8", "fill": svg.color(Palette.background),
                "stroke": svg.color(Palette.border),
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
            let title = TextMeasure.fit(chart.title, size: 18, limit: limit, bold: true)
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
        for section in sections {
            for row in section.rows {
                let cell = cellWidth(row.columns)
                let plotWidth = max(cell - section.style.leftMargin - section.style.rightMargin, 60)
                let strip = row.scenes.map { $0.stripHeight(plotWidth: plotWidth) }.max() ?? 0
                for (column, scene) in row.scenes.enumerated() {
                    let left = Self.padding + Double(column) * (cell + Self.columnGap)
                    drawPanelHeading(scene, x: left, y: y, width: cell, to: &svg)
                    let plot = Rectangle(
                        x: left + section.style.leftMargin,
                        y: y + 20 + strip,
                        width: plotWidth,
                        height: section.style.plotHeight
                    )
                    scene.draw(in: plot, to: &svg)
                }
                y += 20 + strip + section.style.plotHeight + PanelStyle.axisHeight + Self.rowGap
            }
        }
        return y
    }

    private func drawPanelHeading(
        _ scene: any PanelScene, x: Double, y: Double, width: Double, to svg: inout SVGWriter
    ) {
        let title = TextMeasure.fit(scene.title, size: PanelStyle.titleSize, limit: width, bold: true)
        svg.label(title, x: x, y: y + 13, size: PanelStyle.titleSize, ink: Palette.ink, bold: true)
        let used = title.isEmpty ? 0 : TextMeasure.width(title, size: PanelStyle.titleSize) * 1.12 + 10
        if let subtitle = scene.subtitle {
            let text = TextMeasure.fit(subtitle, size: PanelStyle.textSize, limit: width - used)
            svg.label(text, x: x + used, y: y + 13)
        }
    }
}
