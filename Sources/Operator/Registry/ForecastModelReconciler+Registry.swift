import Autoscaler
import Foundation
import KubernetesClient
import Logging
import ModelRegistry

extension ForecastModelReconciler {
    /// Keeps a deleted model until its objects are cleared away.
    static let registryFinalizer = "presage.dev/registry"
    /// How long a deleted model waits for a store that cannot be used.
    static let registryPatience: TimeInterval = 600

    /// Looks after the model's object store and says whether it can be used.
    ///
    /// - Parameter failure: what went wrong with the store before, in this same reconcile.
    func keepRegistry(
        of model: ForecastModel, _ known: Versions, failure: RegistryError?, _ update: inout StatusUpdate,
        _ lookAgain: inout [Date]
    ) async throws {
        let (found, next) = try await registry.look(
            after: model, runs: cluster.runs(ofModel: model.name, in: model.namespace), known)
        if let next { lookAgain.append(next) }
        guard let error = failure ?? found else {
            update.remove(ConditionType.registryUnavailable)
            return
        }
        if failure != nil { lookAgain.append(now().addingTimeInterval(registry.retry)) }
        let message = "\(error.message). What is in production stays, and what was applied; it is tried again soon"
        let old = model.status?.conditions?[ConditionType.registryUnavailable]
        if old?.reason != error.conditionReason {
            events.record(model, .warning, reason: ConditionType.registryUnavailable, message: message)
        }
        update.set(
            .true, ConditionType.registryUnavailable, error.conditionReason,
            SteadyText.choose(message, over: old?.message))
    }

    /// Whether a model leaves objects behind that nobody else would delete.
    func ownsObjects(_ model: ForecastModel) -> Bool {
        guard model.spec.deletionPolicy == .delete else { return false }
        let known = versions.cached(model)
        return model.spec.registry?.s3 != nil || (known.entries + known.doomed).contains { $0.manifest.store != nil }
    }

    /// Deletes a deleted model's versions with their objects.
    ///
    /// A store that stays away, or a Secret that went first as in a namespace that is deleted, must not hold a deletion for
    /// ever: after ten minutes, or at once where there is no Secret any more, an Event says what is left where.
    ///
    /// - Returns: when to try again; nil where the model may go.
    func clearRegistry(of model: ForecastModel) async throws -> Date? {
        do {
            // A pod that is still at work would write after the clearing.
            for run in cluster.runs(ofModel: model.name, in: model.namespace) where !run.isFinished {
                try await cluster.delete(run)
            }
            try await registry.removeAll(of: model, try await versions.live(model))
        } catch let error as RegistryError where error.isUnavailable {
            let since = model.metadata.deletionTimestamp?.date ?? now()
            let isOver = now().timeIntervalSince(since) >= Self.registryPatience
            guard isOver || error.code == .secretNotFound else {
                return now().addingTimeInterval(min(15, registry.retry))
            }
            let folder = model.spec.registry?.s3.map { RegistryFolder.root($0, of: model) }
            let place = folder.map { "s3://\($0.bucket)/\($0.prefix)" } ?? "the object store"
            let message = "objects of deleted ForecastModel \(model.name) are left in \(place): \(error.message)"
            events.record(model, .warning, reason: "ObjectsLeft", message: message)
            logger.warning("objects left behind", metadata: ["model": "\(model.key)", "error": "\(error)"])
        }
        return nil
    }
}
