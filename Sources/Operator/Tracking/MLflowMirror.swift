import Autoscaler
import Foundation
import KubernetesClient
import Logging
import ModelRegistry
import Threading

/// Shows every training in MLflow: a run each, a registered model, a version for each artifact, and the alias `prod` on
/// what serves.
///
/// The cluster is the truth and MLflow a copy of it: this writes what is missing there and never reads a decision back,
/// so an MLflow that cannot be reached delays nothing. It catches up by itself: a run is found again by the TrainingJob's
/// uid, and is complete once its status is, which is written last. So each training is there once, whenever the operator
/// or the server stopped.
struct MLflowMirror: Reconciler {
    /// The alias of the version that serves.
    static let alias = "prod"

    let mlflow: MLflowClient
    let cluster: Cluster
    let versions: VersionStore
    let registry: ClusterRegistry
    let logger: Logger
    /// What was last shown of each model, so that a look at nothing new asks the server nothing.
    private let shown = Locked<[ObjectKey: Content]>([:])

    /// All that MLflow shows of a model.
    struct Content: Sendable, Hashable {
        var records: [MLflowRecord]
        var production: String?
    }

    init(mlflow: MLflowClient, cluster: Cluster, versions: VersionStore, registry: ClusterRegistry, logger: Logger) {
        self.mlflow = mlflow
        self.cluster = cluster
        self.versions = versions
        self.registry = registry
        self.logger = logger
    }

    /// How soon a model is tried again: MLflow may be away for hours, and is to catch up soon after its return.
    static func limits(longest: Duration) -> WorkQueue<ObjectKey>.Limits {
        .init(initial: .milliseconds(500), maximum: longest, perSecond: 10, burst: 20)
    }

    /// Brings MLflow up to date with one model.
    func reconcile(_ key: ObjectKey) async throws -> ReconcileResult {
        guard let model = cluster.models.get(key), !model.metadata.isBeingDeleted else {
            // MLflow keeps what it knows of a model that is gone: it is people's record of it.
            shown.withLock { $0[key] = nil }
            return .done
        }
        let known = versions.cached(model)
        let content = Content(
            records: MLflowRecord.all(
                of: model, versions: known, runs: cluster.runs(ofModel: model.name, in: model.namespace)),
            production: known.production(pinned: model.spec.promotion.pinnedVersion)?.manifest.trainingJob.uid)
        guard !content.records.isEmpty, shown.withLock({ $0[key] }) != content else { return .done }

        let experiment = try await mlflow.experimentID()
        let stored = try await mlflow.runs(
            in: experiment, tag: MLflowRecord.Tag.modelUID, value: model.metadata.uid ?? "")
        var shownModel = RegisteredModel(model)
        for record in content.records {
            let existing = stored.first { $0.tags[MLflowRecord.Tag.runUID] == record.uid }
            // What people deleted stays deleted.
            if existing?.isDeleted == true { continue }
            try await show(
                record, existing, in: experiment, serves: content.production == record.uid, as: &shownModel)
        }
        shown.withLock { $0[key] = content }
        return .done
    }

    /// Brings one training's run, version and alias up to date.
    private func show(
        _ record: MLflowRecord, _ existing: MLflowRun.Stored?, in experiment: String, serves: Bool,
        as model: inout RegisteredModel
    ) async throws {
        let isShown = existing.map(record.isShown) ?? false
        if isShown, !serves { return }

        let run: MLflowRun.Stored
        if let existing { run = existing } else { run = try await mlflow.create(record.run, in: experiment) }
        if !isShown {
            try await mlflow.log(record.run, to: run)
            // A decision may change later than the files, which stay as they are.
            let hasFiles = run.isComplete && run.tags[MLflowRecord.Tag.sequence] != nil
            if let entry = record.version, !hasFiles { try await uploadFiles(of: entry, to: run) }
        }
        if let entry = record.version {
            let aliases = try await register(&model)
            let version = try await version(record, entry, of: model.name, run: run, isShown: isShown)
            if serves, aliases[Self.alias] != version {
                try await mlflow.setAlias(Self.alias, of: model.name, to: version)
                model.aliases?[Self.alias] = version
            }
        }
        if !isShown {
            try await mlflow.end(run, as: record.run)
            logger.info("shown in MLflow", metadata: ["trainingJob": "\(record.run.name)", "run": "\(run.id)"])
        }
    }

    /// The model in MLflow's registry, as far as it was asked for.
    private struct RegisteredModel {
        let name: String
        let description: String
        let tags: [String: String]
        /// Which version has an alias; nil as long as nobody asked.
        var aliases: [String: String]?

        init(_ model: ForecastModel) {
            name = MLflowMirror.registeredName(of: model)
            description = "ForecastModel \(model.name) in namespace \(model.namespace), kept by Presage."
            tags = [
                MLflowRecord.Tag.model: "\(model.namespace)/\(model.name)",
                MLflowRecord.Tag.modelUID: model.metadata.uid ?? "",
            ]
        }
    }

    private func register(_ model: inout RegisteredModel) async throws -> [String: String] {
        if let aliases = model.aliases { return aliases }
        let aliases = try await mlflow.registerModel(model.name, description: model.description, tags: model.tags)
        model.aliases = aliases
        return aliases
    }

    /// The artifact as MLflow's page lists it: the manifest, readable, and the models.
    private func uploadFiles(of entry: Versions.Entry, to run: MLflowRun.Stored) async throws {
        guard try await mlflow.upload(try entry.manifest.json(), as: "model/manifest.json", of: run) else { return }
        do {
            // A fleet's version is in several parts, each an artifact of its own.
            let parts = entry.manifest.slices.indices
            for part in parts {
                let bytes = try await registry.artifact(
                    of: entry.manifest, part: part, namespace: entry.metadata.namespace ?? "default")
                let name = parts.count == 1 ? "model/artifact.bin" : "model/artifact-\(part).bin"
                _ = try await mlflow.upload(bytes, as: name, of: run)
            }
        } catch let error as RegistryError where !error.isUnavailable {
            // What is broken in the cluster is told there; here it must not hold up all that follows.
            logger.warning("artifact not copied to MLflow", metadata: ["error": "\(error)"])
        }
    }

    /// The number that MLflow has given to a training's version.
    private func version(
        _ record: MLflowRecord, _ entry: Versions.Entry, of model: String, run: MLflowRun.Stored, isShown: Bool
    ) async throws -> String {
        let keys = [
            MLflowRecord.Tag.decision, MLflowRecord.Tag.version, MLflowRecord.Tag.revision, MLflowRecord.Tag.sequence,
            MLflowRecord.Tag.reason,
        ]
        let tags = record.run.tags.filter { keys.contains($0.key) }
        if let version = try await mlflow.version(of: model, run: run) {
            if !isShown { try await mlflow.setTags(tags, of: model, version: version) }
            return version
        }
        return try await mlflow.createVersion(of: model, run: run, description: entry.manifest.reason, tags: tags)
    }

    /// MLflow allows neither slash nor colon; a namespace holds no dot, so the name is unique.
    static func registeredName(of model: ForecastModel) -> String { "\(model.namespace).\(model.name)" }
}
