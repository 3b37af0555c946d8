import Autoscaler
import KubernetesClient
import ModelRegistry

extension ForecastModelReconciler {
    /// Says that what serves cannot be read, and what can be done. What was applied to the target stays.
    func report(
        _ error: RegistryError, in production: Versions.Entry, of model: ForecastModel, _ update: inout StatusUpdate
    ) {
        let version = production.record.map { "version \($0.version)" } ?? "the version"
        let message = """
            \(version) is in production but cannot be read: \(error.message). Pin another kept version by \
            spec.promotion.pinnedVersion; where there is none, delete ConfigMap \(production.name) and set the model's annotation \
            \(TrainingNeed.requestAnnotation) to train anew. What was applied before stays
            """
        let old = model.status?.conditions?[ConditionType.artifactDamaged]
        if old?.status != .true || old?.message != message {
            events.record(model, .warning, reason: ConditionType.artifactDamaged, message: message)
        }
        update.set(.true, ConditionType.artifactDamaged, error.conditionReason, message)
        if model.spec.targetRef != nil {
            update.set(.false, ConditionType.scaled, ConditionType.artifactDamaged, message)
        }
    }

    /// Takes back what the status says of a version that served and does no longer: somebody has deleted it, or this operator
    /// cannot read what another version of it has written.
    func withdraw(_ model: ForecastModel, _ update: inout StatusUpdate) {
        guard let gone = update.status.production else { return }
        let message =
            "version \(gone.version) was in production, and its manifest, ConfigMap \(gone.artifact ?? "unknown"), is gone, or "
            + "cannot be read: then the operator's log says why. To train anew, set the model's annotation "
            + "\(TrainingNeed.requestAnnotation) to the output of date -u +%FT%TZ. What was applied before stays"
        events.record(model, .warning, reason: "VersionGone", message: message)
        update.record("VersionGone", version: gone.version, message)
        update.status.production = nil
        update.status.forecast = nil
        for type in [ConditionType.artifactDamaged, ConditionType.lowConfidence, ConditionType.historyAvailable] {
            update.remove(type)
        }
        if model.spec.targetRef != nil {
            update.set(
                .false, ConditionType.scaled, "VersionGone",
                "no version is in production, see the condition Trained; what was applied before stays")
        }
    }
}

extension RegistryError {
    /// The error's kind as a condition's reason.
    var conditionReason: String { code.rawValue.prefix(1).uppercased() + code.rawValue.dropFirst() }
}
