import Testing

@testable import ForecastEngine

@Suite struct CalibrationTests {
    /// Many independent series of one kind, each scored after its last cut.
    private func coverage(_ name: AlgorithmName, noise: Double) throws -> Double {
        var inside = 0.0
        let series = (0..<60).map { Sample.hourly(count: 24 * 16, noise: noise, seed: UInt64($0) + 100) }
        for one in series {
            inside += try evaluate(recipe: Recipe(name), on: one, cut: one.times[24 * 15 - 1]).score.coverage
        }
        return inside / Double(series.count)
    }

    @Test(arguments: [AlgorithmName.naive, .seasonalNaive, .profile, .auto])
    func `the 80% interval holds about 80% of what comes`(name: AlgorithmName) throws {
        // Independent errors are the case that the correction for few windows is too careful for.
        let share = try coverage(name, noise: 0.3)
        #expect(share > 0.75 && share < 0.9, "\(name): \(share)")
    }

    @Test func `the 90% peak lies above nine of ten maxima`() throws {
        var below = 0
        for seed in 0..<120 {
            let series = Sample.hourly(count: 24 * 21, noise: 0.4, seed: UInt64(seed) + 500)
            let cut = 24 * 20
            let training = TimeSeries(
                id: "a", times: Array(series.times.prefix(cut)), values: Array(series.values.prefix(cut))
            )
            let model = try TrainedModel.fit(training, recipe: Recipe(.auto))
            let peak = try model.maximum(from: model.end, over: 24, quantile: 0.9)
            #expect(peak.isCalibrated && peak.pastHorizons >= 9)
            if series.values.suffix(24).max()! <= peak.value { below += 1 }
        }
        #expect(below >= 100 && below <= 118, "\(below) of 120")
    }

    @Test func `a 90% peak with fewer than nine past horizons says that it is not calibrated`() throws {
        let series = Sample.hourly(count: 24 * 8)
        let model = try TrainedModel.fit(series, recipe: Recipe(.auto))
        let peak = try model.maximum(from: model.end, over: 24, quantile: 0.9)
        #expect(!peak.isCalibrated)
        #expect(peak.pastHorizons < 9)
        #expect(peak.reason?.contains("needs 9") == true)
        #expect(peak.value > 2)
        let median = try model.maximum(from: model.end, over: 24, quantile: 0.5)
        #expect(median.isCalibrated)
    }

    @Test func `a series that was never negative has no negative bound or path`() throws {
        var random = RandomGenerator(seed: 3)
        let values = (0..<400).map { _ in max(0, random.normal()) }
        let series = TimeSeries(id: "a", times: (0..<400).map { $0 * 3_600 }, values: values)
        let model = try TrainedModel.fit(series, recipe: Recipe(.auto))
        let forecast = try model.forecast(steps: 48)
        #expect(forecast.lower.allSatisfy { $0 >= 0 })
        #expect(try model.paths(from: model.end, over: 48).allSatisfy { $0.allSatisfy { $0 >= 0 } })
    }

    @Test(arguments: [AlgorithmName.auto, .profile])
    func `a month's bounds are wider on the days of the week that are harder to forecast`(name: AlgorithmName) throws {
        var random = RandomGenerator(seed: 21)
        let values = (0..<430).map { 100 + ($0 % 7 == 5 ? 20 : 2) * random.normal() }
        let times = values.indices.map { $0 * 86_400 }
        let series = TimeSeries(id: "shop", times: Array(times.prefix(400)), values: Array(values.prefix(400)))
        let model = try TrainedModel.fit(series, recipe: Recipe(name), horizon: 30)
        let forecast = try model.forecast(steps: 30)
        let widths = zip(forecast.upper, forecast.lower).map { $0 - $1 }
        let hard = (0..<30).filter { (400 + $0) % 7 == 5 }
        let easy = (0..<30).filter { (400 + $0) % 7 != 5 }
        #expect(hard.allSatisfy { widths[$0] > 20 && widths[$0] < 90 })
        #expect(easy.allSatisfy { widths[$0] < 14 })
        // An artifact from before there was a season has the same bounds on all days.
        var old = model
        old.calibration?.season = nil
        let flat = try old.forecast(steps: 30)
        #expect(flat.upper[hard[1]] - flat.lower[hard[1]] < widths[hard[1]])
        let stored = try ModelArtifact(decoding: try ModelArtifact(models: [model]).encode())
        #expect(try stored.models[0].forecast(steps: 30) == forecast)
    }

    @Test(arguments: [(24, 24), (288, nil), (600, nil), (1, nil)] as [(Int, Int?)])
    func `only the places of a short season are told apart`(season: Int, kept: Int?) {
        let plan = OriginPlan(count: 4_000, horizon: 600, season: season, most: 5)
        let actual = (0..<(plan.cuts.count * plan.length)).map { Double($0 % 7) }
        let calibration = Calibration(plan: plan, forecasts: actual.map { _ in 3 }, actual: actual, season: season)
        #expect(calibration?.season == kept)
    }

    @Test func `held-out forecasts beyond the largest number are left out, and the model can be read back`() throws {
        // Prophet at the top of a peak near that number forecasts beyond it; at the end it does not.
        let values = (0..<90).map { 9.9e149 * Double(min($0, 120 - $0)) / 60 }
        let series = TimeSeries(id: "a", times: (0..<90).map { $0 * 86_400 }, values: values)
        let model = try TrainedModel.fit(series, recipe: Recipe(.prophet), horizon: 20)
        let forecast = try model.forecast(steps: 20)
        // Without errors from held-out data the bounds are Prophet's own.
        #expect(try forecast.upper == zip(model.forecast(steps: 20, interval: .native).upper, forecast.yhat).map(max))
        let stored = try ModelArtifact(decoding: try ModelArtifact(models: [model]).encode())
        #expect(try stored.models[0].forecast(steps: 20) == forecast)
    }

    @Test func `the same series and seed give the same bytes and paths`() async throws {
        let series = Sample.hourly(count: 24 * 14)
        let one = try ModelArtifact(models: [TrainedModel.fit(series, recipe: Recipe(.auto))]).encode()
        let others = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<8 {
                group.addTask { try ModelArtifact(models: [TrainedModel.fit(series, recipe: Recipe(.auto))]).encode() }
            }
            return try await group.reduce(into: [[UInt8]]()) { $0.append($1) }
        }
        #expect(others.allSatisfy { $0 == one })
        let model = try ModelArtifact(decoding: one).models[0]
        #expect(try model.paths(from: model.end, over: 10) == model.paths(from: model.end, over: 10))
    }
}
