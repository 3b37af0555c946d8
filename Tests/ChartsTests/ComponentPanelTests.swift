import Charts
import ForecastEngine
import Testing

@Suite struct ComponentPanelTests {
    private static let day = 86_400
    /// Thursday, 1 January 2026.
    private static let start = 1_767_225_600

    private func season(_ days: Double, points: Int, step: Int) -> ComponentCurve {
        ComponentCurve(
            name: "season", kind: .season(seconds: days * 86_400), times: (0..<points).map { Self.start + $0 * step },
            values: (0..<points).map(Double.init)
        )
    }

    @Test func `a week is drawn from Monday on, and ends as it began`() {
        let panel = ComponentPanel(curve: season(7, points: 7, step: Self.day), unit: .number, end: 0)
        #expect(panel.axis == .dayOfWeek)
        #expect(panel.x == [0, 1, 2, 3, 4, 5, 6, 7])
        // The first value is a Thursday's.
        #expect(panel.y == [4, 5, 6, 0, 1, 2, 3, 4])
        #expect(panel.forecastStart == nil)
    }

    @Test func `a curve that comes round is not drawn twice`() {
        let panel = ComponentPanel(curve: season(1, points: 25, step: 3600), unit: .cores, end: 0)
        #expect(panel.axis == .hourOfDay)
        #expect(panel.x == (0...24).map(Double.init))
        #expect(panel.y.last == 0)
        #expect(panel.subtitle == "hours in UTC")
    }

    @Test func `twelve months lie on a year`() {
        var curve = season(365.25, points: 12, step: 0)
        // The firsts of July 2026 to June 2027.
        curve.times = [181, 212, 243, 273, 304, 334, 365, 396, 424, 455, 485, 516].map { Self.start + $0 * Self.day }
        let panel = ComponentPanel(curve: curve, unit: .number, end: 0)
        #expect(panel.axis == .dayOfYear)
        #expect(panel.x == [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365])
        #expect(panel.y.first == 6)
    }

    @Test func `another period counts its own days or hours`() {
        let days = ComponentPanel(curve: season(30.5, points: 3, step: 15 * Self.day), unit: .number, end: 0)
        #expect(days.axis == .number)
        #expect(days.x == [0, 15, 30, 30.5])
        #expect(days.subtitle == "in days")
        let hours = ComponentPanel(curve: season(0.5, points: 2, step: 6 * 3600), unit: .number, end: 0)
        #expect(hours.x == [0, 6, 12])
    }

    @Test func `a month is drawn by its days`() {
        let curve = ComponentCurve(
            name: "day of the month", kind: .month, mode: .multiplicative,
            times: (0..<31).map { Self.start + $0 * Self.day }, values: (0..<31).map { Double($0) / 100 })
        let panel = ComponentPanel(curve: curve, unit: .cores, end: 0)
        #expect(panel.axis == .number && panel.unit == .percent)
        #expect(panel.x == (1...31).map(Double.init))
        #expect(panel.y == curve.values)
        #expect(panel.subtitle?.hasPrefix("of the usual") == true)
        #expect(panel.forecastStart == nil)
    }

    @Test func `a share of the trend is in percent, and a condition is named`() throws {
        var curve = season(7, points: 7, step: Self.day)
        curve.mode = .multiplicative
        curve.condition = "open"
        curve.values = [0, 0.1, 0.2, 0.1, 0, -0.1, -0.2]
        let panel = ComponentPanel(curve: curve, unit: .cores, end: 0)
        #expect(panel.unit == .percent)
        #expect(panel.subtitle == "of the trend, where open is 1")
        let svg = try SVGDocument(ForecastChart(title: "t", components: [panel]).svg())
        #expect(svg.texts.contains("10%"))
        #expect(svg.texts.contains("−20%"))
    }

    @Test func `a trend is tinted where it is a forecast`() throws {
        let curve = ComponentCurve(
            name: "trend", kind: .trend, times: (0..<10).map { Self.start + $0 * Self.day },
            values: (0..<10).map(Double.init))
        let panel = ComponentPanel(curve: curve, unit: .number, end: Self.start + 6 * Self.day)
        let svg = try SVGDocument(ForecastChart(title: "t", components: [panel]).svg())
        let tints = svg.elements.filter { $0.name == "rect" && $0.attributes["fill"] == "#f4f8fb" }
        #expect(tints.count == 1)
    }

