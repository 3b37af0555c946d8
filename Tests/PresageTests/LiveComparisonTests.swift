import ForecastEngine
import Foundation
import ModelRegistry
import Testing

@testable import presage

/// What was forecast is compared with what then happened, and with nothing else.
@Suite struct LiveComparisonTests {
    private let end = TrainFixtures.start + 20 * 86_400 - 3600

    private func fitted(_ name: AlgorithmName) throws -> TrainedModel {
        try TrainedModel.fit(TrainFixtures.series("web/cpu").upTo(end), recipe: Recipe(name))
    }

    @Test func `the artifact's own forecast is scored on the rows after its history`() throws {
        let series = TrainFixtures.series("web/cpu")
        let champion = try fitted(.seasonalNaive)
        let live = try #require(
            LiveComparison.compare(series, champion: champion, previous: Recipe(.naive), horizonSeconds: 86_400))
        let after = series.after(end)
        let forecast = try champion.forecast(FutureFrame(times: after.times))
        #expect(live.smape == Metrics.smape(actual: after.values, forecast: forecast.yhat))
        #expect(live.from == end && live.points == 24)
        #expect(try #require(live.previous) > live.smape, "naive knows no rhythm")
    }

    @Test func `an artifact that has seen everything is not scored at all`() throws {
        let series = TrainFixtures.series("web/cpu")
        let leaked = try TrainedModel.fit(series, recipe: Recipe(.naive))
        #expect(LiveComparison.compare(series, champion: leaked, previous: nil, horizonSeconds: 86_400) == nil)
    }

    @Test func `the version before learns nothing from after the champion's history`() throws {
        let champion = try fitted(.seasonalNaive)
        var previous: [Double] = []
        for factor in [1.0, 10] {
            var series = TrainFixtures.series("web/cpu")
            let times = series.times
            for row in times.indices where times[row] > end { series.values[row] *= factor }
            let live = LiveComparison.compare(
                series, champion: champion, previous: Recipe(.naive), horizonSeconds: 86_400)
            let honest = try TrainedModel.fit(series.upTo(end), recipe: Recipe(.naive))
            let after = series.after(end)
            let expected = Metrics.smape(
                actual: after.values, forecast: try honest.forecast(FutureFrame(times: after.times)).yhat)
            #expect(live?.previous == expected)
            previous.append(expected)
        }
        #expect(previous[1] > 100, "the jump took it by surprise")
    }

    @Test func `rows beyond the horizon are not held against a forecast`() throws {
        let live = LiveComparison.compare(
            TrainFixtures.series("web/cpu"), champion: try fitted(.naive), previous: nil, horizonSeconds: 6 * 3600)
        #expect(live?.points == 6)
    }

    @Test func `the version before counts only where it was compared on the same series`() {
        let both = LiveComparison.Series(smape: 10, previous: 5, from: 1, through: 2, points: 3)
        let one = LiveComparison.Series(smape: 20, previous: nil, from: 1, through: 2, points: 3)
        let mixed = LiveComparison.summary([both, one], previousVersion: 1)
        #expect(mixed?.smape == 15 && mixed?.previousSmape == nil && mixed?.points == 6)
        #expect(LiveComparison.summary([both], previousVersion: 1)?.previousSmape == 5)
    }

    @Test func `a training says how the champion did, and a refresh keeps it`() async throws {
        var run = TrainFixtures.run(.ets)
        run.refreshOnly = true
        let champion = TrainFixtures.champion([try fitted(.seasonalNaive)], version: 2)
        let before = TrainFixtures.champion([try fitted(.naive)], version: 1)
        var trainer = Trainer(
            run: run, champion: champion, previous: before, threads: 2, now: { Date(timeIntervalSince1970: 0) },
            progress: { _ in })
        let result = try await trainer.train(TrainFixtures.history([TrainFixtures.series("web/cpu")]))
        let live = try #require(result.manifest.live)
        #expect(live.previousVersion == 1 && live.points == 24)
        #expect(result.manifest.winner == .champion)
        #expect(result.artifact.models.first?.recipe.settings.name == .seasonalNaive)
    }
}
