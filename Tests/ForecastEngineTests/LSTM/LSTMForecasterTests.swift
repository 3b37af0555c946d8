import Foundation
import Testing

@testable import ForecastEngine

@Suite("LSTM") struct LSTMForecasterTests {
    private func quick(_ series: TimeSeries) throws -> TrainedModel {
        var recipe = Recipe(.lstm)
        recipe.choices = Choices(numbers: ["epochs": [1]])
        return try TrainedModel.fit(series, recipe: recipe)
    }

    @Test func `a series of a few days is refused with the number of steps it takes`() {
        #expect {
            _ = try TrainedModel.fit(Sample.hourly(count: 100), recipe: Recipe(.lstm))
        } throws: { error in
            guard let error = error as? ForecastError else { return false }
            return error.code == .tooShort && error.message.contains("264")
        }
    }

    @Test func `the same seed gives the same forecast, another seed another`() throws {
        let series = Sample.hourly(count: 24 * 15)
        let one = try quick(series).forecast(steps: 24)
        #expect(try quick(series).forecast(steps: 24) == one)
        var recipe = Recipe(settings: AlgorithmSettings(name: .lstm, seed: 5))
        recipe.choices = Choices(numbers: ["epochs": [1]])
        #expect(try TrainedModel.fit(series, recipe: recipe).forecast(steps: 24).yhat != one.yhat)
    }

    @Test func `quantiles keep their order, and horizons longer than a day go on`() throws {
        let forecast = try quick(Sample.hourly(count: 24 * 15)).forecast(steps: 60)
        #expect(forecast.yhat.count == 60)
        for i in 0..<60 {
            #expect(forecast.yhat[i].isFinite)
            #expect(forecast.lower[i] <= forecast.upper[i])
        }
    }

    @Test func `a constant series goes on`() throws {
        let series = DegenerateSeries.series([Double](repeating: 5, count: 300), step: 3_600)
        #expect(try TrainedModel.fit(series, recipe: Recipe(.lstm)).forecast(steps: 30).yhat.allSatisfy { $0 == 5 })
    }

    @Test func `huge and tiny values give finite forecasts`() throws {
        for scale in [1e140, 1e-140] {
            let values = Sample.hourly(count: 300).values.map { $0 * scale }
            let forecast = try quick(DegenerateSeries.series(values, step: 3_600)).forecast(steps: 24)
            #expect(forecast.yhat.allSatisfy { $0.isFinite && abs($0) < 100 * scale })
        }
    }

    @Test func `a stored network forecasts as before`() throws {
        let model = try quick(Sample.hourly(count: 24 * 15))
        let artifact = try ModelArtifact(decoding: ModelArtifact(models: [model]).encode())
        #expect(try artifact.models[0].forecast(steps: 24) == model.forecast(steps: 24))
    }

    @Test func `one network serves many series, and only the LSTM is global`() throws {
        var recipe = Recipe(.lstm)
        recipe.choices = Choices(numbers: ["epochs": [1]])
        let series = (1...3).map { Sample.hourly(count: 24 * 14, id: "s\($0)", seed: UInt64($0)) }
        let models = try TrainedModel.fitGlobally(series, recipe: recipe)
        #expect(models.map(\.seriesID) == ["s1", "s2", "s3"])
        #expect(throws: ForecastError.self) { try TrainedModel.fitGlobally(series, recipe: Recipe(.ets)) }
    }

    @Test func `what cannot be trained together fails by itself, and the others are as without it`() throws {
        var recipe = Recipe(.lstm)
        recipe.choices = Choices(numbers: ["epochs": [1]])
        let good = (1...2).map { Sample.hourly(count: 24 * 14, id: "s\($0)", seed: UInt64($0)) }
        let short = Sample.hourly(count: 100, id: "short")
        let results = TrainedModel.fitTogether([good[0], short, good[1]], recipe: recipe)
        let models = try [results[0].get(), results[2].get()]
        #expect(models.map(\.seriesID) == ["s1", "s2"])
        let error = #expect(throws: ForecastError.self) { try results[1].get() }
        #expect(error?.code == .tooShort && error?.message.contains("short") == true)
        let alone = try TrainedModel.fitGlobally(good, recipe: recipe)
        for (model, other) in zip(models, alone) { #expect(try model.forecast(steps: 24) == other.forecast(steps: 24)) }
        // They share a network, which no series alone would have given.
        let single = try TrainedModel.fit(good[0], recipe: recipe)
        #expect(try single.forecast(steps: 24).yhat != models[0].forecast(steps: 24).yhat)
        #expect(models[0].lowest == 0)
    }

    @Test func `origins of a fleet are scored by a network that saw nothing after their cuts`() throws {
        var recipe = Recipe(.lstm)
        recipe.choices = Choices(numbers: ["epochs": [0]])
        var series = (1...2).map { Sample.hourly(count: 24 * 13, id: "s\($0)", seed: UInt64($0)) }
        series.append(Sample.hourly(count: 100, id: "short"))
        // The second origin has no room for the network before it.
        let two = RollingOrigins(horizon: 30, count: 2)
        let untrained = two.evaluateTogether(recipe: recipe, on: series)
        #expect(try untrained[0].get().map(\.cut) == [two.cuts(series[0].times)[1].cut])
        #expect(throws: ForecastError.self) { try untrained[2].get() }
        let days = RollingOrigins(horizon: 24, count: 2)
        #expect(
            try days.evaluateTogether(recipe: recipe, on: series)[0].get().map(\.cut)
                == days.cuts(series[0].times).map(\.cut))

        recipe.choices = Choices(numbers: ["epochs": [1]])
        let plan = RollingOrigins(horizon: 24)
        let before = try plan.evaluateTogether(recipe: recipe, on: series)[0].get()
        // What comes after the cuts, of any series, changes no forecast.
        for place in series.indices {
            for row in (series[place].count - 24)..<series[place].count { series[place].values[row] *= 3 }
        }
        let after = try plan.evaluateTogether(recipe: recipe, on: series)[0].get()
        #expect(after[0].forecast == before[0].forecast)
        #expect(after[0].score.mae != before[0].score.mae)
    }

    /// The shared data lie beside the repository; without them there is nothing to measure.
    @Test func `on etth1 a global network has a lower MASE than the seasonal naive forecast`() throws {
        guard let text = SharedData.read("etth1.csv") else { return }
        let columns = SharedData.panel(text)
        let origins = 10
        let cut = (columns.map(\.values.count).min() ?? 0) - 24 * origins
        // A third of a year teaches enough to be better, and keeps the test short.
        let from = cut - 3_000
        let start = 1_467_331_200
        let series = columns.map { column in
            TimeSeries(
                id: column.id, times: (from..<cut).map { start + $0 * 3_600 }, values: Array(column.values[from..<cut]))
        }
        let models = try TrainedModel.fitGlobally(series, recipe: Recipe(.lstm))
        var ours = 0.0
        var naive = 0.0
        for (column, model) in zip(columns, models) {
            let y = column.values
            let scale = Metrics.maseScale(Array(y[from..<cut]), seasonLength: 24)
            let network = try #require(model.model.algorithm as? LSTMForecaster)
            let all = LSTMSeries(
                values: Array(y[from...]), observed: y[from...].map { _ in true },
                times: (from..<y.count).map { start + $0 * 3_600 }, mean: network.mean, deviation: network.deviation)
            for origin in 0..<origins {
                let first = cut + 24 * origin
                let actual = Array(y[first..<(first + 24)])
                let median = network.quantiles(all, origin: first - from).map { $0[1] }
                ours += Metrics.mase(actual: actual, forecast: median, scale: scale)
                naive += Metrics.mase(actual: actual, forecast: Array(y[(first - 24)..<first]), scale: scale)
            }
        }
        let count = Double(origins * columns.count)
        print("etth1: MASE of the LSTM \(ours / count), of SeasonalNaive \(naive / count)")
        #expect(ours < naive)
    }
}
