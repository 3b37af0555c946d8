import Autoscaler
import ForecastEngine
import Foundation
import ModelRegistry

/// A series' model for serving, or why there is none.
struct Refit: Sendable {
    var id: String
    var model: TrainedModel?
    var failure: String?
}

extension Trainer {
    /// Fits the winner's recipe through the end of the history, choosing nothing anew; a series whose fit fails is
    /// served by seasonal naive.
    func refit(
        _ series: [TimeSeries], outcomes: [SeriesOutcome], winner: VersionManifest.Winner
    ) async -> [Refit] {
        let (champion, settings, horizon) = (self.champion, run.algorithm, run.horizonSeconds)
        let work = zip(series, outcomes).filter { !$1.hasEnded }
        return await parallelMap(Array(work), threads: threads) { series, outcome in
            let recipe: Recipe? =
                switch winner {
                case .challenger: outcome.challengerRecipe ?? Recipe(settings: settings)
                case .champion: champion?.recipe(for: series.id)
                }
            let step = TimeStep.infer(from: series.times)?.approximateSeconds ?? Double(max(1, horizon))
            let steps = max(1, Int((Double(horizon) / step).rounded(.up)))
            var refit = Refit(id: series.id)
            for candidate in [recipe ?? Recipe(settings: settings), Recipe(.seasonalNaive)] {
                do throws(ForecastError) {
                    refit.model = try TrainedModel.fit(series, recipe: candidate, horizon: steps)
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
        scores: VersionManifest.Scores, decision: Promotion, winner: VersionManifest.Winner, models: [TrainedModel]
    ) -> VersionManifest {
        var failed = validated.rejected
        for outcome in outcomes {
            if let reason = outcome.failure { failed.append(.init(id: outcome.id, reason: reason)) }
        }
        for refit in refits {
            guard let reason = refit.failure, !failed.contains(where: { $0.id == refit.id }) else { continue }
            failed.append(.init(id: refit.id, reason: reason))
        }
        let served = AlgorithmTitle.text(models.map(\.recipe))
        let put = AlgorithmTitle.text(outcomes.compactMap(\.challengerRecipe))
        return VersionManifest(
            model: run.model, trainingJob: run.trainingJob,
            algorithm: winner == .challenger ? put : served, challengerAlgorithm: put,
            engineVersion: "presage \(Presage.version)", trainedAt: now(), historyStart: date(split.start),
            historyEnd: date(split.end), cut: date(split.cut), historyDigest: Digest.history(validated.series),
            series: models.count, failedSeries: Array(failed.prefix(VersionManifest.listedFailures)),
            failedSeriesCount: failed.count, scores: scores,
            championVersion: champion?.version, winner: winner, reason: decision.message, stages: stages, chunks: [],
            artifactDigest: ""
        )
    }

    private func date(_ seconds: Int) -> Date { Date(timeIntervalSince1970: Double(seconds)) }
}

/// What a person calls the algorithm of a version.
enum AlgorithmTitle {
    /// `Prophet`, or for `Auto` with the parts it combines, the weightiest first: `Auto (ETS, Profile)`.
    static func text(_ recipes: [Recipe]) -> String {
        guard let name = recipes.first?.settings.name.rawValue else { return "none" }
        var weights: [String: Double] = [:]
        for member in recipes.flatMap({ $0.choices?.members ?? [] }) {
            weights[member.name.rawValue, default: 0] += member.weight
        }
        let parts = weights.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(3).map(\.key)
        return parts.isEmpty ? name : "\(name) (\(parts.joined(separator: ", ")))"
    }
}
