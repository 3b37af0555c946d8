import Autoscaler
import KubernetesClient

extension ForecastModelReconciler {
    /// Says on a model that cannot be read what is wrong with it, or lets it go where it is deleted.
    ///
    /// Nothing else is done for it, by its old spec as little as by a guess at the new one: what was applied stays, and so
    /// does what it holds.
    func reconcile(_ unreadable: UnreadableObject) async throws -> ReconcileResult {
        guard let outline = ForecastModel(outlineOf: unreadable) else { return .done }
        if outline.metadata.isBeingDeleted { return try await finalize(outline) }
        let message = Self.message(unreadable)
        let isNews = try await cluster.report(
            unreadable, of: ForecastModel.definition, [ConditionType.ready: .false, ConditionType.stalled: .true],
            message, at: now())
        if isNews { events.record(outline, .warning, reason: "Unreadable", message: message) }
        return .done
    }

    static func message(_ unreadable: UnreadableObject) -> String {
        "this operator cannot read the object: \(unreadable.reason); correct the field, or run the version of the operator "
            + "that knows it. Until then nothing is done, and what was applied stays"
    }
}
