import Autoscaler
import KubernetesClient

/// Which model may scale a Deployment: the oldest of those that name it.
enum TargetClaim {
    /// The model that holds the claim on `model`'s target, where it is another one.
    ///
    /// Age is the creation time, and the name where two were made in the same second. A model that is being deleted, or
    /// that only recommends, claims nothing.
    static func holder(for model: ForecastModel, among models: some Sequence<ForecastModel>) -> ForecastModel? {
        guard let target = model.spec.targetRef, model.spec.scaling.mode == .apply else { return nil }
        let rivals = models.filter {
            $0.namespace == model.namespace && $0.spec.targetRef == target && $0.spec.scaling.mode == .apply
                && !$0.metadata.isBeingDeleted
        }
        let oldest = rivals.min { age($0) < age($1) }
        return oldest?.uid == model.uid ? nil : oldest
    }

    /// What models are compared by: the smaller is the older one.
    static func age(_ model: ForecastModel) -> (Int64, String) {
        (model.metadata.creationTimestamp?.seconds ?? .max, model.name)
    }
}
