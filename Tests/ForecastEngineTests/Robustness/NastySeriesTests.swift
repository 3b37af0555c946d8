import ForecastEngine
import Foundation
import Testing

/// What single oddities come to; `FitPropertyTests` draws them at random.
@Suite struct NastySeriesTests {
    /// The network needs a longer history than this.
    @Test(arguments: AlgorithmName.available.filter { $0 != .lstm })
    func `a constant is forecast as itself`(name: AlgorithmName) throws {
        for value in [0, 5, -3, 1e9] {
            let series = TimeSeries(
                id: "c", times: (0..<100).map { $0 * 3_600 }, values: .init(repeating: value, count: 100)
            )
            let forecast = try TrainedModel.fit(series, recipe: Recipe(name)).forecast(steps: 24)
            for number in forecast.yhat + forecast.lower + forecast.upper {
                #expect(abs(number - value) <= 1e-6 * max(1, abs(value)))
            }
        }
    }

    @Test func `values that no square survives are refused by row`() throws {
        for value in [Double.infinity, -.infinity, 1e200] {
            let series = TimeSeries(id: "web/cpu", times: [0, 60, 120], values: [1, value, 2])
            let error = #expect(throws: ForecastError.self) { try TrainedModel.fit(series, recipe: Recipe(.auto)) }
            #expect(error?.code == .notFinite)
            #expect(error?.message.contains("row 2") == true)
        }
    }

    @Test func `columns of different lengths and empty series are refused`() throws {
        let short = TimeSeries(id: "a", times: [0, 60], values: [1])
        #expect(throws: ForecastError.self) { try TrainedModel.fit(short, recipe: Recipe(.auto)) }
        let column = TimeSeries(id: "a", times: [0, 60], values: [1, 2], columns: ["cap": [1]])
        #expect(throws: ForecastError.self) { try TrainedModel.fit(column, recipe: Recipe(.auto)) }
        let empty = TimeSeries(id: "a", times: [0, 60], values: [.nan, .nan])
        let error = #expect(throws: ForecastError.self) { try TrainedModel.fit(empty, recipe: Recipe(.auto)) }
        #expect(error?.code == .noObservations)
    }

    @Test func `settings out of their range are refused by name`() throws {
        let series = Sample.hourly(count: 50)
        for (field, settings) in [
            ("intervalWidth", AlgorithmSettings(name: .auto, intervalWidth: 1)),
            ("seasonLengths", AlgorithmSettings(name: .auto, seasonLengths: [1])),
            ("step", AlgorithmSettings(name: .auto, step: .seconds(0))),
        ] {
            let error = #expect(throws: ForecastError.self) {
                try TrainedModel.fit(series, recipe: Recipe(settings: settings))
            }
            #expect(error?.code == .invalidSetting)
            #expect(error?.message.contains(field) == true)
        }
    }
}
