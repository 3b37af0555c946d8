import ForecastEngine
import Foundation
import ModelRegistry
import Testing

@testable import presage

/// Nothing that saw the holdout is ever scored.
@Suite struct TrainLeakTests {
    private let cut = TrainFixtures.start + 20 * 86_400 - 3600

    /// The last day jumps to ten times the level: only who has seen it can forecast it.
    private func jumping(_ factor: Double = 10) -> TimeSeries {
        var series = TrainFixtures.series("web/cpu")
        for row in series.values.indices where series.times[row] > cut { series.values[row] *= factor }
        return series
    }

    @Test func `a champion that has seen the holdout is scored as its recipe refitted up to the cut`() async throws {
        let series = jumping()
        // The leak: the artifact in production was fitted through the end, holdout included.
        let leaked = try TrainedModel.fit(series, recipe: Recipe(.naive))
        var trainer = TrainFixtures.trainer(TrainFixtures.run(), champion: TrainFixtures.champion([leaked]))
        let result = try await trainer.train(TrainFixtures.history([series]))

        let honest = try TrainedModel.fit(series.upTo(cut), recipe: leaked.recipe)
        let future = series.after(cut)
        let expected = Metrics.smape(
            actual: future.values, forecast: try honest.forecast(FutureFrame(times: future.times)).yhat)
        let atTheEnd = try #require(series.values.last)
        let cheating = Metrics.smape(
            actual: future.values, forecast: future.values.map { _ in atTheEnd })
        // Scores are added up as multiples of 2⁻²⁰ percent.
        #expect(abs(try #require(result.manifest.scores.champion) - expected) <= 1 / 1_048_576)
        #expect(expected > 100)
        #expect(cheating < 50)
    }

    @Test(arguments: [AlgorithmName.seasonalNaive, .ets, .auto])
    func `what a challenger chooses does not depend on the holdout`(name: AlgorithmName) throws {
        let split = try HoldoutSplit(HoldoutSplit.observed([jumping()]), run: 86_400, holdoutSeconds: nil)
        #expect(split.cut == cut)
        let outcomes = [1.0, 10, -3].map { factor in
            SeriesOutcome.score(jumping(factor), split: split, challenger: Recipe(name), champion: nil)
        }
        #expect(Set(outcomes.map(\.challengerRecipe)).count == 1)
        #expect(outcomes[0].challengerRecipe != nil)
        // The scores do depend on it: the holdout is really what is scored.
        #expect(Set(outcomes.compactMap(\.challenger)).count == 3)
    }

    @Test func `the version that serves has seen everything and the scored fits have not`() async throws {
        var trainer = TrainFixtures.trainer(TrainFixtures.run(.ets))
        let series = jumping()
        let result = try await trainer.train(TrainFixtures.history([series]))
        let end = try #require(series.times.last)
        #expect(result.artifact.models.map(\.end) == [end])
        #expect(result.manifest.cut.timeIntervalSince1970 == Double(cut))
        let score = try #require(result.manifest.scores.challenger)
        #expect(score > 100)
    }
}
