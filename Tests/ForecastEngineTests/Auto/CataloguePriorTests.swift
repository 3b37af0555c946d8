import Testing

@testable import ForecastEngine

/// Where little is held out, what nobody chose counts.
@Suite struct CataloguePriorTests {
    private static let catalogue: Set<AlgorithmName> = [.prophet, .theta, .ets, .mstl, .autoARIMA]

    /// A trend with a season of four and noise.
    private func series(count: Int, times: (Int) -> Int) -> TimeSeries {
        var random = RandomGenerator(seed: 11)
        let values = (0..<count).map { 100 + Double($0) + 5 * Double($0 % 4) + 3 * random.normal() }
        return TimeSeries(id: "sales", times: (0..<count).map(times), values: values)
    }

    private func weights(_ series: TimeSeries, horizon: Int) throws -> [AlgorithmName: Double] {
        let model = try TrainedModel.fit(series, recipe: Recipe(.auto), horizon: horizon)
        let members = try #require(model.recipe.choices?.members)
        #expect(abs(members.reduce(0) { $0 + $1.weight } - 1) < 1e-12)
        return members.reduce(into: [:]) { $0[$1.name, default: 0] += $1.weight }
    }

    @Test func `a short quarterly series leans on the mean of the catalogue`() throws {
        let weights = try weights(
            series(count: 40) { CalendarDate(time: 0).adding(months: 3 * $0).time }, horizon: 8)
        // Thirty-two steps of two thirds of the history, in windows of eight: a share of a third at least.
        for name in Self.catalogue { #expect(weights[name] ?? 0 > 0.06, "\(name)") }
    }

    @Test func `a short hourly series does not`() throws {
        let weights = try weights(series(count: 40) { $0 * 3_600 }, horizon: 8)
        #expect(Self.catalogue.contains { weights[$0] == nil })
    }

    @Test func `with many held-out horizons what was chosen decides`() {
        let candidates = [AlgorithmName.profile, .theta].map {
            Candidate(member: .init(name: $0, weight: 0, choices: Choices()), forecasts: [])
        }
        let few = OriginPlan(count: 24, horizon: 6, season: 1, most: 20)
        let many = OriginPlan(count: 2_000, horizon: 6, season: 1, most: 20)
        #expect(many.horizons == 20)
        let short = CataloguePrior(candidates, step: .months(1), plan: few).blend([1, 0])
        #expect(short[1] > 0.3 && short[0] + short[1] == 1)
        #expect(CataloguePrior(candidates, step: .months(1), plan: many).blend([1, 0])[1] < 0.03)
        #expect(CataloguePrior(candidates, step: .seconds(604_800), plan: few).blend([1, 0]) == short)
        #expect(CataloguePrior(candidates, step: .seconds(86_400), plan: few).blend([1, 0]) == [1, 0])
        #expect(CataloguePrior([candidates[0]], step: .months(1), plan: few).blend([1]) == [1])
    }
}
