import Autoscaler
import Foundation
import KubernetesClient
import Logging
import ModelRegistry

/// Reads and writes the promotion records of a cluster.
struct VersionStore: Sendable {
    let client: KubernetesClient
    let manifests: Store<ConfigMap>
    let artifacts: ArtifactCache
    let logger: Logger

    /// The index of manifests by `<namespace>/<label of the model>`.
    static let byModel = "model"

    /// The versions of a model as the informer last saw them.
    func cached(_ model: ForecastModel) -> Versions {
        versions(in: manifests.list(index: Self.byModel, value: "\(model.namespace)/\(Labels.value(model.name))"))
    }

    /// The versions of a model as the API server has them now, for decisions that must not rest on an old view.
    func live(_ model: ForecastModel) async throws -> Versions {
        let selector = "\(ArtifactLabels.kind)=\(ArtifactLabels.manifest),\(Labels.model)=\(Labels.value(model.name))"
        return versions(
            in: try await client.list(
                ConfigMap.self, namespace: model.namespace, options: ListOptions(labelSelector: selector)
            ).items)
    }

    /// Whether this very run's manifest exists, and not that of an older run of the same name. The informer may lag behind
    /// the Job's, so its *no* is asked again.
    func isPublished(by job: TrainingJob, jobState: TrainingStep.JobState) async throws -> Bool {
        let key = ObjectKey(namespace: job.namespace, name: TrainingObjects.Names(job: job.name).artifact)
        if let cached = manifests.get(key), Self.run(of: cached) == job.uid { return true }
        guard !job.isFinished, jobState != .active else { return false }
        return try await client.find(ConfigMap.self, key.name, namespace: key.namespace).flatMap(Self.run) == job.uid
    }

    /// The identity of the run that published a manifest; nil where it cannot be read.
    private static func run(of configMap: ConfigMap) -> String? {
        (try? Versions.Entry(configMap: configMap))?.manifest.trainingJob.uid
    }

    /// Decides what a run's version becomes and writes it down, or reads what was written before.
    ///
    /// An artifact that is not what its manifest says, or that cannot be read, is never promoted.
    ///
    /// - Throws: a 409 where somebody changed the manifest in between; the caller tries again.
    func decide(
        run job: TrainingJob, of model: ForecastModel, at now: Date
    ) async throws -> (Versions.Entry, PromotionRecord) {
        let versions = try await live(model)
        let name = TrainingObjects.Names(job: job.name).artifact
        guard let entry = versions.entries.first(where: { $0.isMade(by: job) }) else {
            throw OperatorError(
                .invalidManifest, "ConfigMap \(name) holds no manifest that can be read; see the operator's log")
        }
        if let record = entry.record {
            // An earlier try may have ended between the record and the seal.
            try await seal(entry)
            return (entry, record)
        }
        let champion = versions.production(pinned: model.spec.promotion.pinnedVersion)
        var record = versions.record(
            for: entry.manifest, champion: champion, policy: model.spec.promotion, recipe: entry.recipe, at: now)
        if record.decision.isNumbered, let damage = try await artifacts.damage(of: entry) {
            record = record.damaged(damage)
        }
        try await write(record, on: entry)
        try await seal(entry)
        return (entry, record)
    }

    /// Writes a record, provided that the manifest is as it was read.
    func write(_ record: PromotionRecord, on entry: Versions.Entry) async throws {
        try await patch(
            name: entry.name, namespace: entry.metadata.namespace,
            [
                "metadata": [
                    "resourceVersion": .string(entry.metadata.resourceVersion ?? ""),
                    "annotations": .object(JSONObject(record.annotations.mapValues(JSONValue.string))),
                ]
            ])
    }

    /// Notes something on a version that is no part of what was decided about it; one that is gone needs no note.
    func note(_ annotations: [String: String], on entry: Versions.Entry) async throws {
        do {
            try await patch(
                name: entry.name, namespace: entry.metadata.namespace,
                ["metadata": ["annotations": .object(JSONObject(annotations.mapValues(JSONValue.string)))]])
        } catch let error as KubernetesError where error.isNotFound {}
    }

    /// Makes chunks and manifest immutable: what a digest was taken of stays as it is. The manifest is the last, and tells a later
    /// try that all of it is done.
    private func seal(_ entry: Versions.Entry) async throws {
        guard !entry.isSealed else { return }
        for name in entry.configMaps.reversed() {
            do {
                try await patch(name: name, namespace: entry.metadata.namespace, ["immutable": true])
            } catch let error as KubernetesError where error.isNotFound {}
        }
    }

    func patch(name: String, namespace: String?, _ patch: JSONValue) async throws {
        _ = try await client.patch(
            ConfigMap.self, name, namespace: namespace, .merge(patch),
            options: WriteOptions(fieldManager: FieldOwnership.manager))
    }

    private func versions(in configMaps: some Sequence<ConfigMap>) -> Versions {
        Versions(
            configMaps.compactMap { configMap in
                do {
                    return try Versions.Entry(configMap: configMap)
                } catch {
                    logger.warning("manifest passed over", metadata: ["error": "\(error)"])
                    return nil
                }
            })
    }
}

extension Versions.Entry {
    /// The ConfigMaps that the version consists of, the manifest first; chunks that are objects of a store are none.
    var configMaps: [String] { [name] + (manifest.store == nil ? manifest.chunks.map(\.name) : []) }

    /// Whether a run published this, and not another one of the same name.
    func isMade(by job: TrainingJob) -> Bool {
        name == TrainingObjects.Names(job: job.name).artifact && manifest.trainingJob.uid == job.uid
    }
}
