import Foundation
import Testing

@testable import ForecastEngine

@Suite struct AutoTests {
    private func mase(_ name: AlgorithmName, _ series: TimeSeries, last: Int) throws -> Double {
        try evaluate(recipe: Recipe(name), on: series, cut: series.times[series.count - last - 1]).score.mase
    }

    @Test func `a level that shifted is forecast where it is now`() throws {
        var series = Sample.hourly(count: 24 * 20)
        for t in (24 * 15)..<series.count { series.values[t] += 20 }
        #expect(try mase(.auto, series, last: 24) < 0.9)
    }

    @Test func `spikes do not lift the forecast`() throws {
        var random = RandomGenerator(seed: 5)
        let values = (0..<2_000).map { (_: Int) -> Double in
            random.index(20) == 0 ? 50 : 1 + 0.1 * random.uniform()
        }
        let series = TimeSeries(id: "web/cpu", times: (0..<2_000).map { $0 * 300 }, values: values)
        let forecast = try TrainedModel.fit(series, recipe: Recipe(.auto)).forecast(steps: 288)
        #expect(forecast.yhat.allSatisfy { $0 < 1.5 })
    }

    @Test func `a fortnightly pattern is found in daily data`() throws {
        var random = RandomGenerator(seed: 6)
        let values = (0..<400).map { (t: Int) -> Double in
            let level: Double = t / 7 % 2 == 0 ? 10 : 20
            return level + random.normal()
        }
        let series = TimeSeries(id: "shop", times: (0..<400).map { $0 * 86_400 }, values: values)
        #expect(try mase(.auto, series, last: 28) < 0.2)
    }

    @Test func `a trend is followed`() throws {
        let values = (0..<200).map { (t: Int) -> Double in
            let season: Double = t % 7 == 0 ? 3 : 0
            return 5 + 0.5 * Double(t) + season
        }
        let series = TimeSeries(id: "disk", times: (0..<200).map { $0 * 86_400 }, values: values)
        #expect(try mase(.auto, series, last: 14) < 0.5)
    }

    @Test func `weights are shares of one`() throws {
        let model = try TrainedModel.fit(Sample.hourly(count: 24 * 14), recipe: Recipe(.auto))
        let members = try #require(model.recipe.choices?.members)
        #expect(abs(members.reduce(0) { $0 + $1.weight } - 1) < 1e-12)
        #expect(members.allSatisfy { $0.weight > 0 })
        #expect(members.count <= EnsembleSelection.rounds)
    }

    @Test func `ensemble selection finds the mixture that beats its parts`() {
        let actual: [Double] = [1, 2, 3, 4, .nan]
        let high = actual.map { $0 + 1 }
        let low = actual.map { $0 - 1 }
        let far = actual.map { $0 + 9 }
        let shares = EnsembleSelection.shares([far, high, low], actual: actual, weights: [1, 1, 1, 1, 1])
        #expect(shares == [0, 0.5, 0.5])
    }

    @Test func `a profile looks back only`() throws {
        let series = TimeSeries(id: "a", times: (0..<40).map { $0 * 60 }, values: (0..<40).map(Double.init))
        let grid = try RegularGrid(series, step: .seconds(60))
        let table = ProfileTable(grid, season: 8, cycles: 3, range: 24..<48)
        #expect(table[30] == 14)
        #expect(table[47] == 31)
        #expect(table.level(grid, cut: 40, window: 4, scales: false) == 16)
    }

    @Test func `cuts leave a third of the history and whole horizons`() {
        let plan = OriginPlan(count: 4_000, horizon: 288, season: 288, most: 20)
        #expect(plan.cuts.last == 4_000 - 288)
        #expect(plan.cuts.first! >= 4_000 / 3)
        #expect(OriginPlan(count: 3, horizon: 5, season: 1, most: 20).cuts.allSatisfy { $0 >= 1 })
        #expect(OriginPlan(count: 1, horizon: 5, season: 1, most: 20).cuts.isEmpty)
    }
}
