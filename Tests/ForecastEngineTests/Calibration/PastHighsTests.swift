import Foundation
import Testing

@testable import ForecastEngine

@Suite("Past highs") struct PastHighsTests {
    /// Hours of use: a day's shape, and one burst a day at any hour whose height follows a Gumbel distribution.
    private func use(days: Int, seed: UInt64) -> TimeSeries {
        var random = RandomGenerator(seed: seed)
        var values: [Double] = []
        for _ in 0..<days {
            let burst = random.index(24)
            let height = 10 - log(-log(max(1e-12, random.uniform())))
            values += (0..<24).map { hour in
                2 + sin(Double(hour) * .pi / 12) + 0.05 * random.normal() + (hour == burst ? height : 0)
            }
        }
        return TimeSeries(id: "app/cpu", times: values.indices.map { $0 * 3_600 }, values: values)
    }

    private func highs(_ values: [Double], season: Int = 1, horizon: Int, unit: Double = 1) throws -> PastHighs? {
        let series = TimeSeries(id: "s", times: values.indices.map { $0 * 3_600 }, values: values)
        let grid = try RegularGrid(series, step: .seconds(3_600))
        return PastHighs(grid, season: season, horizon: horizon, unit: unit)
    }

    @Test func `blocks are seasons from the end backwards`() throws {
        // 9 | 1 5 | 2 7 | 3 3: what is left over at the beginning counts for nothing.
        let highs = try #require(try highs([9, 1, 5, 2, 7, 3, 3], season: 2, horizon: 4, unit: 2))
        #expect(highs.block == 2)
        #expect(highs.count == 3)
        #expect(highs.highest == 3.5)
        #expect(highs.deviation == 1)
    }

    @Test func `without a season within it a block is a horizon`() throws {
        #expect(try highs([1, 5, 2, 7], season: 3, horizon: 2)?.block == 2)
        #expect(try highs([1, 5, 2, 7], horizon: 2)?.block == 2)
        #expect(try highs([1, 5, 2], horizon: 2) == nil)
    }

    @Test func `blocks that were hardly observed do not count`() throws {
        let highs = try #require(
            try highs([1, 1, 1, .nan, .nan, 99, 3, .nan, 3, 5, 4, .nan], season: 3, horizon: 6))
        #expect(highs.count == 3)
        #expect(highs.highest == 5)
    }

    @Test func `maxima beyond what can be stored are left out`() throws {
        #expect(try highs([1e200, 1], horizon: 1, unit: 1e-200) == nil)
        #expect(try highs([1e200, 1], horizon: 1) == nil)
    }

    @Test func `of Gumbel maxima the quantile holds what it says`() throws {
        var random = RandomGenerator(seed: 5)
        func gumbel() -> Double { -log(-log(max(1e-12, random.uniform()))) }
        for quantile in [0.6, 0.9, 0.99] {
            let below = try (0..<2_000).count { _ in
                // With a hundred blocks known the scale is, nearly.
                let highs = try #require(try highs((0..<100).map { _ in gumbel() }, horizon: 1))
                return (0..<40).map { _ in gumbel() }.max()! <= highs.quantile(quantile, steps: 40)
            }
            #expect(abs(Double(below) / 2_000 - quantile) < 0.02, "\(quantile): \(below) of 2000")
        }
    }

    @Test func `fewer blocks of the same spread reach higher`() throws {
        let pair = try #require(try highs([4, 6], horizon: 1))
        let many = try #require(try highs([Double](repeating: 4, count: 9) + [6], horizon: 1))
        #expect(pair.quantile(0.9, steps: 7) > many.quantile(0.9, steps: 7) + 1)
        #expect(many.quantile(0.9, steps: 7) > many.quantile(0.9, steps: 3))
        #expect(many.quantile(0.99, steps: 7) > many.quantile(0.9, steps: 7))
    }

    @Test func `a week after two weeks is covered as often as was asked for`() throws {
        var below = 0
        for seed in 0..<60 {
            let whole = use(days: 22, seed: UInt64(seed))
            let past = TimeSeries(
                id: whole.id, times: Array(whole.times.prefix(360)), values: Array(whole.values.prefix(360)))
            let model = try TrainedModel.fit(past, recipe: Recipe(.profile), horizon: 168)
            let peak = try model.maximum(from: model.end, over: 168, quantile: 0.9)
            #expect(!peak.isCalibrated)
            if whole.values.suffix(168).max()! <= peak.value { below += 1 }
        }
        print("weeks covered: \(below) of 60")
        #expect((50...58).contains(below))
    }

    @Test func `an artifact keeps them, and one from before them is as it was`() throws {
        let model = try TrainedModel.fit(use(days: 15, seed: 1), recipe: Recipe(.profile), horizon: 168)
        #expect(model.calibration?.highs?.block == 24)
        #expect(model.calibration?.highs?.count == 15)
        let read = try ModelArtifact(decoding: ModelArtifact(models: [model]).encode()).models[0]
        let peak = try model.maximum(from: model.end, over: 168, quantile: 0.9).value
        #expect(try read.maximum(from: model.end, over: 168, quantile: 0.9).value == peak)
        var before = model
        before.calibration?.highs = nil
        #expect(try before.maximum(from: model.end, over: 168, quantile: 0.9).value != peak)
        // What is no maximum, and no horizon of whole blocks, does not ask for them.
        for (statistic, steps) in [(HorizonStatistic.mean, 168), (.value, 168), (.maximum, 12)] {
            let with = try model.statements(about: statistic, from: model.end, over: steps, quantiles: [0.9])
            let without = try before.statements(about: statistic, from: model.end, over: steps, quantiles: [0.9])
            #expect(with[0].value == without[0].value)
        }
    }

    @Test(arguments: [(0, 2, 1.0, 1.0), (1, 1, 1, 1), (1, 2, .nan, 1), (1, 2, 1, -1), (1, 2, 1, .infinity)])
    func `maxima that no history had are refused`(block: Int, count: Int, highest: Double, deviation: Double) throws {
        var model = try TrainedModel.fit(use(days: 8, seed: 1), recipe: Recipe(.naive), horizon: 24)
        model.calibration?.highs?.block = block
        model.calibration?.highs?.count = count
        model.calibration?.highs?.highest = highest
        model.calibration?.highs?.deviation = deviation
        let bytes = try ModelArtifact(models: [model]).encode()
        let error = #expect(throws: ForecastError.self) { try ModelArtifact(decoding: bytes) }
        #expect(error?.code == .corruptArtifact)
    }
}
