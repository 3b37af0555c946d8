import Charts
import ForecastEngine
import Testing

@Suite struct ForecastChartTests {
    private let start = 1_784_505_600  // Monday, 20 July 2026, 00:00 UTC

    private func hours(_ values: [Double]) -> [ChartPoint] {
        values.enumerated().map { ChartPoint(time: start + $0.offset * 3600, value: $0.element) }
    }

    private func document(_ panel: ForecastPanel, width: Int = 1120) throws -> SVGDocument {
        try SVGDocument(ForecastChart(title: "chart", panels: [panel]).svg(width: width))
    }

    private static let history = "#3d4650"

    @Test func `the same chart gives the same bytes`() {
        let panel = ForecastPanel(title: "web", unit: .cores, history: hours((0..<500).map { Double($0 % 24) / 24 }))
        let chart = ForecastChart(title: "chart", panels: [panel])
        #expect(chart.svg() == chart.svg())
    }

    @Test func `titles and labels are escaped`() throws {
        let hostile = "a<b>&\"c\"\u{1}'"
        let panel = ForecastPanel(
            title: hostile,
            subtitle: hostile,
            history: hours([1, 2]),
            levels: [ChartLevel(label: hostile, value: 1, from: start, to: start + 3600, style: .request)],
            marks: [ChartMark(time: start, label: hostile)]
        )
        let svg = try SVGDocument(ForecastChart(title: hostile, subtitle: hostile, panels: [panel]).svg())
        #expect(svg.texts.contains("a<b>&\"c\"\u{FFFD}' 1"))
    }

    @Test func `a missing value breaks the line`() throws {
        let svg = try document(ForecastPanel(title: "web", history: hours([1, 2, .nan, 2, 1])))
        let path = try #require(svg.paths(stroke: Self.history).last)
        #expect(path.filter { $0 == "M" }.count == 2)
    }

    @Test func `a hundred thousand points become at most four a pixel column`() throws {
        let points = (0..<100_000).map { ChartPoint(time: start + $0 * 60, value: Double(($0 * 7919) % 1000)) }
        let svg = try document(ForecastPanel(title: "web", history: points))
        let path = try #require(svg.paths(stroke: Self.history).last)
        let coordinates = SVGDocument.coordinates(path)
        #expect(coordinates.count / 2 <= 4 * 1120)
        #expect(coordinates.count / 2 > 1120)
    }
}
