import Autoscaler
import ForecastEngine
import Foundation
import KubernetesClient
import ModelRegistry

/// Writes the trainer's document for a run.
enum TrainingRunBuilder {
    /// The document; it holds no secret. Its paths are relative to its own folder in the pod, see
    /// ``TrainingObjects/MountPath``.
    ///
    /// - Parameters:
    ///   - job: the run, with everything that it leaves to its model filled in.
    ///   - champion: what serves now.
    static func run(
        for job: TrainingJob, of model: ForecastModel, champion: Versions.Entry?, previous: Versions.Entry? = nil,
        asOf: Date
    ) -> TrainingRun {
        let horizon = job.spec.horizon ?? model.spec.horizon
        let algorithm = (job.spec.algorithm ?? model.spec.algorithm)
        var annotations: [String: String] = [:]
        annotations[TrainingNeed.specLabel] = job.metadata.labels[TrainingNeed.specLabel]
        annotations[TrainingNeed.requestAnnotation] = job.metadata.annotations[TrainingNeed.requestAnnotation]
        let settings = algorithm.settings(default: model.spec.algorithmName)
        if job.spec.refresh != true, let text = try? JSONValue(encoding: settings).serialized([.sortedKeys]) {
            annotations[recipeAnnotation] = TrainingNeed.hash(String(decoding: text, as: UTF8.self))
        }
        // Versions that are to outlive their model are nobody's children.
        let owners = model.spec.deletionPolicy == .retain ? [] : [Labels.owner(model)]
        var run = TrainingRun(
            model: .init(namespace: model.namespace, name: model.name, uid: model.uid),
            trainingJob: .init(namespace: job.namespace, name: job.name, uid: job.uid),
            asOf: asOf,
            source: source(job.spec.source ?? model.spec.source),
            algorithm: settings,
            horizonSeconds: horizon.span.seconds,
            holdoutSeconds: (job.spec.holdout ?? model.spec.training.holdout)?.seconds,
            minimumImprovement: model.spec.promotion.minimumImprovement,
            scoresBaseline: model.spec.promotion.baseline == .seasonalNaive,
            champion: champion.flatMap { entry in
                entry.record.map {
                    TrainingRun.Champion(
                        version: $0.version, directory: "../champion", manifest: entry.name)
                }
            },
            artifact: TrainingRun.Artifact(
                name: TrainingObjects.Names(job: job.name).artifact,
                maximumChunks: TrainingObjects.maximumChunks(shards: job.spec.parallelism ?? 1),
                labels: [Labels.model: Labels.value(model.name), Labels.trainingJob: Labels.value(job.name)],
                annotations: annotations,
                ownerReferences: owners))
        run.previous = previous.flatMap { entry in
            entry.record.map {
                TrainingRun.Champion(version: $0.version, directory: "../previous", manifest: entry.name)
            }
        }
        run.refreshOnly = job.spec.refresh == true ? true : nil
        run.shardCount = job.spec.parallelism ?? 1
        run.preparation = job.spec.preparation?.preparation
        run.origins = job.spec.origins
        run.toleratedFailuresPercent = job.spec.toleratedFailures
        return run
    }

    /// The annotation of a manifest with the digest of the challenger's settings.
    static let recipeAnnotation = "presage.dev/recipe"

    private static func source(_ spec: SourceSpec) -> TrainingRun.Source {
        var source = TrainingRun.Source(recorded: spec.isRecorded)
        if let csv = spec.csv {
            source.path = csv.path
            source.url = csv.url
            if let entry = csv.configMap { source.path = "../source/\(entry.key)" }
            source.columns = csv.columns.map(names)
        }
        return source
    }

    private static func names(_ columns: CSVColumns) -> [String: String] {
        let all = [
            "timestamp": columns.timestamp, "container": columns.container, "cpu": columns.cpu,
            "memory": columns.memory, "pod": columns.pod, "unique_id": columns.id, "ds": columns.time,
            "y": columns.value,
        ]
        return all.compactMapValues { $0 }
    }
}
