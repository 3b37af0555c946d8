import DataSources
import ForecastEngine
import Foundation
import ModelRegistry
import Testing

@testable import presage

/// What is done to a history before it is fitted, and what a person is told of it.
@Suite struct PreparationTests {
    private func validated(
        _ series: [TimeSeries], _ preparation: Preparation, meaning: History.Meaning = .panel
    ) async throws -> (ValidatedHistory, String) {
        var run = TrainFixtures.run()
        run.preparation = preparation
        var trainer = TrainFixtures.trainer(run)
        var validated = try trainer.validate(TrainFixtures.history(series))
        let message = await trainer.prepare(&validated, meaning: meaning)
        return (validated, message)
    }

    @Test func `rows are put on a grid by what they mean`() async throws {
        let raw = TimeSeries(id: "web/memory", times: [10, 1800, 3700, 7300], values: [1, 3, 5, .nan])
        let preparation = Preparation(resampleSeconds: 3600)
        let (memory, message) = try await validated([raw], preparation, meaning: .busiestPod)
        #expect(memory.series[0].times == [0, 3600, 7200])
        #expect(memory.series[0].values.prefix(2) == [3, 5], "memory is what has to fit")
        #expect(memory.series[0].values[2].isNaN)
        #expect(message.contains("resampled to 1h"))
        let (panel, _) = try await validated([raw], preparation)
        #expect(panel.series[0].values.prefix(2) == [2, 5])
        let (sum, _) = try await validated([raw], Preparation(resampleSeconds: 3600, aggregation: .sum))
        #expect(sum.series[0].values.prefix(2) == [4, 5])
    }

    @Test func `gaps are filled by the policy, in fits alone`() async throws {
        var raw = TrainFixtures.series("a", days: 3)
        raw.values[10] = .nan
        raw.values[11] = .nan
        raw.times.remove(at: 30)
        raw.values.remove(at: 30)
        func filled(_ gaps: Preparation.Gaps) -> TimeSeries { Preparation(gaps: gaps).prepared(raw).series }
        #expect(filled(.keep) == raw || filled(.keep).values[10].isNaN)
        let zero = filled(.zero)
        #expect(zero.count == 72 && zero.values[10] == 0 && zero.values[30] == 0)
        #expect(filled(.previous).values[11] == raw.values[9])
        let line = filled(.interpolate)
        let step = (raw.values[12] - raw.values[9]) / 3
        #expect(abs(line.values[10] - raw.values[9] - step) < 1e-12)
        let (validated, message) = try await validated([raw], Preparation(gaps: .interpolate))
        #expect(message.contains("3 steps filled (Interpolate)"))
        #expect(validated.series[0].values[10].isNaN, "what is scored stays as it was observed")
    }

    @Test func `a spike is found, named, and clipped or removed where that is asked for`() async throws {
        var raw = TrainFixtures.series("a")
        raw.values[200] = 900
        let (kept, message) = try await validated([raw], Preparation())
        #expect(message.contains("1 outliers in 1 series kept, e.g. a at 2026-01-13T08:00:00Z"))
        #expect(kept.report.findings.contains { $0.kind == .outliers && $0.count == 1 })
        let clipped = Preparation(outliers: .clip).prepared(raw).series.values[200]
        #expect(clipped < 30 && clipped > 5)
        #expect(Preparation(outliers: .remove).prepared(raw).series.values[200].isNaN)
        // Its own rhythm is no outlier.
        #expect(Preparation().prepared(TrainFixtures.series("a")).outliers == 0)
    }

