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
        #expect(members.count <= 3 * EnsembleSelection.rounds)
    }

    @Test func `a profile looks back only`() throws {
        let series = TimeSeries(id: "a", times: (0..<40).map { $0 * 60 }, values: (0..<40).map(Double.init))
        let grid = try RegularGrid(series, step: .seconds(60))
        let table = ProfileTable(grid, season: 8, cycles: 3, range: 24..<48)
        #expect(table[30] == 14)
        #expect(table[47] == 31)
        #expect(table.level(grid, cut: 40, window: 4, scales: false) == 16)
    }

    @Test func `a blurred profile averages neighbours around the season and looks back only`() throws {
        let series = TimeSeries(id: "a", times: (0..<24).map { $0 * 60 }, values: (0..<24).map { Double($0 % 8) })
        let grid = try RegularGrid(series, step: .seconds(60))
        let table = ProfileTable(grid, season: 8, cycles: 2, range: 16..<32)
        let blurred = table.season(from: 24, count: 8, blur: 1)
        let expected = [(7.0 + 0 + 1) / 3, 1, 2, 3, 4, 5, 6, (6.0 + 7 + 0) / 3]
        #expect(zip(blurred, expected).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(table.season(from: 24, count: 3, blur: 0) == [0, 1, 2])
        var later = series
        for t in 20..<24 { later.values[t] = 1_000 }
        let other = ProfileTable(try RegularGrid(later, step: .seconds(60)), season: 8, cycles: 2, range: 16..<32)
        #expect(other.season(from: 20, count: 8, blur: 1) == table.season(from: 20, count: 8, blur: 1))
    }

    @Test func `noise in a day of five minutes is averaged over neighbouring places`() throws {
        var random = RandomGenerator(seed: 7)
        let noise = (0..<(288 * 8)).map { _ in random.normal() }
        let values = noise.enumerated().map { 10 + 4 * sin(2 * Double.pi * Double($0 % 288) / 288) + $1 }
        let series = TimeSeries(id: "web/cpu", times: values.indices.map { $0 * 300 }, values: values)
        let score = try evaluate(recipe: Recipe(.auto), on: series, cut: series.times[series.count - 289]).score
        // What nobody can forecast; the median of seven cycles at each place by itself misses about 7% more.
        let least = noise.suffix(288).reduce(0) { $0 + abs($1) } / 288
        #expect(score.mae < 1.05 * least)
    }

    @Test func `a profile without a blur is stored as it was before there were any`() {
        let shape = ProfileShape(season: 24, cycles: 4, window: 24)
        #expect(shape.choices.numbers["blur"] == nil)
        var blurred = shape
        blurred.blur = 2
        #expect(ProfileShape(blurred.choices) == blurred)
        #expect(ProfileShape(shape.choices) == shape)
    }

    @Test func `trials forecast what the fitted members forecast`() throws {
        let series = Sample.hourly(count: 24 * 14)
        let trials = try AutoTrials(series, horizon: 24)
        #expect(trials.forecasts.count == trials.names.count && trials.future.count == trials.names.count)
        #expect(trials.forecasts.allSatisfy { $0.count == trials.cuts.count * trials.length })
        #expect(trials.future.allSatisfy { $0.allSatisfy(\.isFinite) })
        // The profile of the last cut is the one that a fit on the rows before it has.
        let last = try #require(trials.cuts.last)
        let before = TimeSeries(
            id: "a", times: Array(series.times.prefix(last)), values: Array(series.values.prefix(last)))
        let earlier = try AutoTrials(before, horizon: 24)
        let name = "Profile blur [1] cycles [2] season [24]"
        let row = try #require(trials.names.firstIndex(of: name))
        let same = try #require(earlier.names.firstIndex(of: name))
        let held = trials.forecasts[row].suffix(trials.length)
        #expect(zip(held, earlier.future[same]).allSatisfy { abs($0 - $1) < 1e-4 })
    }

    @Test func `cuts leave a third of the history and whole horizons`() {
        let plan = OriginPlan(count: 4_000, horizon: 288, season: 288, most: 20)
        #expect(plan.cuts.last == 4_000 - 288)
        #expect(plan.cuts.first! >= 4_000 / 3)
        #expect(OriginPlan(count: 3, horizon: 5, season: 1, most: 20).cuts.allSatisfy { $0 >= 1 })
        #expect(OriginPlan(count: 1, horizon: 5, season: 1, most: 20).cuts.isEmpty)
    }
}
