import Autoscaler
import DataSources
import ForecastEngine
import Foundation
import ModelRegistry

/// Trains one run, or one shard of it: validate, prepare, train, evaluate, and refit.
///
/// Does no input or output: the history comes in, a version that is ready to publish goes out. Promotion follows the
/// design's rules: both recipes are fitted on rows up to one cut and scored on the rows after it, and only the winner is
/// then fitted through the end. A shard knows its own scores alone, so it refits both, and whoever merges takes one.
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
    /// Of a shard whose source was read whole: when any series was observed.
    var allObserved: ClosedRange<Int>?

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
        /// Of a shard with a champion: its recipe on the newer data.
        var refresh: ModelArtifact?
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
        var validated = try validate(history)
        finish(.validated, "Valid", validated.message)

        let prepared = await prepare(&validated, meaning: history.meaning)
        let split = try HoldoutSplit(
            observed(history, validated.series), run: run.horizonSeconds, holdoutSeconds: run.holdoutSeconds,
            origins: run.origins ?? 1, recipeCut: champion?.recipeCut
        )
        finish(.prepared, "Split", [split.message(origins: run.origins ?? 1), prepared].joined(separator: "; "))

        let settings = Recipe(settings: run.algorithm)
        let (champion, preparation) = (self.champion, self.preparation)
        // A refresh puts the champion up against itself: a tie, which keeps it.
        let isRefresh = run.refreshOnly ?? false
        let outcomes = await parallelMap(validated.series, threads: threads) { series in
            let current = champion?.recipe(for: series.id)
            return SeriesOutcome.score(
                series, split: split, preparation: preparation,
                challenger: isRefresh ? current ?? settings : settings, champion: current
            )
        }
        finish(.trained, "Fitted", try fitted(outcomes, rejected: validated.rejected))

        let tally = VersionManifest.Tally(
            challenger: SeriesOutcome.sum(outcomes, \.challenger),
            champion: SeriesOutcome.sum(outcomes, \.champion),
            baseline: run.scoresBaseline ? SeriesOutcome.sum(outcomes, \.baseline) : nil
        )
        let live = await live(validated.series)
        let verdict = try evaluate(tally)
        finish(.evaluated, verdict.reason, verdict.message)

        let work = zip(validated.series, outcomes).filter { !$1.hasEnded }.map { ($0, $1.challengerRecipe) }
        let refits = await refit(work, with: verdict.winner)
        let models = refits.compactMap(\.model)
        guard !models.isEmpty || run.isShard else {
            throw TrainingFailure(
                "RefitFailed",
                "no series could be fitted through the end of the history: \(refits.first?.failure ?? "")",
                stage: .evaluated, exitStatus: .software
            )
        }
        var manifest = manifest(
            validated, split: split, outcomes: outcomes, refits: refits, tally: tally, verdict: verdict)
        manifest.live = live.mean(previousVersion: previous?.version)
        var refresh: ModelArtifact?
        if run.isShard {
            let refreshed = champion == nil ? nil : await self.refreshed(work, like: refits)
            manifest.shard = shard(manifest, outcomes: outcomes, validated: validated, tally: tally, refreshed)
            manifest.shard?.live = live
            refresh = refreshed.map { artifact($0, history, split) }
        }
        return Result(manifest: manifest, artifact: artifact(models, history, split), refresh: refresh)
    }

    private func artifact(_ models: [TrainedModel], _ history: History, _ split: HoldoutSplit) -> ModelArtifact {
        var metadata = ["trainingJob": run.trainingJob.name, "meaning": history.meaning.rawValue]
        // How the CPU of all pods comes down to one. A shard tells it of its own series: whoever reads the version has all.
        var own = history
        own.series = run.slice.select(history.series)
        metadata.merge(PodShares(own, after: split.cut).metadata) { $1 }
        return ModelArtifact(models: models, metadata: metadata)
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
