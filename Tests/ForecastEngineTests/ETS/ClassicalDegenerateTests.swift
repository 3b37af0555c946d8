import Foundation
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

    /// A random series of a random kind: levels, scales, zeros, spikes, gaps, repetitions and lengths from one up.
    private static func randomSeries(_ random: inout RandomGenerator) -> TimeSeries {
        let count = 1 + random.index(random.index(3) == 0 ? 12 : 160)
        let scale = [1e-200, 1e-9, 1, 1e6, 1e12, 1e120][random.index(6)]
        let level = [0.0, 1, -5, 1_000][random.index(4)]
        let zeros = [0.0, 0, 0.3, 0.9][random.index(4)]
        let gaps = [0.0, 0, 0.2][random.index(3)]
        let period = [1, 2, 7, 12, 24][random.index(5)]
        let walks = random.index(3) == 0
        var walk = 0.0
        let values = (0..<count).map { (t: Int) -> Double in
            walk += random.normal()
            var value = level + (walks ? walk : random.normal()) + 3 * sin(2 * Double.pi * Double(t) / Double(period))
            if random.uniform() < 0.02 { value *= 1_000 }
            if random.uniform() < 0.1 { value = value.rounded() }
            if random.uniform() < zeros { value = 0 }
            return t > 0 && random.uniform() < gaps ? .nan : value * scale
        }
        return DegenerateSeries.series(values, step: [300, 3_600, 86_400][random.index(3)])
    }

    @Test(arguments: names)
    func `random series give finite forecasts in an ordered interval`(_ name: AlgorithmName) throws {
        var random = RandomGenerator(seed: 2026)
        for _ in 0..<300 {
            let series = Self.randomSeries(&random)
            let forecast = try TrainedModel.fit(series, recipe: Recipe(name), calibrate: false).forecast(steps: 26)
            for i in 0..<26 {
                #expect(forecast.yhat[i].isFinite && forecast.lower[i].isFinite && forecast.upper[i].isFinite)
                #expect(forecast.lower[i] <= forecast.yhat[i] && forecast.yhat[i] <= forecast.upper[i])
            }
        }
    }
}
