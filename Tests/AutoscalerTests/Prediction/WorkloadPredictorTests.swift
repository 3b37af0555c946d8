import Autoscaler
import ForecastEngine
import Foundation
import Testing

struct WorkloadPredictorTests {
    /// Hourly use with a daily rhythm: 0.2 at night, 1.0 at noon, and a little noise.
    private func history(_ id: String, days: Int, scale: Double = 1) -> TimeSeries {
        var random = SplitMix(state: 11)
        let start = 1_788_000_000 / 86_400 * 86_400
        let times = (0..<(days * 24)).map { start + $0 * 3600 }
        let values = times.map { time in
            let hour = Double(time % 86_400) / 3600
            let rhythm = 0.6 - 0.4 * cos(2 * .pi * hour / 24)
            return scale * (rhythm + Double.random(in: -0.03...0.03, using: &random))
        }
        return TimeSeries(id: id, times: times, values: values)
    }

    private func model(_ id: String, days: Int = 28, scale: Double = 1, horizon: Int = 24) throws -> TrainedModel {
        try TrainedModel.fit(history(id, days: days, scale: scale), recipe: Recipe(.seasonalNaive), horizon: horizon)
    }

    @Test func `the peak is near the highest use of the day and above its mean`() throws {
        let model = try model("app/cpu")
        let peak = try WorkloadPredictor(horizon: .day).predict(model, from: model.end)
        let mean = try WorkloadPredictor(horizon: .day, statistic: .mean).predict(model, from: model.end)
        #expect((0.95...1.2).contains(peak.value))
        #expect((0.5...0.7).contains(mean.value))
        #expect(peak.lower <= peak.value && peak.value <= peak.upper)
    }

    @Test func `series become containers and resources`() throws {
        let models = try [model("app/cpu"), model("app/memory", scale: 1e9), model("web/cpu"), model("shop-7")]
        let prediction = WorkloadPredictor(horizon: .day).predict(models, from: models[0].end)
        #expect(Set(prediction.containers.keys) == ["app", "web"])
        #expect(prediction.containers["web"]?.memory == nil)
        #expect(prediction.containers["app"]?.memory.map { $0.value > 9e8 } == true)
        #expect(prediction.problems.isEmpty)
    }

    @Test(arguments: [0.0, -0.02])
    func `memory that is forecast to vanish is no forecast, for nothing runs without; CPU may be idle`(slope: Double)
        throws
    {
        let times = (0..<200).map { 1_788_000_000 + $0 * 3600 }
        let models = try ["app/cpu", "app/memory"].map { id in
            try TrainedModel.fit(
                TimeSeries(id: id, times: times, values: times.indices.map { max(0, slope * Double($0 - 200)) }),
                recipe: Recipe(.theta), horizon: 48)
        }
        let prediction = WorkloadPredictor(horizon: .week, statistic: .mean).predict(
            models, from: (times.last ?? 0) + 7 * 86_400)
        #expect(prediction.containers["app"]?.cpu?.value == 0)
        #expect(prediction.containers["app"]?.memory == nil)
        #expect(prediction.problems.map(\.series) == ["app/memory"])
        #expect(prediction.problems.first?.message.contains("no memory is used") == true)
    }

    @Test(arguments: [("a/cpu", "a", ResourceName.cpu), ("a/b/memory", "a/b", .memory)])
    func `ids are read from the last slash`(id: String, container: String, resource: ResourceName) throws {
        let parsed = try #require(WorkloadPredictor.parse(series: id))
        #expect(parsed.container == container)
        #expect(parsed.resource == resource)
    }

    @Test(arguments: ["cpu", "/cpu", "a/disk", "a/", ""])
    func `other ids are about no container`(id: String) {
        #expect(WorkloadPredictor.parse(series: id) == nil)
    }

