import Testing

@testable import ForecastEngine

@Suite struct DayKindsTests {
    private static let day = 86_400

    /// Hours from Monday, 1 January 2024, on: 10 at work and 2 on weekends, with half as much at night.
    private func office(days: Int, noise: Double = 0) -> TimeSeries {
        var random = RandomGenerator(seed: 11)
        let values = (0..<(24 * days)).map { (hour: Int) -> Double in
            let level: Double = hour / 24 % 7 >= 5 ? 2 : 10
            let share: Double = (8..<18).contains(hour % 24) ? 1 : 0.5
            return level * share + noise * random.normal()
        }
        return TimeSeries(id: "office", times: values.indices.map { 1_704_067_200 + $0 * 3_600 }, values: values)
    }

    private func recipe(_ shape: ProfileShape) -> Recipe {
        var recipe = Recipe(.profile)
        recipe.choices = shape.choices
        return recipe
    }

    @Test func `days are told apart by the calendar of UTC, before 1970 too`() {
        // 1 January 1970 was a Thursday, 28 December 1969 a Sunday.
        #expect((0..<7).map { DayKinds.saturdayAndSunday.kind($0 * Self.day) } == [0, 0, 1, 2, 0, 0, 0])
        #expect((0..<7).map { DayKinds.weekend.kind($0 * Self.day + 86_399) } == [0, 0, 1, 1, 0, 0, 0])
        #expect((1...7).map { DayKinds.saturdayAndSunday.kind(-$0 * Self.day) } == [0, 0, 0, 2, 1, 0, 0])
        #expect(DayKinds.weekend.kind(-3 * Self.day - 1) == 1)
        #expect((0..<7).allSatisfy { DayKinds.none.kind($0 * Self.day) == 0 })
    }

    @Test func `only a season of a day has kinds of day`() {
        #expect(DayKinds.tell(season: 288, step: .seconds(300)))
        #expect(!DayKinds.tell(season: 2_016, step: .seconds(300)))
        #expect(!DayKinds.tell(season: 7, step: .seconds(86_400)))
        #expect(!DayKinds.tell(season: 1, step: .seconds(86_400)))
        #expect(!DayKinds.tell(season: 12, step: .months(1)))
    }

    @Test(arguments: [DayKinds.weekend, .saturdayAndSunday])
    func `each day of a week ahead is forecast from days of its kind`(days: DayKinds) throws {
        // Twenty days end on a Saturday: a profile of the last two days would be that of a weekend's start.
        let series = office(days: 20)
        let shape = ProfileShape(season: 24, cycles: 2, days: days)
        let model = try TrainedModel.fit(series, recipe: recipe(shape), horizon: 24 * 7)
        let truth = office(days: 27).values.suffix(24 * 7)
        let yhat = try model.forecast(steps: 24 * 7).yhat
        #expect(zip(yhat, truth).allSatisfy { abs($0 - $1) < 1e-6 })
        #expect(model.recipe.choices == shape.choices)
        let read = try ModelArtifact(decoding: ModelArtifact(models: [model]).encode()).models[0]
        #expect(try read.forecast(steps: 24 * 7) == model.forecast(steps: 24 * 7))
    }

    @Test func `a level is compared with days of its own kind`() throws {
        // All of the last Saturday is one higher; so is what is forecast of Sunday and Monday.
        var series = office(days: 20)
        for hour in (24 * 19)..<(24 * 20) { series.values[hour] += 1 }
        let shape = ProfileShape(season: 24, cycles: 2, window: 24, days: .saturdayAndSunday)
        let forecast = try TrainedModel.fit(series, recipe: recipe(shape), horizon: 48).forecast(steps: 48)
        let truth = office(days: 22).values.suffix(48)
        #expect(zip(forecast.yhat, truth).allSatisfy { abs($0 - $1 - 1) < 1e-6 })
    }

    @Test func `what is blurred stays within its kind of day`() throws {
        let shape = ProfileShape(season: 24, cycles: 2, blur: 1, days: .weekend)
        // Nineteen days end on a Friday.
        let forecast = try TrainedModel.fit(office(days: 19), recipe: recipe(shape), horizon: 24).forecast(steps: 24)
        #expect(forecast.yhat.allSatisfy { $0 < 2.001 })
        #expect(abs(forecast.yhat[8] - (1 + 2 + 2) / 3.0) < 1e-6)
    }

