import ForecastEngine

/// The figure's key: one entry for each kind of line that it shows.
struct Legend {
    enum Sample: Hashable {
        case line(Ink, width: Double, dash: String?)
        case band
    }

    struct Entry: Hashable {
        var sample: Sample
        var label: String
        var width: Double { 34 + TextMeasure.width(label, size: PanelStyle.textSize) + 18 }
    }

    static let rowHeight = 20.0
    let entries: [Entry]

    init(_ panels: [ForecastPanel]) {
        var entries: [Entry] = []
        if panels.contains(where: { $0.history.contains { $0.value.isFinite } }) {
            entries.append(Entry(sample: .line(Palette.history, width: 1.3, dash: nil), label: "observed"))
        }
        let forecasts = panels.compactMap(\.forecast).filter { !$0.times.isEmpty }
        if !forecasts.isEmpty {
            entries.append(Entry(sample: .line(Palette.forecast, width: 1.9, dash: nil), label: "forecast"))
            // Panels may differ in their interval; then the key names none.
            let widths = Set(forecasts.map(\.intervalWidth))
            let share = widths.count == 1 ? widths.first.map { NumberText.plain($0 * 100, decimals: 1) + "% " } : nil
            entries.append(Entry(sample: .band, label: (share ?? "") + "interval"))
        }
        let levels = panels.flatMap { $0.levels.filter { $0.value.isFinite } }
        for style in ChartLevel.Style.allCases {
            let labels = Set(levels.filter { $0.style == style }.map(\.label))
            guard let label = labels.first else { continue }
            let ink = LevelInk(style)
            // One word for all of them is the key's too.
            entries.append(
                Entry(
                    sample: .line(ink.color, width: ink.width, dash: ink.dash),
                    label: labels.count == 1 ? label : ink.legend))
        }
        self.entries = entries
    }

    /// The entries broken into rows of a width.
    func rows(width: Double) -> [[Entry]] {
        var rows: [[Entry]] = []
        var used = 0.0
        for entry in entries {
            if rows.isEmpty || used + entry.width > width {
                rows.append([])
                used = 0
            }
            rows[rows.count - 1].append(entry)
            used += entry.width
        }
        return rows
    }

    func draw(x: Double, y: Double, width: Double, to svg: inout SVGWriter) {
        for (index, row) in rows(width: width).enumerated() {
            var left = x
            let middle = y + Double(index) * Self.rowHeight + Self.rowHeight / 2
            for entry in row {
                switch entry.sample {
                case .line(let ink, let width, let dash):
                    let path = "M\(SVGWriter.number(left)) \(SVGWriter.number(middle))h26"
                    svg.stroke(path, ink: ink, width: width, dash: dash)
                case .band:
                    svg.empty(
                        "rect",
                        [
                            "x": SVGWriter.number(left), "y": SVGWriter.number(middle - 5), "width": "26",
                            "height": "10", "fill": svg.color(Palette.band), "fill-opacity": "0.28",
                            "stroke": svg.color(Palette.band),
                            "stroke-opacity": "0.45", "stroke-width": "0.8",
                        ]
                    )
                }
                svg.label(entry.label, x: left + 34, y: middle + 4, ink: Palette.ink)
                left += entry.width
            }
        }
    }
}
