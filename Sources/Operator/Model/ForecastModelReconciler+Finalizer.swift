import Autoscaler
import Foundation
import KubernetesClient

extension ForecastModelReconciler {
    /// Keeps a model from vanishing before the fields of its target that it may own are handed back, and its objects
    /// deleted.
    ///
    /// - Returns: the model as it is then, so that its status can be written without a conflict.
    func hold(_ model: ForecastModel) async throws -> ForecastModel {
        let held = model.metadata.finalizers
        var ownsFields = model.spec.targetRef != nil && model.spec.scaling.mode == .apply
        if !ownsFields, held.contains(Self.finalizer) {
            // Leaving Apply releases the fields in this same reconcile, but a crash in between must not lose the hold.
            ownsFields = !(cluster.target(of: model).map(Cluster.isReleased) ?? true)
        }
        let needed = [(Self.finalizer, ownsFields), (Self.registryFinalizer, ownsObjects(model))]
        guard needed.contains(where: { held.contains($0.0) != $0.1 }) else { return model }
        let others = held.filter { name in !needed.contains { $0.0 == name } }
        return try await setFinalizers(others + needed.filter(\.1).map(\.0), on: model) ?? model
    }

    /// Hands the target's fields back with their values and lets a deleted model go.
    ///
    /// The fields come first: a store that is away holds up nobody else's Deployment.
    func finalize(_ model: ForecastModel) async throws -> ReconcileResult {
        var model = model
        // Whoever sets Retain and deletes in one go means both.
        try await versions.settleOwners(of: versions.cached(model).entries, by: model)
        if model.metadata.finalizers.contains(Self.finalizer) {
            do {
                try await handBack(model)
            } catch let error as KubernetesError where error.isRefused {
                var update = StatusUpdate(of: model, at: now())
                report(unreleased: error, of: model, &update)
                // Of one that cannot be read the status is not known, and would be written without its rest.
                if cluster.models.get(model.key) != nil { try await cluster.writeStatus(update.status, of: model) }
                return .requeue(after: .seconds(60))
            }
            let left = model.metadata.finalizers.filter { $0 != Self.finalizer }
            guard let updated = try await setFinalizers(left, on: model) else { return .done }
            model = updated
        }
        guard model.metadata.finalizers.contains(Self.registryFinalizer) else { return .done }
        if model.spec.deletionPolicy == .delete, let next = try await clearRegistry(of: model) {
            return .requeue(after: .seconds(max(1, next.timeIntervalSince(now()))))
        }
        _ = try await setFinalizers(model.metadata.finalizers.filter { $0 != Self.registryFinalizer }, on: model)
        return .done
    }

    private func handBack(_ model: ForecastModel) async throws {
        if let deployment = cluster.target(of: model),
            // Of several models for one target only the one that holds the claim owns anything.
            !cluster.models(sharingTargetOf: model).contains(where: {
                $0.uid != model.uid && Self.scales($0, like: model)
            })
        {
            try await writer.release(try deployment.jsonValue())
        }
    }

    private static func scales(_ other: ForecastModel, like model: ForecastModel) -> Bool {
        other.namespace == model.namespace && other.spec.targetRef == model.spec.targetRef
            && other.spec.scaling.mode == .apply && !other.metadata.isBeingDeleted
    }

    private func setFinalizers(_ finalizers: [String], on model: ForecastModel) async throws -> ForecastModel? {
        let patch: JSONValue = [
            "metadata": [
                "resourceVersion": .string(model.metadata.resourceVersion ?? ""),
                "finalizers": .array(finalizers.map(JSONValue.string)),
            ]
        ]
        do {
            let answer = try await cluster.client.patch(
                KubernetesObject.self, model.name, namespace: model.namespace, .merge(patch),
                options: WriteOptions(fieldManager: FieldOwnership.manager), definition: ForecastModel.definition)
            guard let updated = try? ForecastModel(json: answer.jsonValue()) else {
                // One that cannot be read is let go as well.
                var outline = model
                outline.metadata = answer.metadata
                return outline
            }
            cluster.memory.remember(updated)
            return updated
        } catch let error as KubernetesError where error.isNotFound {
            return nil
        }
    }
}
