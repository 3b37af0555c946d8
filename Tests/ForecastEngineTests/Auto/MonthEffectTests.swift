import Foundation
import Testing

@testable import ForecastEngine

@Suite struct MonthEffectTests {
    private static let start = CalendarDate(year: 2024, month: 1, day: 1).time

    /// Days with noise, a weekend, and what `extra` multiplies them with.
    private func sales(_ days: Int, extra: (CalendarDate) -> Double = { _ in 1 }) -> TimeSeries {
        var random = RandomGenerator(seed: 3)
        let times = (0..<days).map { Self.start + 86_400 * $0 }
        return TimeSeries(
            id: "shop", times: times,
            values: times.map { time in
                let date = CalendarDate(time: time)
                return 100 * (date.weekday == 0 ? 0.6 : 1) * exp(0.1 * random.normal()) * extra(date)
            })
    }

    private func effect(_ series: TimeSeries, until cut: Int? = nil) throws -> MonthEffect? {
        MonthEffect(try RegularGrid(series, step: .seconds(86_400)), until: cut ?? series.count)
    }

    private func factor(_ effect: MonthEffect, _ day: Int) -> Double {
        effect(1, at: CalendarDate(year: 2025, month: 3, day: day).time)
    }

    @Test func `the first and the last days are at one place in every month`() {
        for month in 1...12 {
            let first = CalendarDate(year: 2025, month: month, day: 1)
            #expect(MonthEffect.place(of: first.time) == 0)
            #expect(MonthEffect.place(of: first.time + 86_399) == 0)
            let last = first.time + 86_400 * (first.daysInMonth - 1)
            #expect(MonthEffect.place(of: last) == 30)
            let places = (0..<first.daysInMonth).map { MonthEffect.place(of: first.time + 86_400 * $0) }
            #expect(places == Set(places).sorted())
        }
    }

    @Test func `a run on the last day of each month is forecast on that day`() throws {
        let series = sales(730) { $0.isLastOfMonth ? 5 : 1 }
        let effect = try #require(try effect(series))
        #expect(abs(factor(effect, 31) - 5) < 0.3)
        for day in [1, 2, 15, 29] { #expect(abs(factor(effect, day) - 1) < 0.15) }

        let model = try TrainedModel.fit(series, recipe: Recipe(.auto), horizon: 31)
        let forecast = try model.forecast(steps: 31).yhat
        let january = try #require(forecast.indices.max { forecast[$0] < forecast[$1] })
        // 730 days of 2024 and 2025 end on 30 December.
        #expect(january == 0 && forecast[0] > 350)
        #expect(forecast.dropFirst().dropLast().allSatisfy { $0 < 150 })
    }

    @Test func `sales that rise towards pay day are forecast better than by the catalogue alone`() throws {
        let series = sales(600) { 1 + 0.3 * cos(2 * Double.pi * Double($0.day - 28) / 30.4) }
        let cut = series.times[series.count - 31]
        let auto = try evaluate(recipe: Recipe(.auto), on: series, cut: cut).score.mase
        let best = try [AlgorithmName.seasonalNaive, .ets, .theta, .prophet].map {
            try evaluate(recipe: Recipe($0), on: series, cut: cut).score.mase
        }.min()
        #expect(auto < 0.7 * (try #require(best)))
    }

    @Test func `where months have no effect there is next to none`() throws {
        let effect = try #require(try effect(sales(365)))
        // A place has twelve days with noise of 0.1: their mean is off by 0.03, and drawn to its neighbours by less.
        let off = (1...31).map { abs(factor(effect, $0) - 1) }
        #expect(Statistics.mean(off) < 0.02 && off.allSatisfy { $0 < 0.08 })
    }

    @Test func `a wild day is no effect`() throws {
        var series = sales(365)
        series.values[44] = 1e9
        let effect = try #require(try effect(series))
        #expect((1...31).allSatisfy { abs(factor(effect, $0) - 1) < 0.1 })
    }

    @Test func `what goes below zero is added to, not multiplied`() throws {
        var series = sales(730)
        for t in series.values.indices {
            series.values[t] += CalendarDate(time: series.times[t]).day == 1 ? -1_000 : -100
        }
        let effect = try #require(try effect(series))
        #expect(!effect.scales)
        #expect(abs(effect(0, at: CalendarDate(year: 2026, month: 1, day: 1).time) + 900) < 30)
    }

    @Test func `it looks back only, and needs three months of days`() throws {
        var series = sales(400)
        let before = try effect(series, until: 200)
        for t in 200..<400 { series.values[t] = -1 }
        #expect(try effect(series, until: 200) == before && before != nil)
        #expect(try effect(series, until: 89) == nil)
        #expect(
            MonthEffect(try RegularGrid(Sample.hourly(count: 24 * 200), step: .seconds(3_600)), until: 4_800) == nil)
        // Closed days are not known days.
        for t in 0..<400 where t % 4 != 0 { series.values[t] = 0 }
        #expect(try effect(series, until: 200) == nil)
    }

    @Test(arguments: [0.0, 5, 1e-300, 1e150, -1e150])
    func `days that are all alike have none, however large`(value: Double) throws {
        var series = sales(200)
        for t in series.values.indices { series.values[t] = value }
        let effect = try effect(series)
        #expect(effect?.effects.allSatisfy { $0 == 0 } ?? (value == 0))
        series.values[50] = -value
        series.values[60] = value / 1e100
        for place in 0..<31 {
            let time = Self.start + 86_400 * place
            #expect(try self.effect(series)?(1e150, at: time).isFinite ?? (value <= 0))
        }
    }

    @Test func `its curve is a component of Auto, and hours have none`() throws {
        let series = sales(730) { $0.isLastOfMonth ? 5 : 1 }
        let model = try TrainedModel.fit(series, recipe: Recipe(.auto), horizon: 30)
        let curve = try #require(
            try model.componentCurves(history: series, future: FutureFrame(times: [model.end + 86_400])).first)
        #expect(curve.kind == .month && curve.mode == .multiplicative && curve.values.count == 31)
        #expect(abs(curve.values[30] - 4) < 0.3 && curve.values.dropLast().allSatisfy { abs($0) < 0.15 })

        let hours = Sample.hourly(count: 24 * 14)
        let hourly = try TrainedModel.fit(hours, recipe: Recipe(.auto))
        #expect(try hourly.componentCurves(history: hours, future: FutureFrame(times: [hourly.end + 3_600])).isEmpty)
    }

    @Test func `an artifact keeps it, and one whose effect is nonsense is refused`() throws {
        let series = sales(365) { $0.day == 1 ? 3 : 1 }
        let model = try TrainedModel.fit(series, recipe: Recipe(.auto), horizon: 30)
        let bytes = try ModelArtifact(models: [model]).encode()
        #expect(try ModelArtifact(decoding: bytes).models[0].forecast(steps: 30) == model.forecast(steps: 30))
        for flawed in [[0.0], Array(repeating: 8, count: 31), Array(repeating: .nan, count: 31)] {
            var effect = try #require(try self.effect(series))
            effect.effects = flawed
            #expect(effect.flaw != nil)
        }
    }
}
