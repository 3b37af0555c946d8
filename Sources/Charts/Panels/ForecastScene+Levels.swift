extension ForecastScene {
    /// Draws the levels with their labels: beside the plot where a level reaches its right edge, else along the line.
    func drawLevels(
        _ x: LinearScale,
        _ y: LinearScale,
        in plot: Rectangle,
        avoiding lines: [PixelLine],
        to svg: inout SVGWriter
    ) {
        var placer = LabelPlacer(avoiding: lines)
        for level in levels {
            let ink = LevelInk(level.style)
            let height = SVGWriter.number(y(level.value))
            let path =
                "M\(SVGWriter.number(x(Double(level.from)))) \(height)L\(SVGWriter.number(x(Double(level.to)))) \(height)"
            svg.stroke(path, ink: ink.color, width: ink.width, dash: ink.dash)
            let (left, right) = (x(Double(level.from)), x(Double(level.to)))
            placer.reserve(Rectangle(x: left, y: y(level.value) - 1, width: right - left, height: 2))
        }
        let beside = levels.filter { Self.isInGutter($0, times: times) }
        drawBeside(beside, y, in: plot, to: &svg)
        for level in farLevels {
            drawArrow(level, x, in: plot, placer: &placer, to: &svg)
        }
        for level in levels where !Self.isInGutter(level, times: times) {
            drawAlong(level, x, y, in: plot, placer: &placer, to: &svg)
        }
    }

    private func drawBeside(_ levels: [ChartLevel], _ y: LinearScale, in plot: Rectangle, to svg: inout SVGWriter) {
        let heights = levels.map { y($0.value) }
        let centres = LabelPlacer.spread(
            heights,
            distance: PanelStyle.labelDistance,
            from: plot.y + 4,
            through: plot.bottom - 4
        )
        for (level, (height, centre)) in zip(levels, zip(heights, centres)) {
            let ink = LevelInk(level.style)
            if (height - centre).magnitude > 1 {
                svg.line(plot.right + 1, height, plot.right + 7, centre, ink: ink.color, width: 0.8)
            }
            svg.label(
                Self.text(level, unit: unit), x: plot.right + 10, y: centre + 4, ink: ink.color,
                bold: !level.style.isBefore)
        }
    }

    private func drawAlong(
        _ level: ChartLevel,
        _ x: LinearScale,
        _ y: LinearScale,
        in plot: Rectangle,
        placer: inout LabelPlacer,
        to svg: inout SVGWriter
    ) {
        let text = Self.text(level, unit: unit)
        let width = TextMeasure.width(text, size: PanelStyle.textSize)
        let height = y(level.value)
        let (left, right) = (x(Double(level.from)), x(Double(level.to)))
        let starts = [0, 0.25, 0.5, 0.75, 1].map { left + 4 + max(right - left - width - 8, 0) * $0 }
        let rows = [height - 15, height + 3, height + 17].filter { $0 >= plot.y - 2 && $0 + 12 <= plot.bottom }
        let candidates = rows.flatMap { top in
            starts.map {
                Rectangle(x: max(min($0, plot.right - width), plot.x), y: top, width: width, height: 12)
            }
        }
        guard let frame = placer.place(candidates) else { return }
        svg.label(text, x: frame.x, y: frame.y + 10, ink: LevelInk(level.style).color, halo: true)
    }

    /// Marks a level above the picture by an arrow and its label at the upper edge.
    private func drawArrow(
        _ level: ChartLevel,
        _ x: LinearScale,
        in plot: Rectangle,
        placer: inout LabelPlacer,
        to svg: inout SVGWriter
    ) {
        let text = Self.text(level, unit: unit)
        let width = TextMeasure.width(text, size: PanelStyle.textSize) + 14
        let (left, right) = (x(Double(level.from)), x(Double(level.to)))
        let starts = [0, 0.25, 0.5, 0.75, 1].map { left + 4 + max(right - left - width - 8, 0) * $0 }
        let candidates = [plot.y + 3, plot.y + 19].flatMap { top in
            starts.map { Rectangle(x: max(min($0, plot.right - width), plot.x), y: top, width: width, height: 13) }
        }
        guard let frame = placer.place(candidates) else { return }
        let ink = LevelInk(level.style).color
        let at = frame.x + 4
        let points = [(at, frame.y), (at + 4, frame.y + 6), (at - 4, frame.y + 6)]
        let path = points.map { "\(SVGWriter.number($0.0)) \(SVGWriter.number($0.1))" }.joined(separator: "L")
        svg.empty("path", ["d": "M\(path)Z", "fill": svg.color(ink)])
        svg.line(at, frame.y + 5, at, frame.y + 12, ink: ink, width: 1.5)
        svg.label(text, x: frame.x + 13, y: frame.y + 10, ink: ink, halo: true)
    }
}
