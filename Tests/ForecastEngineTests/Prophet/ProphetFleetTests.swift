import Foundation
import Testing

@testable import ForecastEngine

@Suite struct ProphetFleetTests {
    /// Shared grids, own gaps, another step, a constant and a series that cannot be fitted.
    private static let panel: [TimeSeries] = {
        var panel: [TimeSeries] = []
        for index in 0..<150 {
            var series = ProphetSample.daily(200 + index % 3, bend: index, bendSlope: 0.02, seed: UInt64(index))
            series.id = "s\(index)"
            if index % 4 == 1 {
                let rows = (0..<series.count).filter { ($0 + index) % 6 != 0 }
                series = TimeSeries(
                    id: series.id, times: rows.map { series.times[$0] }, values: rows.map { series.values[$0] })
            }
            if index % 10 == 2 { for row in 20..<50 { series.values[row] = .nan } }
            if index == 7 { series.values = series.values.map { _ in 3 } }
            panel.append(series)
        }
        panel.append(TimeSeries(id: "short", times: [0, 86_400], values: [1, 2]))
        panel.append(
            TimeSeries(
                id: "duplicates", times: (0..<90).map { $0 / 2 * 86_400 }, values: (0..<90).map { Double($0 % 14) }))
        return panel
    }()

    @Test func `a fleet forecasts what single fits forecast`() throws {
        let outcomes = ProphetFleet(threads: 2).backtest(Self.panel, holdout: 14)
        #expect(outcomes.map(\.id) == Self.panel.map(\.id))
        for (series, outcome) in zip(Self.panel, outcomes) where series.id != "short" {
            let forecast = try #require(outcome.forecast, "\(series.id): \(outcome.error?.message ?? "")")
            let cut = series.count - 14
            let model = try ProphetModel(fitting: series.slice(0..<cut), settings: ProphetSettings())
            let mean = try model.mean(times: forecast.times, columns: [:])
            for (a, b) in zip(forecast.yhat, mean.yhat) { #expect(abs(a - b) < 1e-6 * model.scaling.valueScale) }
            if let a = outcome.logPosterior, let b = model.logPosterior { #expect(abs(a - b) < 1e-6) }
        }
        #expect(outcomes.first { $0.id == "short" }?.error?.code == .tooShort)
    }

    @Test func `the number of threads changes no bit`() {
        let one = ProphetFleet(threads: 1).backtest(Self.panel, holdout: 14)
        for threads in [2, 3, 5] {
            let more = ProphetFleet(threads: threads).backtest(Self.panel, holdout: 14)
            #expect(more.map(\.forecast) == one.map(\.forecast))
            #expect(more.map(\.error) == one.map(\.error))
        }
    }

    @Test func `forecasts start after the last row`() {
        let outcomes = ProphetFleet().forecast(Array(Self.panel.prefix(3)), steps: 5)
        for (series, outcome) in zip(Self.panel, outcomes) {
            #expect(outcome.forecast?.times.first == series.times.last! + 86_400)
            #expect(outcome.forecast?.yhat.count == 5)
            #expect(outcome.evaluation == nil)
        }
        #expect(ProphetFleet().backtest([], holdout: 3).isEmpty)
    }
}
