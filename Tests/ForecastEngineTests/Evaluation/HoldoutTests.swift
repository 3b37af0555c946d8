import ForecastEngine
import Testing

@Suite struct HoldoutTests {
    @Test(arguments: AlgorithmName.available)
    func `nothing after the cut changes a forecast`(name: AlgorithmName) throws {
        var series = Sample.hourly(count: 24 * 12)
        let cut = series.times[24 * 11 - 1]
        let honest = try evaluate(recipe: Recipe(name), on: series, cut: cut)
        for row in (24 * 11)..<series.count { series.values[row] = 1_000 }
        let other = try evaluate(recipe: Recipe(name), on: series, cut: cut)
        #expect(honest.forecast == other.forecast)
        #expect(honest.score.points == 24)
        #expect(honest.score.mae < 1)
        #expect(other.score.smape > 150)
    }

    @Test(arguments: AlgorithmName.available)
    func `a pinned recipe chooses nothing again`(name: AlgorithmName) throws {
        let series = Sample.hourly(count: 24 * 12)
        let model = try TrainedModel.fit(series, recipe: Recipe(name))
        #expect(model.recipe.isPinned)
        let shifted = Sample.hourly(count: 24 * 12, noise: 0.5, seed: 9)
        let again = try TrainedModel.fit(shifted, recipe: model.recipe)
        #expect(again.recipe == model.recipe)
    }

    @Test(arguments: AlgorithmName.available)
    func `the pinned recipe of a fit forecasts the same on the same data`(name: AlgorithmName) throws {
        let series = Sample.hourly(count: 24 * 12)
        let model = try TrainedModel.fit(series, recipe: Recipe(name))
        let again = try TrainedModel.fit(series, recipe: model.recipe)
        #expect(try again.forecast(steps: 24).yhat == model.forecast(steps: 24).yhat)
    }

    @Test func `rolling origins lie one horizon apart and end with the series`() {
        let times = Array(0..<100)
        let cuts = RollingOrigins(horizon: 10, count: 3).cuts(times)
        #expect(cuts.map(\.cut) == [69, 79, 89])
        #expect(cuts.map(\.last) == [79, 89, 99])
        #expect(RollingOrigins(horizon: 10, count: 30, leastTraining: 40).cuts(times).count == 6)
        #expect(RollingOrigins(horizon: 99).cuts(times).isEmpty)
    }

    @Test func `a series without anything to score is a typed error`() throws {
        let series = TimeSeries(id: "a", times: [0, 60, 120], values: [1, 2, .nan])
        #expect(throws: ForecastError.self) { try evaluate(recipe: Recipe(.naive), on: series, cut: 60) }
        #expect(throws: ForecastError.self) { try evaluate(recipe: Recipe(.naive), on: series, cut: -1) }
        #expect(throws: ForecastError.self) {
            try RollingOrigins(horizon: 3).evaluate(recipe: Recipe(.naive), on: series)
        }
    }
}
