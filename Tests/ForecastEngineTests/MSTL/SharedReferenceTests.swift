import Foundation
import Testing

@testable import ForecastEngine

/// Real series beside the repository against stored outputs of statsforecast; without the data there is nothing to do.
@Suite("Classical methods on real series against statsforecast") struct SharedReferenceTests {
    struct Output: Decodable, Sendable {
        var mean: [Double]
        var aicc: Double?
        var form: String
    }
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        var file: String
        var series: String
        var last: Int
        var periods: [Int]
        var ets: Output?
        var theta: Output?
        var mstl: Output?
        var arima: Output?
        var testDescription: String { "\(file) \(series)" }
    }
    struct Document: Decodable { var cases: [Case] }

    static let cases: [Case] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Resources/statsforecast_shared.json")
        guard let data = try? Data(contentsOf: file) else { return [] }
        return (try? JSONDecoder().decode(Document.self, from: data).cases) ?? []
    }()
    static let panels: [String: [(id: String, values: [Double])]] = {
        var panels: [String: [(id: String, values: [Double])]] = [:]
        for file in Set(cases.map(\.file)) {
            if let text = SharedData.read("\(file).csv") { panels[file] = SharedData.panel(text) }
        }
        return panels
    }()

    @Test func `the stored outputs are there`() { #expect(Self.cases.count > 30) }

    @Test(arguments: cases)
    func `forecasts and AICc are those of statsforecast`(_ expected: Case) throws {
        guard let panel = Self.panels[expected.file] else { return }
        var values = try #require(panel.first { $0.id == expected.series }).values
        if expected.last > 0 { values = values.suffix(expected.last) }
        let m = expected.periods[0]
        let short = m <= 24 ? m : 1
        if let output = expected.ets {
            let model = try #require(ETSSearch.best(of: values, period: short))
            check(
                "ETS", expected, output, model.forecast(count: output.mean.count), model.form.name, model.aicc, values)
        }
        if let output = expected.theta {
            let model = try #require(ThetaSearch(of: values, period: m))
            check("Theta", expected, output, model.forecast(count: output.mean.count), "", nil, values)
        }
        if let output = expected.mstl {
            let settings = AlgorithmSettings(name: .mstl, seasonLengths: expected.periods)
            let model = try TrainedModel.fit(
                DegenerateSeries.series(values), recipe: Recipe(settings: settings), calibrate: false)
            check("MSTL", expected, output, try model.forecast(steps: output.mean.count).yhat, "", nil, values)
        }
        if let output = expected.arima {
            let model = try #require(ARIMASearch.best(of: values, period: short))
            let o = model.order
            let name = "\([o.p, o.d, o.q, o.seasonalP, o.seasonalD, o.seasonalQ, o.period])"
            check("AutoARIMA", expected, output, model.forecast(count: output.mean.count), name, model.aicc, values)
        }
    }

    private func check(
        _ name: String, _ expected: Case, _ output: Output, _ forecast: [Double], _ form: String, _ aicc: Double?,
        _ values: [Double]
    ) {
        // A better optimum than theirs forecasts something else, and may.
        if let aicc, let theirs = output.aicc {
            if aicc < theirs - 0.1 { return }
            #expect(aicc <= theirs + 0.1, "\(name) \(form) for \(output.form)")
        }
        let difference = relativeDifference(forecast, output.mean, scale: values)
        #expect(difference < 0.005, "\(name) \(form) for \(output.form)")
    }
}