    @Test func `a shape is read back from its choices, and one of an unknown kind of day is none`() {
        let shape = ProfileShape(season: 24, cycles: 8, window: 24, fade: 6, blur: 1, days: .saturdayAndSunday)
        #expect(ProfileShape(shape.choices) == shape)
        #expect(ProfileShape(season: 24, cycles: 8).choices.numbers["days"] == nil)
        var unknown = shape.choices
        unknown.numbers["days"] = [3]
        #expect(ProfileShape(unknown) == nil)
    }

    @Test func `a recipe with kinds of day that meets another step does without them`() throws {
        let days = TimeSeries(id: "a", times: (0..<60).map { $0 * Self.day }, values: (0..<60).map { Double($0 % 7) })
        let model = try TrainedModel.fit(
            days, recipe: recipe(ProfileShape(season: 24, cycles: 2, days: .weekend)), horizon: 7)
        #expect(model.recipe.choices?.numbers["days"] == nil)
        #expect(try model.forecast(steps: 7).yhat.allSatisfy(\.isFinite))
    }

    @Test func `Auto forecasts a weekend that it has seen twice`() throws {
        // The last of 19 days is a Friday. Last week alone is too noisy, and the last days are no weekend.
        let model = try TrainedModel.fit(office(days: 19, noise: 1), recipe: Recipe(.auto), horizon: 48)
        let truth = office(days: 21).values.suffix(48)
        let members = try #require(model.recipe.choices?.members)
        let shares = members.filter { $0.choices.numbers["days"] != nil }.map(\.weight)
        #expect(shares.reduce(0, +) > 0.3)
        let forecast = try model.forecast(steps: 48)
        let errors = zip(forecast.yhat, truth).map { abs($0 - $1) }
        #expect(errors.reduce(0, +) / 48 < 0.7)
    }

    @Test func `weekends are told apart where they differ, and nowhere else`() throws {
        func statistic(_ series: TimeSeries) throws -> Double {
            WeekendEffect.statistic(try RegularGrid(series, step: .seconds(3_600)))
        }
        #expect(try statistic(office(days: 21, noise: 1)) > 10)
        // Without any noise, too.
        #expect(try statistic(office(days: 21)) > 10)
        // Noise and a trend alone: a t above 2 is one in twenty, above 4 is none.
        let chance = try (0..<40).map { try statistic(Sample.hourly(count: 24 * 28, noise: 0.5, seed: UInt64($0))) }
        #expect(chance.count { $0 > WeekendEffect.leastStatistic } <= 6)
        #expect(chance.allSatisfy { $0 < 4 })
        #expect(try statistic(office(days: 9)) == 0)
        let constant = TimeSeries(id: "a", times: (0..<500).map { $0 * 3_600 }, values: Array(repeating: 1, count: 500))
        #expect(try statistic(constant) == 0)
        let days = TimeSeries(id: "a", times: (0..<60).map { $0 * Self.day }, values: (0..<60).map { Double($0 % 7) })
        #expect(WeekendEffect.statistic(try RegularGrid(days, step: .seconds(Self.day))) == 0)
    }

    @Test func `Auto does not tell days apart that are alike`() throws {
        let model = try TrainedModel.fit(Sample.hourly(count: 24 * 28, noise: 0.5), recipe: Recipe(.auto))
        let members = try #require(model.recipe.choices?.members)
        #expect(members.allSatisfy { $0.choices.numbers["days"] == nil })
    }

    @Test func `a model without a row for each kind of day is refused`() throws {
        let fitted = try TrainedModel.fit(
            office(days: 20), recipe: recipe(ProfileShape(season: 24, cycles: 2, days: .saturdayAndSunday)), horizon: 4)
        for change in [{ $0.removeLast() }, { $0[0].removeLast() }, { $0[1][3] = .nan }] as [(inout [[Float]]) -> Void]
        {
            var profile = try #require(fitted.model.algorithm as? ProfileModel)
            var rows = try #require(profile.otherDays)
            change(&rows)
            profile.otherDays = rows
            var forged = fitted
            forged.model = FittedModel(name: .profile, algorithm: profile)
            let bytes = try ModelArtifact(models: [forged]).encode()
            let error = #expect(throws: ForecastError.self) { try ModelArtifact(decoding: bytes) }
            #expect(error?.message.contains("kind of day") == true)
        }
    }
}
