import Autoscaler
import ForecastEngine
import Foundation
import KubernetesClient
import ModelRegistry

/// What MLflow is to show of one training. Pure: ``MLflowMirror`` writes it.
struct MLflowRecord: Sendable, Hashable {
    /// Tags that runs and versions are found by.
    enum Tag {
        static let model = "presage.model"
        static let modelUID = "presage.model_uid"
        static let runUID = "presage.training_job_uid"
        static let decision = "presage.decision"
        /// The number of the decision: it changes when a version is approved, turned down or rolled back to.
        static let sequence = "presage.sequence"
        static let version = "presage.version"
        static let revision = "presage.revision"
        static let reason = "presage.reason"
    }

    /// The identity of the TrainingJob.
    let uid: String
    let run: MLflowRun
    /// The version that it made, with its artifact; nil where it made none, one that was superseded, or one that is kept
    /// no longer.
    let version: Versions.Entry?

    /// A training that published a version, once it is decided what became of it.
    init?(_ entry: Versions.Entry, of model: ForecastModel) {
        guard let record = entry.record else { return nil }
        let manifest = entry.manifest
        let isSuperseded = !record.decision.isNumbered || record.decision == .damaged
        uid = manifest.trainingJob.uid
        version = isSuperseded ? nil : entry

        var tags = Self.tags(of: model, uid: manifest.trainingJob.uid)
        tags[Tag.decision] = record.decision.rawValue
        tags[Tag.sequence] = String(record.sequence)
        tags[Tag.reason] = record.reason
        tags["mlflow.note.content"] = manifest.reason
        if !isSuperseded {
            tags[Tag.version] = String(record.version)
            tags[Tag.revision] = String(record.revision)
        }
        var metrics: [String: Double] = [
            "series": Double(manifest.series), "series_failed": Double(manifest.failures),
        ]
        metrics["smape"] = manifest.scores.challenger
        metrics["smape_champion"] = manifest.scores.champion
        metrics["smape_baseline"] = manifest.scores.baseline
        var parameters = [
            "algorithm": manifest.algorithm, "challenger_algorithm": manifest.challengerAlgorithm,
            "winner": manifest.winner.rawValue, "engine_version": manifest.engineVersion,
            "history_start": Self.text(manifest.historyStart), "history_end": Self.text(manifest.historyEnd),
            "cut": Self.text(manifest.cut), "history_digest": manifest.historyDigest,
            "artifact_digest": manifest.artifactDigest,
        ]
        parameters["champion_version"] = manifest.championVersion.map(String.init)
        run = MLflowRun(
            name: manifest.trainingJob.name, status: record.decision == .damaged ? .failed : .finished,
            start: manifest.stages.map(\.time).min() ?? manifest.trainedAt, end: manifest.trainedAt,
            parameters: parameters, metrics: metrics, tags: tags)
    }

    /// A training of which only the TrainingJob is left: it failed, or its version was pruned before MLflow could be
    /// reached.
    init?(_ job: TrainingJob, of model: ForecastModel) {
        guard let status = job.status, let phase = status.phase, phase.isFinished else { return nil }
        uid = job.uid
        version = nil
        let end = status.completionTime ?? Date(timeIntervalSince1970: 0)
        var tags = Self.tags(of: model, uid: job.uid)
        if phase == .failed {
            let cause = status.conditions?.first { $0.status == .false }
            tags[Tag.decision] = "Failed"
            tags[Tag.reason] = cause?.reason ?? "Failed"
            tags["mlflow.note.content"] = cause?.message ?? ""
        } else {
            tags[Tag.decision] = Self.decision(status).rawValue
            tags[Tag.version] = status.version.map(String.init)
            tags[Tag.reason] = status.promotionReason
            tags["mlflow.note.content"] = status.promotionReason
        }
        var parameters: [String: String] = [:]
        parameters["challenger_algorithm"] = status.algorithm ?? job.spec.algorithm?.name?.rawValue
        parameters["history_start"] = status.historyStart.map(Self.text)
        parameters["history_end"] = status.historyEnd.map(Self.text)
        parameters["cut"] = status.cut.map(Self.text)
        parameters["champion_version"] = status.championVersion.map(String.init)
        var metrics: [String: Double] = [:]
        metrics["series"] = status.series.map(Double.init)
        metrics["series_failed"] = status.failedSeries.map(Double.init)
        metrics["smape"] = status.smape
        metrics["smape_champion"] = status.championSmape
        metrics["smape_baseline"] = status.baselineSmape
        run = MLflowRun(
            name: job.name, status: phase == .failed ? .failed : .finished, start: status.startTime ?? end, end: end,
            parameters: parameters, metrics: metrics, tags: tags)
    }

    /// All that is to be shown of a model, the oldest training first; each training once.
    static func all(of model: ForecastModel, versions: Versions, runs: [TrainingJob]) -> [MLflowRecord] {
        let published = versions.entries.compactMap { MLflowRecord($0, of: model) }
        // One that is not decided about yet is shown when it is.
        let known = Set(versions.entries.map(\.manifest.trainingJob.uid))
        return (published + runs.compactMap { MLflowRecord($0, of: model) }.filter { !known.contains($0.uid) })
            .sorted { ($0.run.end, $0.run.name) < ($1.run.end, $1.run.name) }
    }

    /// What became of a version, as far as a run's status tells.
    private static func decision(_ status: TrainingJobStatus) -> PromotionRecord.Decision {
        if status.promoted == true { return .promoted }
        guard let version = status.version else { return .superseded }
        return version == status.championVersion ? .refreshed : .candidate
    }

    /// Whether a run that the server has shows this training as it is.
    func isShown(by stored: MLflowRun.Stored) -> Bool {
        guard stored.isComplete else { return false }
        // Of what has no manifest any more nothing can have changed since it was shown in full.
        guard let sequence = run.tags[Tag.sequence] else { return true }
        return stored.tags[Tag.sequence] == sequence
            && stored.tags[Tag.decision] == run.tags[Tag.decision]
    }

    private static func tags(of model: ForecastModel, uid: String) -> [String: String] {
        [
            Tag.model: "\(model.namespace)/\(model.name)", Tag.modelUID: model.metadata.uid ?? "", Tag.runUID: uid,
            "mlflow.user": "presage", "mlflow.source.name": "TrainingJob/\(model.namespace)/\(model.name)",
        ]
    }

    private static func text(_ date: Date) -> String { date.formatted(.iso8601) }
}
