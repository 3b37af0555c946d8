import Autoscaler
import ForecastEngine
import ModelRegistry

/// What the scores come to.
struct Verdict: Sendable {
    /// Which recipe is fitted through the end; of a shard always the challenger's.
    var winner: VersionManifest.Winner
    /// One word.
    var reason: String
    /// A sentence with the scores.
    var message: String
}

extension Trainer {
    /// Decides which recipe won; a shard only says what it scored, for the decision is about all series.
    func evaluate(_ tally: VersionManifest.Tally) throws(TrainingFailure) -> Verdict {
        let scores = VersionManifest.Scores(tally)
        if run.isShard {
            let parts = [("challenger", scores.challenger), ("champion", scores.champion)].compactMap { name, score in
                score.map { "\(name) \(Promotion.percent($0))" }
            }
            return Verdict(
                winner: .challenger, reason: "Scored",
                message: "slice \(run.shardIndex) of \(run.shardCount): \(tally.challenger?.series ?? 0) series scored"
                    + (parts.isEmpty ? "" : ", SMAPE \(parts.joined(separator: ", "))")
                    + "; all slices are decided on together"
            )
        }
        guard let challenger = scores.challenger else {
            throw TrainingFailure(
                "NothingScored", "no series has observations on both sides of the cut; give more history",
                stage: .evaluated
            )
        }
        var policy = PromotionSpec()
        policy.minimumImprovement = run.minimumImprovement
        policy.baseline = run.scoresBaseline ? .seasonalNaive : .none
        let decision = Promotion.decide(
            challenger: Promotion.Score(smape: challenger),
            champion: champion.map { Promotion.Score(version: $0.version, smape: scores.champion ?? .nan) },
            baseline: scores.baseline, policy: policy
        )
        guard decision.isPromoted || champion != nil else {
            throw TrainingFailure(decision.reason.rawValue, decision.message, stage: .evaluated)
        }
        return Verdict(
            winner: decision.isPromoted ? .challenger : .champion, reason: decision.reason.rawValue,
            message: decision.message
        )
    }

    /// What the merge needs of a shard.
    func shard(
        _ manifest: VersionManifest, outcomes: [SeriesOutcome], validated: ValidatedHistory,
        tally: VersionManifest.Tally, _ refreshed: [TrainedModel]?
    ) -> VersionManifest.Shard {
        VersionManifest.Shard(
            index: run.shardIndex, count: run.shardCount, attempted: outcomes.count + validated.rejected.count,
            failed: manifest.failedSeriesCount ?? 0, tally: tally,
            refresh: refreshed.map {
                VersionManifest.Refresh(algorithm: AlgorithmTitle.text($0.map(\.recipe)), series: $0.count)
            }
        )
    }
}