    @Test func `a line breaks where nothing was observed for long, a trend does not`() throws {
        let days = Array(0..<20) + Array(60..<80)
        let times = days.map { Self.start + $0 * Self.day }
        let values = times.map { _ in 1.0 }
        let series = TimeSeries(id: "shop", times: times, values: values)
        let history = ForecastPanel(series: series).history
        #expect(history.filter { $0.value.isNaN }.map(\.time) == [times[20] - 1])
        #expect(history.count == 41)
        func missing(_ kind: ComponentCurve.Kind) -> Int {
            let curve = ComponentCurve(name: "c", kind: kind, times: times, values: values)
            return ComponentPanel(curve: curve, unit: .number, end: times[39]).y.count { $0.isNaN }
        }
        #expect(missing(.holidays) == 1)
        #expect(missing(.trend) == 0)
        // A week without shops is bridged, and so are times that are irregular anyway.
        let closed = TimeSeries(
            id: "s", times: [0, 1, 2, 3, 10, 11].map { $0 * Self.day }, values: [1, 1, 1, 1, 1, 1])
        #expect(!ForecastPanel(series: closed).history.contains { $0.value.isNaN })
        let far = TimeSeries(id: "s", times: [.min, 0, .max], values: [1, 1, 1])
        #expect(ForecastPanel(series: far).history.count == 3)
    }

    @Test(arguments: [1, 2, 3, 4, 5])
    func `every component has its panel, and none lies on another`(count: Int) throws {
        let panels = (0..<count).map { index in
            ComponentPanel(title: "part \(index)", axis: .number, x: [0, 1, 2], y: [0, 2, 1])
        }
        let main = ForecastPanel(
            title: "all", history: [ChartPoint(time: 0, value: 1), ChartPoint(time: 60, value: 2)])
        for width in [360, 1120] {
            let svg = try SVGDocument(
                ForecastChart(title: "t", panels: [main], components: panels).svg(width: width))
            let places = svg.elements.filter { $0.content.hasPrefix("part ") && $0.name == "text" }.map {
                "\($0.attributes["x"] ?? "") \($0.attributes["y"] ?? "")"
            }
            #expect(places.count == count)
            #expect(Set(places).count == count)
            // Lines stay on the page.
            let xs = svg.paths(stroke: "#0072b2").flatMap(SVGDocument.coordinates)
            #expect(xs.allSatisfy { $0.isFinite && $0 >= 0 })
            #expect(svg.elements.first?.attributes["width"] == "\(width)")
        }
    }

    @Test func `a dark picture has no ink of the light one`() throws {
        let panel = ForecastPanel(
            title: "web", unit: .cores, history: [ChartPoint(time: 0, value: 1), ChartPoint(time: 3600, value: 2)],
            forecast: Forecast(
                times: [7200, 10_800], yhat: [1, 2], lower: [0, 1], upper: [2, 3], intervalWidth: 0.8),
            levels: ChartLevel.Style.allCases.map {
                ChartLevel(label: "l", value: 1, from: 0, to: 10_800, style: $0)
            },
            marks: [ChartMark(time: 3600, label: "now")]
        )
        let part = ComponentPanel(title: "trend", axis: .number, x: [0, 1], y: [-1, 1], forecastStart: 0.5)
        let chart = ForecastChart(title: "t", subtitle: "s", panels: [panel], components: [part])
        func inks(_ theme: ChartTheme) throws -> Set<String> {
            let svg = try SVGDocument(chart.svg(theme: theme))
            let values = svg.elements.flatMap { [$0.attributes["fill"], $0.attributes["stroke"]] }.compactMap(\.self)
            return Set(values.filter { $0.hasPrefix("#") })
        }
        let light = try inks(.light), dark = try inks(.dark)
        #expect(light.contains("#ffffff"))
        #expect(dark.contains("#0d1117"))
        // Sky blue is the band of the one and the lines of the other.
        #expect(light.intersection(dark).subtracting(["#56b4e9"]).isEmpty)
    }
}
