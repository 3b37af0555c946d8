import Autoscaler
import KubernetesClient

extension ForecastModelReconciler {
    /// Keeps a model that may own fields of its target from vanishing before they are handed back.
    ///
    /// - Returns: the model as it is then, so that its status can be written without a conflict.
    func hold(_ model: ForecastModel) async throws -> ForecastModel {
        let isNeeded = model.spec.targetRef != nil && model.spec.scaling.mode == .apply
        let isHeld = model.metadata.finalizers.contains(Self.finalizer)
        guard isNeeded != isHeld else { return model }
        if isHeld {
            // Leaving Apply releases the fields in this same reconcile, but a crash in between must not lose the hold.
            guard cluster.target(of: model).map(Self.isReleased) ?? true else { return model }
        }
        var finalizers = model.metadata.finalizers.filter { $0 != Self.finalizer }
        if isNeeded { finalizers.append(Self.finalizer) }
        return try await setFinalizers(finalizers, on: model) ?? model
    }

    /// Hands the target's fields back with their values and lets a deleted model go.
    func finalize(_ model: ForecastModel) async throws -> ReconcileResult {
        guard model.metadata.finalizers.contains(Self.finalizer) else { return .done }
        if let deployment = cluster.target(of: model),
            // Of several models for one target only the one that holds the claim owns anything.
            !cluster.models(sharingTargetOf: model).contains(where: {
                $0.uid != model.uid && Self.scales($0, like: model)
            })
        {
            try await writer.release(try deployment.jsonValue())
        }
        _ = try await setFinalizers(model.metadata.finalizers.filter { $0 != Self.finalizer }, on: model)
        return .done
    }

    private static func isReleased(_ deployment: Deployment) -> Bool {
        !deployment.metadata.managedFields.contains {
            $0.manager == FieldOwnership.manager && $0.operation == "Apply"
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
            let updated = try await cluster.client.patch(
                ForecastModel.self, model.name, namespace: model.namespace, .merge(patch),
                options: WriteOptions(fieldManager: FieldOwnership.manager))
            cluster.memory.remember(updated)
            return updated
        } catch let error as KubernetesError where error.isNotFound {
            return nil
        }
    }
}