    @Test func `a month is four weeks and the largest counts`() throws {
        let model = try model("app/cpu", days: 70, horizon: 7 * 24)
        let peak = try WorkloadPredictor(horizon: .month).predict(model, from: model.end)
        #expect(peak.samples.count == 4)
        #expect(peak.value == peak.samples.max())
        #expect(peak.phrase.contains("busiest of the next four weeks"))
        // Ten weeks of history have too few past weeks for any.
        #expect(peak.phrase.contains("too few to confirm 90%"))
        let long = try self.model("app/cpu", days: 160, horizon: 7 * 24)
        let later = try WorkloadPredictor(horizon: .month).predict(long, from: long.end)
        #expect(later.phrase.contains("past weeks, all nearer to their training)"))
        let mean = try WorkloadPredictor(horizon: .month, statistic: .mean).predict(model, from: model.end)
        #expect(abs(mean.value - mean.samples.reduce(0, +) / 4) < 1e-12)
    }

    @Test func `too few past horizons are said`() throws {
        let model = try model("app/cpu", days: 6)
        let prediction = try WorkloadPredictor(horizon: .day).predict(model, from: model.end)
        #expect(!prediction.isCalibrated)
        #expect(prediction.pastHorizons < 9)
        #expect(prediction.phrase.contains("too few to confirm 90%"))
        #expect(prediction.phrase.hasPrefix("the 90% upper bound of the highest use in the next day"))
        #expect(try prediction.value == model.maximum(from: model.end, over: 24, quantile: 0.9).value)
        #expect(prediction.lower < prediction.value && prediction.value < prediction.upper)
    }

    @Test func `enough past horizons are counted in the phrase`() throws {
        let model = try model("app/cpu", days: 40)
        let prediction = try WorkloadPredictor(horizon: .day).predict(model, from: model.end)
        #expect(prediction.isCalibrated)
        #expect(
            prediction.phrase.hasPrefix(
                "the 90% upper bound of the highest use in the next day (SeasonalNaive, checked on"))
    }

    @Test func `a day that begins hours after the training is confirmed by past days too`() throws {
        let model = try model("app/cpu", days: 40)
        let predictor = WorkloadPredictor(horizon: .day)
        let first = try predictor.predict(model, from: model.end)
        let later = try predictor.predict(model, from: model.end + 23 * 3_600)
        #expect(later.isCalibrated && later.phrase == first.phrase)
        #expect(abs(later.value / first.value - 1) < 0.05)
        // Two days on nothing of the kind was held out.
        let late = try predictor.predict(model, from: model.end + 48 * 3_600)
        #expect(!late.isCalibrated && late.phrase.contains("past days, all nearer to their training)"))
    }

    @Test func `a present after the end of the history looks ahead from the present`() throws {
        // Growing use: a later day needs more.
        let times = (0..<400).map { 1_788_000_000 + $0 * 3600 }
        let series = TimeSeries(id: "app/cpu", times: times, values: times.indices.map { Double($0) / 100 })
        let model = try TrainedModel.fit(series, recipe: Recipe(.theta), horizon: 48)
        let predictor = WorkloadPredictor(horizon: .day, statistic: .mean)
        let near = try predictor.predict(model, from: model.end)
        let later = try predictor.predict(model, from: model.end + 86_400)
        #expect(later.value > near.value)
        // A clock behind the history does not look into the past.
        #expect(try predictor.predict(model, from: 0) == near)
    }

    @Test func `a history in months is refused by name`() throws {
        let step = TimeStep.months(1)
        let times = step.times(after: 1_700_000_000, count: 36)
        let series = TimeSeries(id: "app/cpu", times: times, values: times.indices.map { Double($0 % 12) })
        let model = try TrainedModel.fit(series, recipe: Recipe(.naive))
        let prediction = WorkloadPredictor(horizon: .day).predict([model], from: model.end)
        #expect(prediction.problems.map(\.series) == ["app/cpu"])
        #expect(prediction.containers.isEmpty)
    }

    @Test func `use is never below zero`() throws {
        let times = (0..<400).map { 1_788_000_000 + $0 * 3600 }
        let series = TimeSeries(id: "app/cpu", times: times, values: times.indices.map { 4 - Double($0) / 100 })
        let model = try TrainedModel.fit(series, recipe: Recipe(.theta), horizon: 24)
        let prediction = try WorkloadPredictor(horizon: .week).predict(model, from: model.end)
        #expect(prediction.value >= 0 && prediction.lower >= 0)
    }
}
