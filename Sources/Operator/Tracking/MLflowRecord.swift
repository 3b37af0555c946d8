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
        static let version = "presage.version"
        static let revision = "presage.revision"
        static let reason = "presage.reason"
    }

    /// The identity of the TrainingJob.
    let uid: String
    let run: MLflowRun
    /// The version that it made, with its artifact; nil where it made none, or one that was superseded.
    let version: Versions.Entry?

    /// A training that published a version, once it is decided what became of it.
    init?(_ entry: Versions.Entry, of model: ForecastModel) {
        guard let record = entry.record else { return nil }
        let manifest = entry.manifest
        let isSuperseded = record.decision == .superseded
        uid = manifest.trainingJob.uid
        version = isSuperseded ? nil : entry

        var tags = Self.tags(of: model, uid: manifest.trainingJob.uid)
        tags[Tag.decision] = record.decision.rawValue
        tags[Tag.reason] = record.reason
        tags["mlflow.note.content"] = manifest.reason
        if !isSuperseded {
            tags[Tag.version] = String(record.version)
            tags[Tag.revision] = String(record.revision)
        }
        var metrics: [String: Double] = [
            "series": Double(manifest.series), "series_failed": Double(manifest.failedSeries.count),
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
            name: manifest.trainingJob.name, status: .finished,
            start: manifest.stages.map(\.time).min() ?? manifest.trainedAt, end: manifest.trainedAt,
            parameters: parameters, metrics: metrics, tags: tags)
    }

    /// A training that failed.
    init?(failed job: TrainingJob, of model: ForecastModel) {
        guard job.status?.phase == .failed, let uid = job.metadata.uid else { return nil }
        self.uid = uid
        version = nil
        let end = job.status?.completionTime ?? Date(timeIntervalSince1970: 0)
        let cause = job.status?.conditions?.first { $0.status == .false }
        var tags = Self.tags(of: model, uid: uid)
        tags[Tag.decision] = "Failed"
        tags[Tag.reason] = cause?.reason ?? "Failed"
        tags["mlflow.note.content"] = cause?.message ?? ""
        var parameters: [String: String] = [:]
        parameters["challenger_algorithm"] = job.status?.algorithm ?? job.spec.algorithm?.name?.rawValue
        run = MLflowRun(
            name: job.name, status: .failed, start: job.status?.startTime ?? end, end: end, parameters: parameters,
            tags: tags)
    }

    /// All that is to be shown of a model, the oldest training first.
    static func all(of model: ForecastModel, versions: Versions, runs: [TrainingJob]) -> [MLflowRecord] {
        (versions.entries.compactMap { MLflowRecord($0, of: model) }
            + runs.compactMap { MLflowRecord(failed: $0, of: model) })
            .sorted { ($0.run.end, $0.run.name) < ($1.run.end, $1.run.name) }
    }

    private static func tags(of model: ForecastModel, uid: String) -> [String: String] {
        [
            Tag.model: "\(model.namespace)/\(model.name)", Tag.modelUID: model.metadata.uid ?? "", Tag.runUID: uid,
            "mlflow.user": "presage", "mlflow.source.name": "TrainingJob/\(model.namespace)/\(model.name)",
        ]
    }

    private static func text(_ date: Date) -> String { date.formatted(.iso8601) }
}
