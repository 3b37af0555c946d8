import Autoscaler
import DataSources
import ForecastEngine
import Foundation
import ModelRegistry

/// Trains one run: validate, prepare, train, evaluate, and refit the winner.
///
/// Does no input or output: the history comes in, a version that is ready to publish goes out. Promotion follows the
/// design's rules: both recipes are fitted on rows up to one cut and scored on the rows after it, and only the winner is
/// then fitted through the end.
struct Trainer: Sendable {
    let run: TrainingRun
    let champion: ChampionRecipes?
    /// The version that served before the champion; nil where there is none or nobody wants to know.
    let previous: ChampionRecipes?
    let threads: Int
    let now: @Sendable () -> Date
    let progress: @Sendable (String) -> Void

    /// The stages that ended, the last of them perhaps badly.
    private(set) var stages: [VersionManifest.Stage] = []

    init(
        run: TrainingRun, champion: ChampionRecipes?, previous: ChampionRecipes? = nil, threads: Int,
        now: @escaping @Sendable () -> Date,
        progress: @escaping @Sendable (String) -> Void
    ) {
        self.run = run
        self.champion = champion
        self.previous = previous
        self.threads = threads
        self.now = now
        self.progress = progress
    }

    /// A version, ready to publish.
    struct Result: Sendable {
        var manifest: VersionManifest
        var artifact: ModelArtifact
    }

    mutating func train(_ history: History) async throws(TrainingFailure) -> Result {
        do throws(TrainingFailure) {
            return try await runStages(history)
        } catch {
            if let stage = error.stage { finish(stage, succeeded: false, error.reason, error.message) }
            throw error
        }
    }

    private mutating func runStages(_ history: History) async throws(TrainingFailure) -> Result {
        let validated = try validate(history)
        finish(.validated, "Valid", validated.message)

        let split = try HoldoutSplit(
            validated.series, run: run.horizonSeconds, holdoutSeconds: run.holdoutSeconds
        )
        finish(
            .prepared, "Split",
            "fits see \(HoldoutSplit.duration(split.cut - split.start)) of history, "
                + "scores the \(HoldoutSplit.duration(split.end - split.cut)) after it"
        )

        let settings = Recipe(settings: run.algorithm)
        let champion = self.champion
        // A refresh puts the champion up against itself: a tie, which keeps it.
        let isRefresh = run.refreshOnly ?? false
        let outcomes = await parallelMap(validated.series, threads: threads) { series in
            let current = champion?.recipe(for: series.id)
            return SeriesOutcome.score(
                series, split: split, challenger: isRefresh ? current ?? settings : settings, champion: current
            )
        }
        finish(.trained, "Fitted", try fitted(outcomes))

        let scores = VersionManifest.Scores(
            challenger: SeriesOutcome.mean(outcomes, \.challenger),
            champion: SeriesOutcome.mean(outcomes, \.champion),
            baseline: run.scoresBaseline ? SeriesOutcome.mean(outcomes, \.baseline) : nil
        )
        let live = await live(validated.series)
        let decision = try decide(scores)
        finish(.evaluated, decision.reason.rawValue, decision.message)

        let winner: VersionManifest.Winner = decision.isPromoted || champion == nil ? .challenger : .champion
        let refits = await refit(validated.series, outcomes: outcomes, winner: winner)
        let models = refits.compactMap(\.model)
        guard !models.isEmpty else {
            throw TrainingFailure(
                "RefitFailed",
                "no series could be fitted through the end of the history: \(refits.first?.failure ?? "")",
                stage: .evaluated, exitStatus: .software
            )
        }
        let artifact = ModelArtifact(
            models: models, metadata: ["trainingJob": run.trainingJob.name, "meaning": history.meaning.rawValue]
        )
        var manifest = manifest(
            validated, split: split, outcomes: outcomes, refits: refits, scores: scores, decision: decision,
            winner: winner, models: models
        )
        manifest.live = live
        return Result(manifest: manifest, artifact: artifact)
    }

    private func decide(_ scores: VersionManifest.Scores) throws(TrainingFailure) -> Promotion {
        guard let challenger = scores.challenger else {
            throw TrainingFailure(
                "NothingScored", "no series has observations on both sides of the cut; give more history",
                stage: .evaluated
            )
        }
        var policy = PromotionSpec()
        policy.minimumImprovement = run.minimumImprovement
        policy.baseline = run.scoresBaseline ? .seasonalNaive : .none
        let against = champion.map { Promotion.Score(version: $0.version, smape: scores.champion ?? .nan) }
        let decision = Promotion.decide(
            challenger: Promotion.Score(smape: challenger), champion: against, baseline: scores.baseline, policy: policy
        )
        guard decision.isPromoted || champion != nil else {
            throw TrainingFailure(decision.reason.rawValue, decision.message, stage: .evaluated)
        }
        return decision
    }

    private mutating func finish(
        _ stage: TrainingStage, succeeded: Bool = true, _ reason: String, _ message: String
    ) {
        stages.append(
            VersionManifest.Stage(
                name: stage.rawValue, succeeded: succeeded, reason: reason, message: message, time: now()
            )
        )
        progress("\(stage.rawValue.lowercased()): \(message)")
    }
}
