extension ForecastScene {
    func stripHeight(plotWidth: Double) -> Double {
        Double(max(markRows(plotWidth: plotWidth).max().map { $0 + 1 } ?? 1, 1)) * PanelStyle.stripRow
    }

    func draw(in plot: Rectangle, to svg: inout SVGWriter) {
        let x = timeScale(plot)
        let y = valueScale(plot)
        let isEmpty = !history.contains { $0.value != nil } && forecast.isEmpty && levels.isEmpty && farLevels.isEmpty
        guard !isEmpty else {
            // Axes made up for no data would only mislead.
            drawMarks(x, in: plot, to: &svg)
            return drawNothing(in: plot, to: &svg)
        }
        drawForecastSpan(x, in: plot, to: &svg)
        drawValueAxis(in: plot, to: &svg)
        let axis = TimeAxis(from: times.from, through: times.through, count: plot.width / 85)
        drawBaseAxis(axis.ticks, scale: x, in: plot, to: &svg)
        if axis.showsHours {
            // Right of where a label centred on the edge may end.
            let reach = axis.ticks.map { TextMeasure.width($0.label, size: PanelStyle.textSize) }.max() ?? 0
            svg.label("UTC", x: plot.right + reach / 2 + 6, y: plot.bottom + 16)
        }
        drawMarks(x, in: plot, to: &svg)
        drawBand(x, y, to: &svg)
        let past = PixelLine(history.map { (x: x(Double($0.time)), y: $0.value.map { y($0) }) })
        let future = PixelLine(forecast.map { (x: x(Double($0.time)), y: $0.yhat.map { y($0) }) })
        svg.stroke(past.path, ink: Palette.history, width: Double(history.count) > plot.width ? 1 : 1.3)
        svg.stroke(future.path, ink: Palette.forecast, width: 1.9)
        drawLevels(x, y, in: plot, avoiding: [past, future], to: &svg)
    }

    func timeScale(_ plot: Rectangle) -> LinearScale {
        LinearScale(lower: Double(times.from), upper: Double(times.through), start: plot.x, end: plot.right)
    }

    private func drawForecastSpan(_ x: LinearScale, in plot: Rectangle, to svg: inout SVGWriter) {
        guard let first = forecast.first?.time, let last = forecast.last?.time, first < last else { return }
        let left = x(Double(first))
        let frame = Rectangle(x: left, y: plot.y, width: x(Double(last)) - left, height: plot.height)
        svg.rectangle(frame, fill: Palette.forecastSpan)
    }

    private func drawBand(_ x: LinearScale, _ y: LinearScale, to svg: inout SVGWriter) {
        for run in bandRuns(x, y) {
            var path = ""
            for (index, column) in run.enumerated() {
                path += "\(index == 0 ? "M" : "L")\(SVGWriter.number(column.x)) \(SVGWriter.number(column.top))"
            }
            for column in run.reversed() {
                path += "L\(SVGWriter.number(column.x)) \(SVGWriter.number(column.bottom))"
            }
            // The stroke keeps a band visible where its bounds meet.
            svg.empty(
                "path",
                [
                    "d": path + "Z", "fill": svg.color(Palette.band), "fill-opacity": "0.28",
                    "stroke": svg.color(Palette.band),
                    "stroke-opacity": "0.45", "stroke-width": "0.8", "stroke-linejoin": "round",
                ]
            )
        }
    }

    /// The band in pixels, its runs parted by gaps, at most one entry a pixel column.
    private func bandRuns(_ x: LinearScale, _ y: LinearScale) -> [[(x: Double, top: Double, bottom: Double)]] {
        var runs: [[(x: Double, top: Double, bottom: Double)]] = []
        var isOpen = false
        for row in forecast {
            guard let band = row.band else {
                isOpen = false
                continue
            }
            let column = (x: x(Double(row.time)), top: y(band.upper), bottom: y(band.lower))
            if let last = runs.last?.last, last.x.rounded(.down) == column.x.rounded(.down) {
                let merged = (x: last.x, top: min(last.top, column.top), bottom: max(last.bottom, column.bottom))
                runs[runs.count - 1][runs[runs.count - 1].count - 1] = merged
            } else if isOpen {
                runs[runs.count - 1].append(column)
            } else {
                runs.append([column])
            }
            isOpen = true
        }
        return runs
    }

    private func drawMarks(_ x: LinearScale, in plot: Rectangle, to svg: inout SVGWriter) {
        let rows = markRows(plotWidth: plot.width)
        for (mark, row) in zip(marks, rows) {
            let at = SVGWriter.number(x(Double(mark.time)))
            let top = SVGWriter.number(plot.y - Double(row + 1) * PanelStyle.stripRow + 3)
            svg.stroke("M\(at) \(top)L\(at) \(SVGWriter.number(plot.bottom))", ink: Palette.mark, width: 1, dash: "2 3")
        }
        // After all the lines, so that none crosses a label.
        for (mark, row) in zip(marks, rows) {
            let at = x(Double(mark.time))
            let text = markText(mark, plotWidth: plot.width)
            let isLeft = isLeftOfLine(text, at: at, plotRight: plot.right)
            svg.label(
                text,
                x: isLeft ? at - 4 : at + 4,
                y: plot.y - Double(row + 1) * PanelStyle.stripRow + 11,
                ink: Palette.ink,
                anchor: isLeft ? .end : .start,
                halo: true
            )
        }
    }

    private func isLeftOfLine(_ text: String, at: Double, plotRight: Double) -> Bool {
        // The margin that level labels ask for is free above the plot.
        at + 8 + TextMeasure.width(text, size: PanelStyle.textSize) > plotRight + gutter
    }

    private func markText(_ mark: ChartMark, plotWidth: Double) -> String {
        TextMeasure.fit(mark.label, size: PanelStyle.textSize, limit: plotWidth / 2)
    }

    /// The row above the plot of each mark's label, counted upwards.
    ///
    /// From right to left, each label goes above those to its right that it reaches, so that their lines, which start
    /// at their own labels, stay under it.
    private func markRows(plotWidth: Double) -> [Int] {
        let x = timeScale(Rectangle(x: 0, y: 0, width: plotWidth, height: 1))
        var placed: [(from: Double, to: Double, row: Int)] = []
        for mark in marks.reversed() {
            let at = x(Double(mark.time))
            let text = markText(mark, plotWidth: plotWidth)
            let width = TextMeasure.width(text, size: PanelStyle.textSize) + 8
            let isLeft = isLeftOfLine(text, at: at, plotRight: plotWidth)
            let span = isLeft ? (from: at - width, to: at) : (from: at, to: at + width)
            let below = placed.filter { span.to > $0.from && span.from < $0.to }.map(\.row).max()
            // Past four rows labels may overlap: a strip must not push its plot off the page.
            placed.append((span.from, span.to, min(below.map { $0 + 1 } ?? 0, 3)))
        }
        return placed.reversed().map(\.row)
    }
}
