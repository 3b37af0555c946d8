import Testing

@testable import ForecastEngine

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

    @Test func `the end of the history is kept where it is asked for, and read back`() throws {
        var series = Sample.hourly(count: 24 * 40)
        series.values[series.count - 3] = .nan
        var model = try TrainedModel.fit(series, recipe: Recipe(.seasonalNaive), calibrate: false)
        #expect(model.history == nil)
        let without = try model.forecast(steps: 24)
        model.keepHistory(of: series, steps: 48)
        let read = try ModelArtifact(decoding: ModelArtifact(models: [model]).encode()).models[0]
        let history = try #require(read.history)
        #expect(history.id == series.id && history.times == Array(series.times.suffix(48)))
        for (kept, value) in zip(history.values, series.values.suffix(48)) {
            #expect(value.isNaN ? kept.isNaN : kept == Double(Float(value)))
        }
        #expect(try read.forecast(steps: 24) == without)

        model.keepHistory(of: series, steps: .max)
        #expect(model.history?.count == series.count, "no more than there is")
        model.keepHistory(of: series, steps: 0)
        #expect(model.history == nil)
    }

    @Test func `a history of months keeps its months, and the highest of several rows`() throws {
        let times = (0..<30).map { CalendarDate(year: 2020, month: 1, day: 31).adding(months: $0).time }
        var series = TimeSeries(id: "m", times: times, values: (0..<30).map { Double($0 % 12) })
        var model = try TrainedModel.fit(series, recipe: Recipe(.naive), calibrate: false)
        series.times.append(times[29])
        series.values.append(99)
        model.keepHistory(of: series, steps: 3)
        #expect(model.history?.times == Array(times.suffix(3)))
        #expect(model.history?.values == [3, 4, 99])
    }

    @Test func `an artifact that keeps too long a history is refused`() throws {
        var model = try TrainedModel.fit(Sample.hourly(count: 240), recipe: Recipe(.seasonalNaive), calibrate: false)
        model.recent = [Float](repeating: 1, count: TrainedModel.longestHistory + 1)
        let bytes = try ModelArtifact(models: [model]).encode()
        #expect(throws: ForecastError.self) { try ModelArtifact(decoding: bytes) }
    }
}