    @Test(arguments: [AlgorithmName.prophet, .ets])
    func `each series is scaled by itself: grams and tons stand in one panel`(name: AlgorithmName) async throws {
        let grams = TrainFixtures.series("grams")
        var tons = grams
        tons.id = "tons"
        tons.values = grams.values.map { $0 / 1e6 }
        var trainer = TrainFixtures.trainer(TrainFixtures.run(name))
        let result = try await trainer.train(TrainFixtures.history([grams, tons]))
        let forecasts = try result.artifact.models.map { try $0.forecast(steps: 24) }
        try #require(result.artifact.models.map(\.seriesID) == ["grams", "tons"])
        for (large, small) in zip(forecasts[0].yhat, forecasts[1].yhat) {
            #expect(abs(small * 1e6 - large) < 1e-3 * abs(large), "\(large) g, \(small) t")
        }
    }

    @Test func `nothing after the cut changes what a fit sees`() {
        let preparation = Preparation(gaps: .interpolate, outliers: .clip)
        var raw = TrainFixtures.series("a")
        raw.values[398] = .nan
        let cut = raw.times[399]
        let before = preparation.prepared(raw.upTo(cut)).series
        for row in 400..<raw.count { raw.values[row] *= 50 }
        #expect(preparation.prepared(raw.upTo(cut)).series.values.map(\.bitPattern) == before.values.map(\.bitPattern))
    }

    @Test func `a version says what was found`() async throws {
        var raw = TrainFixtures.series("a")
        raw.values[200] = 900
        let flat = TimeSeries(id: "flat", times: raw.times, values: raw.values.map { _ in 2 })
        var thin = TrainFixtures.series("thin")
        for row in thin.values.indices where row % 3 != 0 { thin.values[row] = .nan }
        var trainer = TrainFixtures.trainer(TrainFixtures.run())
        let result = try await trainer.train(TrainFixtures.history([raw, flat, thin]))
        let found = result.manifest.findings ?? []
        #expect(Set(found.map(\.kind)).isSuperset(of: ["outliers", "constant", "sparse"]))
        #expect(found.first { $0.kind == "sparse" }?.example == "thin")
        #expect(found.first { $0.kind == "outliers" }?.example == "a at 2026-01-13T08:00:00Z")
    }

    @Test func `that a part of the history is missing is never left out of a version, whatever else was found`()
        async throws
    {
        var history = TrainFixtures.history([TrainFixtures.series("a")])
        for column in 0..<30 { history.report.note(.textColumn, column: "note \(column)", example: "a") }
        for kind in Finding.Kind.allCases where kind != .partial { history.report.note(kind, example: "a") }
        history.report.note(.partial, example: "store s did not answer")
        var trainer = TrainFixtures.trainer(TrainFixtures.run())
        let manifest = try await trainer.train(history).manifest
        #expect(manifest.missingPart == "store s did not answer")
        #expect(manifest.findings?.count == VersionManifest.mostFindings)
    }

    @Test func `rolling origins score several holdouts, none of which its fit has seen`() async throws {
        let series = TrainFixtures.series("a")
        let all = try HoldoutSplit(
            HoldoutSplit.observed([series]), run: 86_400, holdoutSeconds: nil, origins: 4)
        #expect(all.cuts.count == 4 && zip(all.cuts, all.cuts.dropFirst()).allSatisfy { $0 - $1 == 86_400 })
        // A champion chose at its own cut: what came before has been seen.
        let after = try HoldoutSplit(
            HoldoutSplit.observed([series]), run: 86_400, holdoutSeconds: nil, origins: 4, recipeCut: all.cuts[1])
        #expect(after.cuts == Array(all.cuts.prefix(2)))
        let outcome = SeriesOutcome.score(series, split: all, challenger: Recipe(.naive), champion: nil)
        var points: (actual: [Double], forecast: [Double]) = ([], [])
        for cut in all.cuts {
            let unseen = series.after(cut).upTo(cut + 86_400)
            let model = try TrainedModel.fit(series.upTo(cut), recipe: Recipe(.naive), calibrate: false)
            points.actual += unseen.values
            points.forecast += try model.forecast(FutureFrame(times: unseen.times)).yhat
        }
        #expect(outcome.challenger == Metrics.smape(actual: points.actual, forecast: points.forecast))
    }
}
