import Charts
import ForecastEngine
import Testing

@Suite struct ForecastChartLabelTests {
    private let monday = 1_784_505_600  // 20 July 2026, 00:00 UTC

    private func texts(_ panel: ForecastPanel, width: Int = 1120) throws -> [String] {
        try SVGDocument(ForecastChart(title: "", panels: [panel]).svg(width: width)).texts
    }

    private func line(_ values: [Double], every step: Int = 3600) -> [ChartPoint] {
        values.enumerated().map { ChartPoint(time: monday + $0.offset * step, value: $0.element) }
    }

    @Test func `CPU below one core is written in millicores, above in cores`() throws {
        let small = try texts(ForecastPanel(title: "", unit: .cores, history: line([0.1, 0.52])))
        #expect(small.contains("0") && small.contains("200m") && small.contains("400m"))
        let large = try texts(ForecastPanel(title: "", unit: .cores, history: line([0.1, 5.2])))
        #expect(large.contains("2") && large.contains("4") && large.contains("cores"))
    }

    @Test func `memory ticks stand on powers of two`() throws {
        let texts = try texts(ForecastPanel(title: "", unit: .bytes, history: line([0x1p29, 0x1p30])))
        #expect(texts.contains("256 Mi") && texts.contains("512 Mi") && texts.contains("1,024 Mi"))
        let large = try self.texts(ForecastPanel(title: "", unit: .bytes, history: line([1, 0x1p32])))
        #expect(large.contains("4 Gi"))
    }

    @Test func `plain numbers have thousands separators and a true minus sign`() throws {
        let texts = try texts(ForecastPanel(title: "", history: line([-12_000, 12_000])))
        #expect(texts.contains("10,000") && texts.contains("−10,000"))
    }

    @Test func `time labels follow the span`() throws {
        let hours = try texts(ForecastPanel(title: "", history: line([1, 2, 1, 2, 1, 2, 1])))
        #expect(hours.contains("03:00") && hours.contains("Mon 20 Jul 2026") && hours.contains("UTC"))
        let days = try texts(ForecastPanel(title: "", history: line([1, 2, 1, 2, 1, 2, 1], every: 86_400)))
        #expect(days.contains("Tue 21") && days.contains("Jul 2026") && !days.contains("UTC"))
        let months = try texts(ForecastPanel(title: "", history: line([1, 2, 1, 2, 1, 2, 1], every: 60 * 86_400)))
        #expect(months.contains("Jan") && months.contains("2027") && months.contains("Sep"))
        let years = try texts(ForecastPanel(title: "", history: line([1, 2, 1, 2, 1], every: 900 * 86_400)))
        #expect(years.contains("2030"))
    }

    @Test func `a level is labelled with its value`() throws {
        let (from, to) = (monday, monday + 3 * 3600)
        let texts = try texts(
            ForecastPanel(
                title: "",
                unit: .cores,
                history: line([0.2, 0.4, 0.3, 0.5]),
                levels: [
                    ChartLevel(label: "request", value: 0.45, from: from, to: to, style: .request),
                    ChartLevel(label: "limit", value: 1.25, from: from, to: to, style: .limit),
                    ChartLevel(label: "request before", value: 0.3, from: from, to: from + 3600, style: .requestBefore),
                ]
            )
        )
        #expect(texts.contains("request 450m") && texts.contains("limit 1.25 cores"))
        #expect(texts.contains("request before 300m"))
    }

    /// How many pixels high the history's line is, with a level beside it.
    private func use(with level: ChartLevel) throws -> (height: Double, texts: [String]) {
        let panel = ForecastPanel(title: "", unit: .cores, history: line([0.2, 0.4, 0.3, 0.5]), levels: [level])
        let svg = try SVGDocument(ForecastChart(title: "", panels: [panel]).svg())
        let path = try #require(svg.paths(stroke: "#3d4650").last)
        let ordinates = SVGDocument.coordinates(path).enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
        let lowest = try #require(ordinates.max())
        let highest = try #require(ordinates.min())
        return (lowest - highest, svg.texts)
    }

    @Test func `a request before that is far above the use becomes an arrow and does not flatten it`() throws {
        func level(_ value: Double, _ style: ChartLevel.Style) -> ChartLevel {
            ChartLevel(label: "level", value: value, from: monday, to: monday + 2 * 3600, style: style)
        }
        let near = try use(with: level(0.5, .requestBefore))
        let far = try use(with: level(8, .requestBefore))
        #expect(far.texts.contains("level 8 cores"))
        #expect(far.height > near.height * 0.8)
        // What is set now is never left out of the picture.
        let now = try use(with: level(8, .request))
        #expect(now.height < near.height * 0.2)
    }

    @Test func `a panel without data says so`() throws {
        for history in [[], line([.nan, .nan])] {
            let texts = try texts(ForecastPanel(title: "web", history: history))
            #expect(texts.contains("no data"))
        }
    }

    @Test func `a long title ends inside the picture, in bold letters of a wide font`() throws {
        let panel = ForecastPanel(title: String(repeating: "n", count: 300), history: [])
        let svg = try SVGDocument(ForecastChart(title: String(repeating: "n", count: 300), panels: [panel]).svg())
        let titles = svg.texts.filter { $0.hasPrefix("nn") && $0.hasSuffix("…") }
        #expect(titles.count == 2)
        // An n of DejaVu Sans Bold is 0.712 em wide; 24 pixels are left on both sides.
        for (title, size) in zip(titles, [18.0, 13]) {
            #expect(Double(title.count - 1) * 0.712 * size <= 1120 - 48, "\(size): \(title.count)")
        }
    }

    @Test func `the key names only what is drawn`() throws {
        let forecast = Forecast(times: [monday], yhat: [1], lower: [0], upper: [2], intervalWidth: 0.95)
        let texts = try texts(ForecastPanel(title: "", history: line([1, 2]), forecast: forecast))
        #expect(texts.contains("observed") && texts.contains("forecast") && texts.contains("95% interval"))
        #expect(!texts.contains("request") && !texts.contains("limit before"))
    }

    @Test func `more than three panels stand two in a row`() throws {
        let panel = ForecastPanel(title: "web", history: line([1, 2]))
        func lefts(_ count: Int) throws -> Set<String> {
            let chart = ForecastChart(title: "", panels: Array(repeating: panel, count: count))
            let titles = try SVGDocument(chart.svg()).elements.filter { $0.content == "web" }
            #expect(titles.count == count)
            return Set(titles.compactMap { $0.attributes["x"] })
        }
        let (three, four) = (try lefts(3), try lefts(4))
        #expect(three.count == 1)
        #expect(four.count == 2)
    }
}
