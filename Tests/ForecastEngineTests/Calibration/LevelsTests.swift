import Testing

@testable import ForecastEngine

/// Bounds know on which level they are.
@Suite struct LevelsTests {
    /// Ten cuts of four steps, every other one on a level of 1 with errors of 0.1 and on one of 100 with errors of 10.
    private func calibration() throws -> Calibration {
        let plan = OriginPlan(count: 60, horizon: 4, season: 1, most: 10)
        #expect(plan.cuts.count == 10 && plan.length == 4)
        let forecasts = plan.cuts.indices.flatMap { Array(repeating: $0 % 2 == 0 ? 1.0 : 100, count: 4) }
        let actual = forecasts.enumerated().map { row, value in value * (row % 2 == 0 ? 1.1 : 0.9) }
        return try #require(Calibration(plan: plan, forecasts: forecasts, actual: actual))
    }

    private func width(_ calibration: Calibration, around level: Double) -> Double {
        let bounds = calibration.interval(around: [level], leads: [1], width: 0.8)
        return bounds.upper[0] - bounds.lower[0]
    }

    @Test func `errors on the present level count more`() throws {
        let plain = try calibration()
        #expect(plain.likeness == nil)
        var low = plain
        low.compare(with: [1, 1, 1, 1])
        var high = plain
        high.compare(with: [100, 100, 100, 100])
        let likeness = try #require(low.likeness)
        #expect(likeness.enumerated().allSatisfy { $1 == ($0 % 2 == 0 ? 1 : likeness[1]) })
        #expect(likeness[1] > 0.1 && likeness[1] < 0.3)
        #expect(width(low, around: 1) < 0.8 * width(plain, around: 1))
        #expect(width(high, around: 100) > width(low, around: 100))
    }

    @Test func `where every level is the same, every cut counts`() throws {
        let plan = OriginPlan(count: 60, horizon: 4, season: 1, most: 10)
        let count = plan.cuts.count * plan.length
        var same = try #require(
            Calibration(
                plan: plan, forecasts: Array(repeating: 5, count: count), actual: (0..<count).map { 5 + Double($0 % 3) }
            ))
        same.compare(with: [5, 5, 5, 5])
        #expect(same.likeness?.count == plan.cuts.count)
        #expect(same.likeness?.allSatisfy { $0 > 0.99 } == true)
    }

    @Test func `a forecast of another length, or of no numbers, says nothing`() throws {
        var some = try calibration()
        some.compare(with: [1, 1])
        some.compare(with: [1, 1, .nan, 1])
        some.unit = 1e-300
        some.compare(with: [1e150, -1e150, 1e150, -1e150])
        some.unit = try calibration().unit
        #expect(some == (try calibration()))
    }

    @Test(arguments: [AlgorithmName.seasonalNaive, .auto, .prophet])
    func `a fit compares its cuts with what it forecasts, and an artifact keeps that`(name: AlgorithmName) throws {
        let model = try TrainedModel.fit(Sample.hourly(count: 24 * 14), recipe: Recipe(name))
        let calibration = try #require(model.calibration)
        #expect(calibration.likeness?.count == calibration.errors.count)
        #expect(calibration.sizes?.count == calibration.errors.count)
        let read = try ModelArtifact(decoding: ModelArtifact(models: [model]).encode()).models[0]
        #expect(try read.forecast(steps: 24) == model.forecast(steps: 24))
    }

    @Test func `where the future of a regressor is not known the bounds do without`() throws {
        var settings = AlgorithmSettings(name: .prophet)
        settings.prophet.extraRegressors = [.init(name: "load")]
        var series = Sample.hourly(count: 24 * 14)
        series.columns = ["load": series.times.map { Double($0 / 3_600 % 5) }]
        let model = try TrainedModel.fit(series, recipe: Recipe(settings: settings))
        #expect(model.calibration != nil)
        #expect(model.calibration?.likeness == nil)
        #expect(model.calibration?.sizes == nil)
    }

    @Test(arguments: [[1, 1], [1, 0, 1, 1, 1, 1, 1, 1, 1, 1], [1, 2, 1, 1, 1, 1, 1, 1, 1, 1]] as [[Float]])
    func `a likeness that no fit made is refused`(likeness: [Float]) throws {
        var some = try calibration()
        some.likeness = likeness
        #expect(some.flaw?.contains("likeness") == true)
    }

    @Test func `errors that grow with the level are brought to the present one`() throws {
        // A tenth of the level each, on levels of 1 and 100: of three times the level at most, 0.9 is in proportion.
        var low = try calibration()
        low.compare(with: [1, 1, 1, 1])
        let sizes = try #require(low.sizes)
        #expect(sizes.enumerated().allSatisfy { $0 % 2 == 0 ? $1 == 1 : $1 > 0.33 && $1 < 0.4 })
        var high = try calibration()
        high.compare(with: [100, 100, 100, 100])
        #expect(try #require(high.sizes)[0] > 2.7)
    }

    @Test func `errors that do not grow with the level stay nearly as they are`() throws {
        let plan = OriginPlan(count: 60, horizon: 4, season: 1, most: 10)
        let forecasts = plan.cuts.indices.flatMap { Array(repeating: $0 % 2 == 0 ? 1.0 : 100, count: 4) }
        let actual = forecasts.enumerated().map { row, value in value + (row % 2 == 0 ? 0.5 : -0.5) }
        var some = try #require(Calibration(plan: plan, forecasts: forecasts, actual: actual))
        some.compare(with: [100, 100, 100, 100])
        #expect(try #require(some.sizes).allSatisfy { $0 >= 1 && $0 < 1.05 })
    }

    @Test func `a series that is negative somewhere has errors of one size`() throws {
        let plan = OriginPlan(count: 60, horizon: 4, season: 1, most: 10)
        let forecasts = plan.cuts.indices.flatMap { Array(repeating: $0 % 2 == 0 ? 1.0 : 100, count: 4) }
        var actual = forecasts
        actual[5] = -1
        var some = try #require(Calibration(plan: plan, forecasts: forecasts, actual: actual))
        some.compare(with: [100, 100, 100, 100])
        #expect(some.sizes == plan.cuts.map { _ in 1 })
    }

    @Test(arguments: [[1, 1], [1, 0, 1, 1, 1, 1, 1, 1, 1, 1], [1, .infinity, 1, 1, 1, 1, 1, 1, 1, 1]] as [[Float]])
    func `a size that no fit made is refused`(sizes: [Float]) throws {
        var some = try calibration()
        some.sizes = sizes
        #expect(some.flaw?.contains("size") == true)
    }
}
