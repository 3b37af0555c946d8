import Foundation
import Testing

@testable import ForecastEngine

@Suite struct ProphetInputTests {
    private func message(_ series: TimeSeries, _ change: (inout ProphetSettings) -> Void) -> ForecastError? {
        var settings = ProphetSettings()
        change(&settings)
        do {
            _ = try ProphetModel(fitting: series, settings: settings)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a setting out of range is named with what was given`() {
        let series = ProphetSample.daily(50)
        let bad: [(String, (inout ProphetSettings) -> Void)] = [
            ("prophet.changepointPriorScale must be > 0, got -1.0.", { $0.changepointPriorScale = -1 }),
            ("prophet.seasonalityPriorScale must be > 0, got nan.", { $0.seasonalityPriorScale = .nan }),
            ("prophet.changepointRange must be between 0 and 1, got 1.5.", { $0.changepointRange = 1.5 }),
            ("prophet.nChangepoints must be between 0 and 1000, got -3.", { $0.nChangepoints = -3 }),
            ("prophet.intervalWidth must be above 0 and below 1, got 1.0.", { $0.intervalWidth = 1 }),
            (
                "prophet.seasonalities[x].period must be > 0, got 0.0.",
                { $0.seasonalities = [.init(name: "x", period: 0, fourierOrder: 3)] }
            ),
            (
                "prophet.seasonalities[x].fourierOrder must be between 1 and 1000, got 0.",
                { $0.seasonalities = [.init(name: "x", period: 3, fourierOrder: 0)] }
            ),
            (
                "prophet.extraRegressors[trend]: the name \"trend\" is reserved; choose another.",
                { $0.extraRegressors = [.init(name: "trend")] }
            ),
            (
                "prophet.holidays[h].lowerWindow must be between -366 and 0, got 1.",
                { $0.holidays = [.init(name: "h", time: 0, lowerWindow: 1)] }
            ),
            (
                "prophet.holidays[h].priorScale must be the same on all of its days.",
                { $0.holidays = [.init(name: "h", time: 0, priorScale: 1), .init(name: "h", time: 9, priorScale: 2)] }
            ),
            (
                "prophet.countryHolidays must be one of BR, CN, DE, ES, FR, GB, IN, IT, JP, US, got XX.",
                { $0.countryHolidays = "XX" }
            ),
        ]
        for (text, change) in bad {
            let error = message(series, change)
            #expect(error?.code == .invalidSetting)
            #expect(error?.message == text)
        }
        let outside = message(series) { $0.changepoints = [0] }
        #expect(outside?.message.contains("prophet.changepoints has 0, outside the training data") == true)
    }

    @Test func `too little data and columns that are missing or wrong are told apart`() {
        let series = ProphetSample.daily(50)
        #expect(message(TimeSeries(id: "a", times: [1], values: [1])) { _ in }?.code == .tooShort)
        #expect(message(TimeSeries(id: "a", times: [1, 2], values: [1, .nan])) { _ in }?.code == .tooShort)
        #expect(message(TimeSeries(id: "a", times: [7, 7, 7], values: [1, 2, 3])) { _ in }?.code == .tooShort)
        #expect(message(TimeSeries(id: "a", times: [1, 2], values: [1, .infinity])) { _ in }?.code == .notFinite)
        #expect(message(TimeSeries(id: "a", times: [.min, .max], values: [1, 2])) { _ in }?.code == .irregularTimes)
        #expect(message(series) { $0.growth = .logistic }?.code == .missingColumn)
        var capped = series
        capped.columns["cap"] = [Double](repeating: -1, count: 50)
        #expect(message(capped) { $0.growth = .logistic }?.code == .invalidColumn)
        #expect(message(series) { $0.extraRegressors = [.init(name: "promo")] }?.code == .missingColumn)
        var promo = series
        promo.columns["promo"] = [Double](repeating: .nan, count: 50)
        #expect(message(promo) { $0.extraRegressors = [.init(name: "promo")] }?.code == .invalidColumn)
        promo.columns["promo"] = [Double](repeating: 0.5, count: 50)
        #expect(
            message(promo) {
                $0.seasonalities = [.init(name: "s", period: 3, fourierOrder: 1, conditionName: "promo")]
            }?.code == .invalidColumn)
    }

    @Test func `a regressor that the future lacks is named`() throws {
        var series = ProphetSample.daily(60)
        series.columns["promo"] = (0..<60).map { Double($0 % 2) }
        var settings = ProphetSettings()
        settings.extraRegressors = [.init(name: "promo")]
        let recipe = Recipe(settings: AlgorithmSettings(name: .prophet, prophet: settings))
        let model = try TrainedModel.fit(series, recipe: recipe, calibrate: false)
        do {
            _ = try model.forecast(steps: 3)
            Issue.record("a forecast without promo was made")
        } catch {
            #expect(error.code == .missingColumn)
            #expect(error.message.contains("'promo'"))
        }
        let times = (1...3).map { series.times.last! + $0 * 86_400 }
        #expect(
            try model.forecast(FutureFrame(times: times, columns: ["promo": [0, 1, 0]])).yhat.allSatisfy(\.isFinite))
    }

    @Test func `a constant series is forecast as itself`() throws {
        for value in [0, 5, -3e-9, 1e140] {
            let times = (0..<100).map { $0 * 3_600 }
            let series = TimeSeries(id: "c", times: times, values: times.map { _ in value })
            let model = try ProphetModel(fitting: series, settings: ProphetSettings())
            let future = (100..<130).map { $0 * 3_600 }
            let mean = try model.mean(times: future, columns: [:])
            for forecast in mean.yhat { #expect(abs(forecast - value) <= 1e-12 * abs(value)) }
        }
    }

    @Test func `whatever a source sends is fitted or refused, never a NaN`() throws {
        var random = RandomGenerator(seed: 77)
        var fitted = 0
        for trial in 0..<400 {
            let series = ProphetSample.wild(&random)
            var settings = ProphetSettings()
            if trial % 3 == 1 { settings.seasonalityMode = .multiplicative }
            if trial % 5 == 1 { settings.yearlySeasonality = .on }
            if trial % 7 == 1 { settings.growth = .flat }
            if trial % 4 == 1 { settings.scaling = .minmax }
            do {
                let model = try ProphetModel(fitting: series, settings: settings)
                let last = series.times.max() ?? 0
                let future = (1...20).map { last + $0 * 3_600 }
                let mean = try model.mean(times: future, columns: [:])
                let bounds = try #require(model.interval(around: mean, times: future, width: 0.8, seed: 0))
                let isFinite = (mean.yhat + bounds.lower + bounds.upper).allSatisfy { $0.isFinite }
                #expect(isFinite, "trial \(trial)")
                fitted += 1
            } catch let error as ForecastError {
                #expect(error.code == .tooShort, "\(error)")
            }
        }
        #expect(fitted > 300)
    }

    @Test func `a pinned recipe keeps its seasonalities on a shorter history`() throws {
        let series = ProphetSample.daily(800)
        let model = try TrainedModel.fit(series, recipe: Recipe(.prophet), calibrate: false)
        let short = try TrainedModel.fit(series.slice(0..<300), recipe: model.recipe, calibrate: false)
        #expect(short.recipe.choices == model.recipe.choices)
        #expect(model.recipe.choices?.numbers["yearly"] == [10])
        let parts = try #require(try short.components(FutureFrame(times: [series.times[799]])))
        #expect(parts["yearly"] != nil)
    }

    @Test func `an artifact keeps a Prophet model exactly`() throws {
        var settings = ProphetSettings()
        settings.countryHolidays = "FR"
        let recipe = Recipe(settings: AlgorithmSettings(name: .prophet, prophet: settings))
        let model = try TrainedModel.fit(ProphetSample.daily(120), recipe: recipe, calibrate: false)
        let read = try ModelArtifact(decoding: ModelArtifact(models: [model], metadata: [:]).encode()).models[0]
        #expect(try read.forecast(steps: 40, interval: .native) == model.forecast(steps: 40, interval: .native))
    }
}
