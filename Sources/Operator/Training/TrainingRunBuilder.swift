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
    ///   - trainedSpec: the digest of the model's spec that was trained last.
    ///   - containers: the target's containers and native sidecars; nil where there is no target, or it does not exist.
    static func run(
        for job: TrainingJob, of model: ForecastModel, champion: Versions.Entry?, previous: Versions.Entry? = nil,
        trainedSpec: String? = nil, containers: [String]? = nil, asOf: Date
    ) throws(SpecError) -> TrainingRun {
        func compared(_ entry: Versions.Entry?, in folder: TrainingSecrets.Folder, at directory: String)
            -> TrainingRun.Champion?
        {
            guard let entry, let record = entry.record else { return nil }
            var version = TrainingRun.Champion(version: record.version, directory: directory, manifest: entry.name)
            version.objects = entry.manifest.store.map {
                TrainingSecrets.objects(RegistryFolder.current($0, of: model.spec), for: folder)
            }
            return version
        }
        let horizon = job.spec.horizon ?? model.spec.horizon
        let algorithm = (job.spec.algorithm ?? model.spec.algorithm)
        var annotations: [String: String] = [:]
        // What a person's run leaves is newer than what tells for which spec the model was last trained, and tells it too.
        annotations[TrainingNeed.specLabel] = job.metadata.labels[TrainingNeed.specLabel] ?? trainedSpec
        annotations[TrainingNeed.requestAnnotation] = job.metadata.annotations[TrainingNeed.requestAnnotation]
        let settings = algorithm.settings(default: model.spec.algorithmName)
        if job.spec.refresh != true {
            annotations[recipeAnnotation] = TrainingNeed.hash(
                try JSONValue(of: settings, field: "spec.algorithm").jsonString([.sortedKeys]))
        }
        // Versions that are to outlive their model are nobody's children.
        let owners = model.spec.deletionPolicy == .retain ? [] : [Labels.ownerOfVersions(model)]
        var run = TrainingRun(
            model: .init(namespace: model.namespace, name: model.name, uid: model.uid),
            trainingJob: .init(namespace: job.namespace, name: job.name, uid: job.uid),
            asOf: asOf,
            source: source(job.spec.source ?? model.spec.source, target: model.spec.targetRef, containers: containers),
            algorithm: settings,
            horizonSeconds: horizon.span.seconds,
            holdoutSeconds: (job.spec.holdout ?? model.spec.training.holdout)?.seconds,
            minimumImprovement: model.spec.promotion.minimumImprovement,
            scoresBaseline: model.spec.promotion.baseline == .seasonalNaive,
            champion: compared(champion, in: .champion, at: "../champion"),
            artifact: TrainingRun.Artifact(
                name: TrainingObjects.Names(job: job.name).artifact,
                maximumChunks: TrainingObjects.maximumChunks(shards: job.spec.parallelism ?? 1),
                labels: [Labels.model: Labels.value(model.name), Labels.trainingJob: Labels.value(job.name)],
                annotations: annotations,
                ownerReferences: owners))
        run.previous = compared(previous, in: .previous, at: "../previous")
        run.artifact.objects = model.spec.registry?.s3.map {
            TrainingSecrets.objects(RegistryFolder.store($0, of: model, run: job.uid), for: .registry)
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
}
