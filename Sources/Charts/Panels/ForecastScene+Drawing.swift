extension ForecastScene {
    func stripHeight(plotWidth: Double) -> Double {
        Double(max(markRows(plotWidth: plotWidth).max().map { $0 + 1 } ?? 1, 1)) * PanelStyle.stripRow
    }

    func draw(in plot: Rectangle, to svg: inout SVGWriter) {
        let x = timeScale(plot)
        let y = valueScale(plot)
        drawForecastSpan(x, in: plot, to: &svg)
        drawValueAxis(in: plot, to: &svg)
        let axis = TimeAxis(from: times.from, through: times.through, count: plot.width / 85)
        drawBaseAxis(axis.ticks, scale: x, in: plot, to: &svg)
        if axis.showsHours {
            svg.label("UTC", x: plot.right + 8, y: plot.bottom + 16)
        }
        drawMarks(x, in: plot, to: &svg)
        guard history.contains(where: { $0.value != nil }) || !forecast.isEmpty || !levels.isEmpty else {
            return drawNothing(in: plot, to: &svg)
        }

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
                    "d": path + "Z", "fill": Palette.band, "fill-opacity": "0.28", "stroke": Palette.band,
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
        for (mark, row) in zip(marks, markRows(plotWidth: plot.width)) {
            let at = x(Double(mark.time))
            let text = markText(mark, plotWidth: plot.width)
            let isLeft = at + 4 + TextMeasure.width(text, size: PanelStyle.textSize) > plot.right
            let top = plot.y - Double(row + 1) * PanelStyle.stripRow
            svg.stroke(
                "M\(SVGWriter.number(at)) \(SVGWriter.number(top + 3))L\(SVGWriter.number(at)) \(SVGWriter.number(plot.bottom))",
                ink: Palette.mark,
                width: 1,
                dash: "2 3"
            )
            svg.label(text, x: isLeft ? at - 4 : at + 4, y: top + 11, ink: Palette.ink, anchor: isLeft ? .end : .start)
        }
    }

    private func markText(_ mark: ChartMark, plotWidth: Double) -> String {
        TextMeasure.fit(mark.label, size: PanelStyle.textSize, limit: plotWidth / 2)
    }

    /// The row above the plot of each mark's label: the lowest where it runs into no other.
    private func markRows(plotWidth: Double) -> [Int] {
        let plot = Rectangle(x: 0, y: 0, width: plotWidth, height: 1)
        let x = timeScale(plot)
        var taken: [[(from: Double, to: Double)]] = []
        return marks.map { mark in
            let at = x(Double(mark.time))
            let width = TextMeasure.width(markText(mark, plotWidth: plotWidth), size: PanelStyle.textSize) + 8
            let span = at + width > plotWidth ? (from: at - width, to: at) : (from: at, to: at + width)
            let free = taken.firstIndex { row in row.allSatisfy { span.to <= $0.from || span.from >= $0.to } }
            // Past four rows labels may overlap: a strip must not push its plot off the page.
            let row = free ?? min(taken.count, 3)
            if row == taken.count { taken.append([]) }
            taken[row].append(span)
            return row
        }
    }
}
