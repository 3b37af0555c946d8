import Autoscaler
import DataSources
import ForecastEngine
import Foundation
import ModelRegistry

/// A series' model for serving, or why there is none.
struct Refit: Sendable {
    var id: String
    /// The recipe that was asked for; nil where there was none and a fallback was taken.
    var recipe: Recipe?
    var model: TrainedModel?
    var failure: String?
}

extension Trainer {
    /// Fits the winner's recipe through the end of the history, choosing nothing anew; a series whose fit fails is
    /// served by seasonal naive.
    func refit(
        _ work: [(series: TimeSeries, challenger: Recipe?)], with winner: VersionManifest.Winner
    ) async -> [Refit] {
        let (champion, settings) = (self.champion, run.algorithm)
        return await fit(
            work.map { series, challenger in
                switch winner {
                case .challenger: (series, challenger ?? Recipe(settings: settings))
                case .champion: (series, champion?.recipe(for: series.id) ?? Recipe(settings: settings))
                }
            })
    }

    /// The champion's recipes through the end of the history; where a recipe is the challenger's too, the model that was
    /// fitted already.
    func refreshed(
        _ work: [(series: TimeSeries, challenger: Recipe?)], like refits: [Refit]
    ) async -> [TrainedModel] {
        let recipes = work.map { champion?.recipe(for: $0.series.id) ?? Recipe(settings: run.algorithm) }
        let isKnown = zip(refits, recipes).map { $0.recipe == $1 }
        var fitted = await fit(
            work.indices.filter { !isKnown[$0] }.map { (work[$0].series, recipes[$0]) }
        ).makeIterator()
        return work.indices.compactMap { isKnown[$0] ? refits[$0].model : fitted.next()?.model }
    }

    /// How many values of their histories the models of an artifact keep at most, four bytes each: a workload's do, and a
    /// hundred shops' days; of thousands of series it would be most of the artifact.
    private static let keptValues = 250_000

    private func fit(_ work: [(TimeSeries, Recipe)]) async -> [Refit] {
        let (horizon, preparation) = (run.horizonSeconds, preparation)
        return await parallelMap(work, threads: threads) { raw, recipe in
            let series = preparation.prepared(raw).series
            var refit = Refit(id: series.id, recipe: recipe)
            if let reason = series.lackOfStep {
                refit.failure = reason
                return refit
            }
            let step = TimeStep.infer(from: series.times)?.approximateSeconds ?? Double(max(1, horizon))
            let steps = max(1, Int((Double(horizon) / step).rounded(.up)))
            for candidate in [recipe, Recipe(.seasonalNaive)] {
                do throws(ForecastError) {
                    var model = try TrainedModel.fit(series, recipe: candidate, horizon: steps)
                    let kept = min(7 * steps, TrainedModel.longestHistory)
                    if kept * work.count <= Self.keptValues { model.keepHistory(of: series, steps: kept) }
                    refit.model = model
                    return refit
                } catch {
                    refit.failure = refit.failure ?? error.message
                }
            }
            return refit
        }
    }

    /// The manifest, still without chunks.
    func manifest(
        _ validated: ValidatedHistory, split: HoldoutSplit, outcomes: [SeriesOutcome], refits: [Refit],
        tally: VersionManifest.Tally, verdict: Verdict
    ) -> VersionManifest {
        var failed = validated.rejected
        for outcome in outcomes {
            if let reason = outcome.failure { failed.append(.init(id: outcome.id, reason: reason)) }
        }
        var count = validated.rejected.count + outcomes.count { $0.hasFailed }
        let known = Set(failed.map(\.id))
        for refit in refits {
            guard let reason = refit.failure, !known.contains(refit.id) else { continue }
            failed.append(.init(id: refit.id, reason: reason))
            count += 1
        }
        let models = refits.compactMap(\.model)
        let served = AlgorithmTitle.text(models.map(\.recipe))
        let put = AlgorithmTitle.text(outcomes.compactMap(\.challengerRecipe))
        var manifest = VersionManifest(
            model: run.model, trainingJob: run.trainingJob,
            algorithm: verdict.winner == .challenger ? put : served, challengerAlgorithm: put,
            engineVersion: "presage \(Presage.version)", trainedAt: now(), historyStart: date(split.start),
            historyEnd: date(split.end), cut: date(split.cut), historyDigest: Digest.history(validated.series),
            series: models.count, failedSeries: Array(failed.prefix(VersionManifest.listedFailures)),
            failedSeriesCount: count, scores: VersionManifest.Scores(tally),
            championVersion: champion?.version, winner: verdict.winner, reason: verdict.message, stages: stages,
            chunks: [], artifactDigest: ""
        )
        if verdict.winner == .champion { manifest.recipeCut = champion?.recipeCut.map(date) }
        manifest.findings = VersionManifest.listed(
            validated.report.findings.map {
                VersionManifest.Finding(
                    kind: $0.kind.rawValue, count: $0.count, series: $0.series, example: $0.example)
            })
        return manifest
    }

    private func date(_ seconds: Int) -> Date { Date(timeIntervalSince1970: Double(seconds)) }
}
