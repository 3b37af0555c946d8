import ForecastEngine
import Foundation
import Testing

/// What a forecast is taken apart into adds up to the forecast.
@Suite struct ComponentCurveTests {
    private static let day = 86_400
    /// 2024-01-01, a Monday.
    private static let start = 1_704_067_200

    /// Daily values with a trend, a week, and a column that explains part of them.
    private static func daily(count: Int = 120, columns: Bool = false) -> TimeSeries {
        var random = RandomGenerator(seed: 3)
        let promo = (0..<count).map { $0 % 11 == 3 ? 1.0 : 0 }
        return TimeSeries(
            id: "shop", times: (0..<count).map { start + $0 * day },
            values: (0..<count).map { (i: Int) -> Double in
                let weekday: Double = 10 * Double(i % 7) / 7
                let effect: Double = columns ? 25 * promo[i] : 0
                return 100 + 0.2 * Double(i) + weekday + effect + 0.1 * random.normal()
            },
            columns: columns ? ["promo": promo] : [:]
        )
    }

    private static func future(_ model: TrainedModel, _ steps: Int = 14) -> FutureFrame {
        FutureFrame(times: model.step.times(after: model.end, count: steps))
    }

    private static func value(_ curve: ComponentCurve, at time: Int, period: Int) -> Double? {
        curve.times.firstIndex { ((time - $0) % period + period) % period == 0 }.map { curve.values[$0] }
    }

    @Test func `trend and weekly season of Prophet add up to its forecast`() throws {
        let series = Self.daily()
        let model = try TrainedModel.fit(series, recipe: Recipe(.prophet), calibrate: false)
        let future = Self.future(model)
        let curves = try model.componentCurves(history: series, future: future)
        #expect(curves.map(\.name) == ["trend", "weekly"])
        #expect(curves[0].times == series.times + future.times)
        #expect(curves[1].kind == .season(seconds: 7 * 86_400))
        // From a Monday to the next, one point a day.
        #expect(curves[1].times.count == 8)
        #expect((curves[1].times[0] / Self.day + 3) % 7 == 0)
        let yhat = try model.forecast(future).yhat
        for (row, time) in future.times.enumerated() {
            let season = try #require(Self.value(curves[1], at: time, period: 7 * Self.day))
            #expect(abs(curves[0].values[series.count + row] + season - yhat[row]) < 1e-6)
        }
    }

    @Test func `regressors and a logistic cap are columns that the future needs`() throws {
        var series = Self.daily(columns: true)
        series.columns["cap"] = series.values.map { _ in 300 }
        series.columns["summer"] = series.times.map { $0 / Self.day % 2 == 0 ? 1 : 0 }
        var settings = AlgorithmSettings(name: .prophet)
        settings.prophet.growth = .logistic
        settings.prophet.extraRegressors = [.init(name: "promo")]
        settings.prophet.seasonalities = [
            .init(name: "odd", period: 7, fourierOrder: 2, conditionName: "summer")
        ]
        #expect(settings.prophet.historyColumns.required == ["cap", "promo", "summer"])
        #expect(settings.prophet.historyColumns.optional == ["floor"])
        let model = try TrainedModel.fit(series, recipe: Recipe(settings: settings), calibrate: false)
        #expect(model.futureColumns.map(\.name) == ["cap", "summer", "promo"])
        let times = model.step.times(after: model.end, count: 3)
        var future = FutureFrame(
            times: times, columns: ["cap": [300, 300, 300], "promo": [0, 1, 0], "summer": [1, 0, 1]])
        let curves = try model.componentCurves(history: series, future: future)
        #expect(curves.map(\.name) == ["trend", "odd", "weekly", "extra regressors"])
        #expect(curves[1].condition == "summer")
        let promo = try #require(curves.last)
        // The effect that was put in.
        #expect(abs(promo.values[series.count + 1] - promo.values[series.count] - 25) < 1)

        future.columns["promo"] = nil
        let inFuture = #expect(throws: ForecastError.self) {
            try model.componentCurves(history: series, future: future)
        }
        #expect(inFuture?.code == .missingColumn)
        future.columns["promo"] = [0, 1, 0]
        series.columns["promo"] = nil
        let inHistory = #expect(throws: ForecastError.self) {
            try model.componentCurves(history: series, future: future)
        }
        #expect(inHistory?.message.contains("promo") == true)
    }

    @Test(arguments: [AlgorithmName.mstl, .ets])
    func `trend and season of smoothing add up to the forecast`(name: AlgorithmName) throws {
        let series = Self.daily()
        let model = try TrainedModel.fit(series, recipe: Recipe(name), calibrate: false)
        let future = Self.future(model)
        let curves = try model.componentCurves(history: series, future: future)
        #expect(curves.count == 2)
        #expect(curves[0].times == series.times + future.times)
        let yhat = try model.forecast(future).yhat
        for (row, time) in future.times.enumerated() {
            let season = try #require(Self.value(curves[1], at: time, period: 7 * Self.day))
            let trend = curves[0].values[series.count + row]
            let sum = curves[1].mode == .additive ? trend + season : trend * (1 + season)
            #expect(abs(sum - yhat[row]) < 1e-6 * abs(yhat[row]))
        }
        // Of another history only the future is known.
        let other = try model.componentCurves(history: Self.daily(count: 60), future: future)
        #expect(other[0].times == future.times)
    }

    @Test func `a level follows the values that it has seen`() throws {
        let series = Self.daily()
        let model = try TrainedModel.fit(
            series, recipe: Recipe(settings: AlgorithmSettings(name: .ets, seasonLengths: [])), calibrate: false)
        let level = try model.componentCurves(history: series, future: Self.future(model))[0]
        for row in 20..<series.count { #expect(abs(level.values[row] - series.values[row]) < 15) }
    }

    @Test func `a model that cannot be taken apart has no curves`() throws {
        let series = Self.daily()
        for name in [AlgorithmName.naive, .theta] {
            let model = try TrainedModel.fit(series, recipe: Recipe(name), calibrate: false)
            #expect(try model.componentCurves(history: series, future: Self.future(model)).isEmpty)
            #expect(model.futureColumns.isEmpty)
        }
    }

    @Test func `holidays are one curve, and a yearly season begins with the year`() throws {
        var settings = AlgorithmSettings(name: .prophet)
        settings.prophet.countryHolidays = "DE"
        settings.prophet.yearlySeasonality = .on
        settings.prophet.seasonalityMode = .multiplicative
        let series = Self.daily(count: 800)
        let model = try TrainedModel.fit(series, recipe: Recipe(settings: settings), calibrate: false)
        let curves = try model.componentCurves(history: series, future: Self.future(model))
        #expect(curves.map(\.name) == ["trend", "holidays", "yearly", "weekly"])
        #expect(curves.dropFirst().allSatisfy { $0.mode == .multiplicative })
        // 2026-01-01.
        #expect(curves[2].times.first == 1_767_225_600)
        let christmas = try #require(series.times.firstIndex(of: 1_735_084_800))
        #expect(curves[1].values[christmas] != 0)
        #expect(curves[1].values[christmas - 10] == 0)
    }
}
