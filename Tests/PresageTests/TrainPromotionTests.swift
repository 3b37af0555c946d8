import DataSources
import ForecastEngine
import Foundation
import ModelRegistry
import Testing

@testable import presage

@Suite struct TrainPromotionTests {
    private let history = TrainFixtures.history([
        TrainFixtures.series("web/cpu"), TrainFixtures.series("web/memory", level: 200, noise: 2, seed: 9),
    ])

    @Test func `the first version wins by itself`() async throws {
        var trainer = TrainFixtures.trainer(TrainFixtures.run(.seasonalNaive))
        let result = try await trainer.train(history)
        #expect(result.manifest.winner == .challenger)
        #expect(result.manifest.championVersion == nil)
        #expect(result.manifest.scores.challenger == result.manifest.scores.baseline)
        #expect(result.manifest.series == 2)
        #expect(trainer.stages.map(\.name) == ["Validated", "Prepared", "Trained", "Evaluated"])
        #expect(!trainer.stages.contains { !$0.succeeded })
    }

    @Test func `a worse challenger is refused and the champion's recipe is refitted`() async throws {
        let champion = try history.series.map { try TrainedModel.fit($0, recipe: Recipe(.seasonalNaive)) }
        var trainer = TrainFixtures.trainer(
            TrainFixtures.run(.naive), champion: TrainFixtures.champion(champion, version: 4))
        let result = try await trainer.train(history)
        #expect(result.manifest.winner == .champion)
        #expect(result.manifest.championVersion == 4)
        let challenger = try #require(result.manifest.scores.challenger)
        let kept = try #require(result.manifest.scores.champion)
        #expect(challenger > kept)
        #expect(result.artifact.models.allSatisfy { $0.recipe.settings.name == .seasonalNaive })
        #expect(result.manifest.algorithm == "SeasonalNaive")
        #expect(result.manifest.challengerAlgorithm == "Naive")
    }

    @Test func `a better challenger wins with its own recipe`() async throws {
        let champion = try history.series.map { try TrainedModel.fit($0, recipe: Recipe(.naive)) }
        var trainer = TrainFixtures.trainer(TrainFixtures.run(.ets), champion: TrainFixtures.champion(champion))
        let result = try await trainer.train(history)
        #expect(result.manifest.winner == .challenger)
        #expect(result.artifact.models.allSatisfy { $0.recipe.settings.name == .ets && $0.recipe.isPinned })
    }

    @Test func `a tie keeps the champion, and so does an improvement below the minimum`() async throws {
        let seasonal = try history.series.map { try TrainedModel.fit($0, recipe: Recipe(.seasonalNaive)) }
        var tie = TrainFixtures.trainer(TrainFixtures.run(), champion: TrainFixtures.champion(seasonal))
        let tied = try await tie.train(history)
        #expect(tied.manifest.winner == .champion)

        let naive = try history.series.map { try TrainedModel.fit($0, recipe: Recipe(.naive)) }
        var run = TrainFixtures.run(.seasonalNaive)
        run.minimumImprovement = 99.9
        var demanding = TrainFixtures.trainer(run, champion: TrainFixtures.champion(naive))
        let result = try await demanding.train(history)
        #expect(result.manifest.winner == .champion)
        #expect(result.manifest.reason.contains("99.9"))
    }

    @Test func `a series that cannot be fitted scores as seasonal naive and is served by it`() async throws {
        var run = TrainFixtures.run(.prophet)
        // A regressor that one series lacks.
        run.algorithm.prophet.extraRegressors = [.init(name: "promo")]
        var good = TrainFixtures.series("good")
        good.columns["promo"] = good.values.indices.map { Double($0 / 24 % 2) }
        let bad = TrainFixtures.series("bad", seed: 3)
        var trainer = TrainFixtures.trainer(run)
        let result = try await trainer.train(TrainFixtures.history([good, bad]))
        #expect(result.manifest.failedSeries.map(\.id) == ["bad"])
        #expect(result.manifest.failedSeries[0].reason.contains("promo"))
        #expect(result.artifact.models.first { $0.seriesID == "bad" }?.recipe.settings.name == .seasonalNaive)
        #expect(result.artifact.models.first { $0.seriesID == "good" }?.recipe.settings.name == .prophet)
    }

    @Test func `the artifact is the same whatever the number of threads`() async throws {
        var artifacts: [[UInt8]] = []
        for threads in [1, 3] {
            var trainer = TrainFixtures.trainer(TrainFixtures.run(.auto), threads: threads)
            artifacts.append(try await trainer.train(history).artifact.encode())
        }
        #expect(artifacts[0] == artifacts[1])
    }

    @Test func `a new series is trained though it cannot be scored, and one that ended is not forecast`() async throws {
        let old = TrainFixtures.series("old").upTo(TrainFixtures.start + 10 * 86_400)
        let new = TrainFixtures.series("new").after(TrainFixtures.start + 20 * 86_400 + 7200)
        var trainer = TrainFixtures.trainer(TrainFixtures.run())
        let result = try await trainer.train(TrainFixtures.history([TrainFixtures.series("steady"), old, new]))
        #expect(result.artifact.models.map(\.seriesID) == ["steady", "new"])
        #expect(result.manifest.failedSeries.map(\.id).sorted() == ["new", "old"])
    }

    @Test func `a series of one row is not served second by second, and has not failed`() async throws {
        let steady = TrainFixtures.series("steady")
        let newborn = TimeSeries(id: "newborn", times: [steady.times[steady.count - 1]], values: [5])
        var trainer = TrainFixtures.trainer(TrainFixtures.run())
        let result = try await trainer.train(TrainFixtures.history([steady, newborn]))
        #expect(result.artifact.models.map(\.seriesID) == ["steady"])
        #expect(result.manifest.failedSeries.map(\.id) == ["newborn"])
        #expect(result.manifest.failedSeriesCount == 0)
    }
}
