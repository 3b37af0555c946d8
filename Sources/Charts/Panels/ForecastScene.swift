import ForecastEngine

/// A forecast panel, ready to be drawn.
struct ForecastScene: PanelScene {
    /// A row of the forecast with what of it is finite.
    struct ForecastRow {
        var time: Int
        var yhat: Double?
        var band: (lower: Double, upper: Double)?
    }

    let title: String
    let subtitle: String?
    let unit: ChartUnit
    let history: [(time: Int, value: Double?)]
    let forecast: [ForecastRow]
    let levels: [ChartLevel]
    let farLevels: [ChartLevel]
    let marks: [ChartMark]
    let valueAxis: ValueAxis
    let gutter: Double
    /// The first and the last moment of the picture.
    let times: (from: Int, through: Int)

    /// How far above everything else a level from before may lie before it becomes an arrow.
    static let farFactor = 2.5

    init(_ panel: ForecastPanel, style: PanelStyle) {
        title = panel.title
        subtitle = panel.subtitle
        unit = panel.unit
        history = Self.clean(panel.history)
        forecast = panel.forecast.map(Self.clean) ?? []
        let usable = panel.levels.filter { $0.value.isFinite && $0.from <= $0.to }
        let times = Self.span(history: history, forecast: forecast, levels: usable, marks: panel.marks)
        self.times = times
        let visible = usable.filter { $0.to >= times.from && $0.from <= times.through }.map { level in
            var level = level
            level.value = Chartable.value(level.value) ?? 0
            level.from = max(level.from, times.from)
            level.to = min(level.to, times.through)
            return level
        }
        marks = panel.marks.filter { $0.time >= times.from && $0.time <= times.through }.sorted { $0.time < $1.time }

        let extent = Self.extent(history: history, forecast: forecast, levels: visible.filter { !$0.style.isBefore })
        let threshold = extent.map { $0.highest > 0 ? $0.highest * Self.farFactor : .infinity } ?? .infinity
        levels = visible.filter { !$0.style.isBefore || $0.value <= threshold }
        farLevels = visible.filter { $0.style.isBefore && $0.value > threshold }
        let all = levels.map(\.value) + (extent.map { [$0.lowest, $0.highest] } ?? [])
        let arrowRoom = farLevels.isEmpty ? 0 : (Double(min(farLevels.count, 2)) * 17 + 4) / style.plotHeight
        let hasLabelsInside = levels.contains { !Self.isInGutter($0, times: times) }
        valueAxis = ValueAxis(
            lowest: all.min() ?? 0,
            highest: all.max() ?? 1,
            unit: panel.unit,
            headroom: max(0.07, (hasLabelsInside ? 20 : 0) / style.plotHeight) + arrowRoom,
            count: style.valueSteps
        )
        let unit = panel.unit
        gutter =
            levels.filter { Self.isInGutter($0, times: times) }
            .map { TextMeasure.width(Self.text($0, unit: unit), size: PanelStyle.textSize) * 1.08 + 12 }.max() ?? 0
    }

    /// A level's label with its value.
    static func text(_ level: ChartLevel, unit: ChartUnit) -> String {
        let value = ValueText.value(level.value, unit: unit)
        return level.label.isEmpty ? value : level.label + " " + value
    }

    /// Whether a level reaches the right edge, so that its label stands beside the plot.
    static func isInGutter(_ level: ChartLevel, times: (from: Int, through: Int)) -> Bool {
        Double(times.through - level.to) <= Double(times.through - times.from) * 0.02
    }

    private static func clean(_ points: [ChartPoint]) -> [(time: Int, value: Double?)] {
        let held = points.filter { Chartable.holds(time: $0.time) }
        let isSorted = zip(held, held.dropFirst()).allSatisfy { $0.time <= $1.time }
        let ordered = isSorted ? held : held.sorted { $0.time < $1.time }
        return ordered.map { ($0.time, Chartable.value($0.value)) }
    }

    private static func clean(_ forecast: Forecast) -> [ForecastRow] {
        let count = min(forecast.times.count, forecast.yhat.count)
        return (0..<count).filter { Chartable.holds(time: forecast.times[$0]) }.map { row in
            var band: (lower: Double, upper: Double)?
            if row < forecast.lower.count, row < forecast.upper.count,
                let lower = Chartable.value(forecast.lower[row]), let upper = Chartable.value(forecast.upper[row])
            {
                band = (min(lower, upper), max(lower, upper))
            }
            return ForecastRow(time: forecast.times[row], yhat: Chartable.value(forecast.yhat[row]), band: band)
        }
        .sorted { $0.time < $1.time }
    }

    /// The span of history and forecast; where there is neither, of the levels and marks.
    private static func span(
        history: [(time: Int, value: Double?)],
        forecast: [ForecastRow],
        levels: [ChartLevel],
        marks: [ChartMark]
    ) -> (from: Int, through: Int) {
        var moments = [history.first?.time, history.last?.time, forecast.first?.time, forecast.last?.time].compactMap {
            $0
        }
        if moments.isEmpty {
            moments = (levels.flatMap { [$0.from, $0.to] } + marks.map(\.time)).filter(Chartable.holds(time:))
        }
        let from = moments.min() ?? 0
        let through = moments.max() ?? 86_400
        return from == through ? (from - 3600, through + 3600) : (from, through)
    }

    /// The least and the greatest of everything that must fit.
    ///
    /// A band counts up to three times the span of the rest: one that runs away is cut rather than flatten the data.
    private static func extent(
        history: [(time: Int, value: Double?)],
        forecast: [ForecastRow],
        levels: [ChartLevel]
    ) -> (lowest: Double, highest: Double)? {
        let values = history.compactMap(\.value) + forecast.compactMap(\.yhat) + levels.map(\.value)
        let bands = forecast.compactMap(\.band)
        guard var lowest = values.min(), var highest = values.max() else {
            guard let lower = bands.map(\.lower).min(), let upper = bands.map(\.upper).max() else { return nil }
            return (lower, upper)
        }
        let room = max(highest - lowest, highest.magnitude * 0.5, lowest.magnitude * 0.5) * 2
        let cap = (lower: lowest - room, upper: highest + room)
        // Uses do not go below zero, and a band that does says nothing there.
        let isPositive = lowest >= 0
        for band in bands {
            highest = max(highest, min(band.upper, cap.upper))
            lowest = min(lowest, max(band.lower, isPositive ? 0 : cap.lower))
        }
        return (lowest, highest)
    }
}
