import ForecastEngine
import Testing

@Suite struct TrainedModelTests {
    @Test func `seasonal naive repeats the last season`() throws {
        let series = Sample.hourly(count: 24 * 10)
        let model = try TrainedModel.fit(series, recipe: Recipe(.seasonalNaive))
        let forecast = try model.forecast(steps: 48)
        #expect(forecast.times.first == series.times.last! + 3_600)
        #expect(Array(forecast.yhat.prefix(24)) == Array(series.values.suffix(24)))
        #expect(Array(forecast.yhat.suffix(24)) == Array(series.values.suffix(24)))
        #expect(zip(forecast.lower, forecast.upper).allSatisfy { $0 < $1 })
    }

    @Test func `an artifact forecasts what its model forecast`() throws {
        let model = try TrainedModel.fit(Sample.hourly(count: 240), recipe: Recipe(.seasonalNaive))
        let bytes = try ModelArtifact(models: [model], metadata: ["image": "presage:1"]).encode()
        let read = try ModelArtifact(decoding: bytes)
        #expect(read.metadata == ["image": "presage:1"])
        #expect(try read.models[0].forecast(steps: 30) == model.forecast(steps: 30))
        #expect(try read.encode() == bytes)
        #expect(read.models[0].recipe == model.recipe)
    }

    @Test func `the maximum over a horizon is at least the mean over it`() throws {
        let model = try TrainedModel.fit(Sample.hourly(count: 24 * 40), recipe: Recipe(.seasonalNaive))
        let peak = try model.maximum(from: model.end, over: 24, quantile: 0.9)
        let mean = try model.statements(about: .mean, from: model.end, over: 24, quantiles: [0.9])[0]
        #expect(peak.value > mean.value)
        #expect(peak.isCalibrated)
        #expect(peak.pastHorizons >= 9)
    }
}
