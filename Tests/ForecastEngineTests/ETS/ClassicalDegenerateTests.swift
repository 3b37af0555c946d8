import Testing

@testable import ForecastEngine

@Suite("Classical methods on degenerate series") struct ClassicalDegenerateTests {
    static let names: [AlgorithmName] = [.ets, .theta, .mstl, .autoARIMA].filter { $0.algorithm != nil }

    @Test(arguments: names, DegenerateSeries.all)
    func `forecasts of a degenerate series are numbers of its own size`(
        _ name: AlgorithmName, _ named: DegenerateSeries.Named
    ) throws {
        for step in [3_600, 86_400] {
            let series = DegenerateSeries.series(named.values, step: step)
            let model = try TrainedModel.fit(series, recipe: Recipe(name), calibrate: false)
            let forecast = try model.forecast(steps: 30)
            let largest = named.values.map(abs).max() ?? 0
            for values in [forecast.yhat, forecast.lower, forecast.upper] {
                #expect(values.allSatisfy { $0.isFinite })
            }
            // A line or a growth may go on for thirty steps, but nothing may explode.
            let bound = named.name == "exponential growth" ? 1e16 : 40.0
            #expect(forecast.yhat.allSatisfy { abs($0) <= bound * largest })
        }
    }

    @Test(arguments: names)
    func `a constant series goes on for ever without an interval`(_ name: AlgorithmName) throws {
        let series = DegenerateSeries.series([Double](repeating: 5, count: 50))
        let forecast = try TrainedModel.fit(series, recipe: Recipe(name), calibrate: false).forecast(steps: 10)
        for values in [forecast.yhat, forecast.lower, forecast.upper] {
            #expect(values.allSatisfy { abs($0 - 5) < 1e-6 })
        }
    }

    @Test(arguments: names)
    func `fitting a trained recipe again gives the same forecast, and on other data keeps its choices`(
        _ name: AlgorithmName
    ) throws {
        let series = Sample.hourly(count: 24 * 14)
        let first = try TrainedModel.fit(series, recipe: Recipe(name), calibrate: false)
        let again = try TrainedModel.fit(series, recipe: first.recipe, calibrate: false)
        #expect(try again.forecast(steps: 24) == first.forecast(steps: 24))
        #expect(again.recipe == first.recipe)
        let other = try TrainedModel.fit(
            Sample.hourly(count: 24 * 12, noise: 2, seed: 9), recipe: first.recipe, calibrate: false)
        #expect(other.recipe.choices == first.recipe.choices)
    }

    @Test(arguments: names)
    func `a stored model forecasts as before`(_ name: AlgorithmName) throws {
        let model = try TrainedModel.fit(Sample.hourly(count: 24 * 14), recipe: Recipe(name))
        let artifact = try ModelArtifact(decoding: ModelArtifact(models: [model]).encode())
        #expect(try artifact.models[0].forecast(steps: 24) == model.forecast(steps: 24))
    }
}
