import Charts
import ForecastEngine
import Testing

/// Whatever a panel holds, its picture is well-formed XML with finite numbers inside its own bounds.
@Suite struct ForecastChartEdgeTests {
    /// SplitMix64: small, and the same everywhere.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private func check(_ chart: ForecastChart, width: Int = 1120, _ location: SourceLocation = #_sourceLocation) throws
    {
        let text = chart.svg(width: width)
        let svg = try SVGDocument(text)
        #expect(svg.numbers.allSatisfy { $0.isFinite }, sourceLocation: location)
        #expect(!svg.texts.contains { $0.contains("nan") || $0.contains("inf") }, sourceLocation: location)
        let height = try #require(svg.elements.first?.attributes["height"].flatMap(Double.init))
        for path in svg.elements.compactMap({ $0.attributes["d"] }) where !path.contains("h") {
            let coordinates = SVGDocument.coordinates(path)
            let inside = stride(from: 0, to: coordinates.count - 1, by: 2).allSatisfy {
                (0...Double(max(width, 320))).contains(coordinates[$0]) && (0...height).contains(coordinates[$0 + 1])
            }
            #expect(inside, "a path leaves the picture: \(path.prefix(200))", sourceLocation: location)
        }
    }

    private static let cases: [(name: String, times: [Int], values: [Double])] = [
        ("empty", [], []),
        ("single", [1_784_505_600], [3]),
        ("all missing", [0, 60, 120], [.nan, .nan, .nan]),
        ("not finite", [0, 60, 120], [.infinity, 1, -.infinity]),
        ("constant", [0, 60, 120], [5, 5, 5]),
        ("zero", [0, 60, 120], [0, 0, 0]),
        ("negative", [0, 60, 120], [-5, -1, -3]),
        ("both signs", [0, 60, 120], [-5, 4, -3]),
        ("huge", [0, 60, 120], [1e308, -1e308, .greatestFiniteMagnitude]),
        ("tiny", [0, 60, 120], [.leastNonzeroMagnitude, 1e-300, 1e-12]),
        ("far from zero", [0, 60, 120], [1e17, 1e17 + 16, 1e17 + 32]),
        ("one moment", [60, 60, 60], [1, 2, 3]),
        ("end of time", [.min, 0, .max], [1, 2, 3]),
        ("ten thousand years", [-200_000_000_000, 0, 200_000_000_000], [1, 2, 3]),
        ("unsorted", [120, 0, 60], [1, 2, 3]),
    ]

    @Test(arguments: ChartUnit.allCases)
    func `extreme histories give finite, well-formed pictures`(unit: ChartUnit) throws {
        for (name, times, values) in Self.cases {
            let points = zip(times, values).map { ChartPoint(time: $0, value: $1) }
            let forecast = Forecast(times: times, yhat: values, lower: values, upper: values, intervalWidth: 0.8)
            for forecast in [nil, forecast] {
                let panel = ForecastPanel(title: name, unit: unit, history: points, forecast: forecast)
                try check(ForecastChart(title: name, panels: [panel]))
            }
        }
        try check(ForecastChart(title: ""))
    }

    @Test(arguments: ComponentPanel.Axis.allCases)
    func `extreme components give finite, well-formed pictures`(axis: ComponentPanel.Axis) throws {
        for (name, times, values) in Self.cases {
            for x in [times.map { Double($0) }, values] {
                let panel = ComponentPanel(title: name, axis: axis, x: x, y: values)
                try check(ForecastChart(title: name, components: [panel]))
            }
        }
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `a random panel gives a finite, well-formed picture`(seed: UInt64) throws {
        var random = Generator(state: seed)
        let scale = [1e-9, 0.3, 1, 5e8, 1e14, 1e300].randomElement(using: &random)!
        let start = Int.random(in: -4_000_000_000...8_000_000_000, using: &random)
        let step = [1, 60, 3600, 86_400, 2_592_000].randomElement(using: &random)!
        let count = Int.random(in: 0...3000, using: &random)

        func value() -> Double {
            switch Int.random(in: 0..<40, using: &random) {
            case 0: .nan
            case 1: .infinity
            case 2: 0
            default: Double.random(in: -0.2...1, using: &random) * scale
            }
        }
        func time() -> Int { start + step * Int.random(in: -50...(count + 50), using: &random) }

        let panels = (0..<Int.random(in: 1...5, using: &random)).map { index in
            let length = Int.random(in: 0...100, using: &random)
            let forecast = Forecast(
                times: (0..<length).map { start + (count + $0) * step },
                yhat: (0..<length).map { _ in value() },
                lower: (0..<length).map { _ in value() },
                upper: (0..<max(length - 1, 0)).map { _ in value() },
                intervalWidth: 0.8
            )
            return ForecastPanel(
                title: "panel \(index)",
                unit: ChartUnit.allCases.randomElement(using: &random)!,
                history: (0..<count).map { ChartPoint(time: start + $0 * step, value: value()) },
                forecast: Bool.random(using: &random) ? forecast : nil,
                levels: ChartLevel.Style.allCases.map {
                    ChartLevel(label: "level", value: value() * 4, from: time(), to: time(), style: $0)
                },
                marks: (0..<Int.random(in: 0...8, using: &random)).map { ChartMark(time: time(), label: "mark \($0)") }
            )
        }
        let width = Int.random(in: 0...2000, using: &random)
        try check(ForecastChart(title: "seed \(seed)", panels: panels), width: width)
    }
}
