import Autoscaler
import Foundation
import KubernetesClient

/// What the condition `Scaled` and the Events say of a decision.
extension ForecastModelReconciler {
    /// What was decided, where nothing is written.
    func report(_ decision: ScalingDecision, on update: inout StatusUpdate) {
        update.set(
            decision.isScaled ? .true : .false, ConditionType.scaled, decision.reason.rawValue, decision.account)
    }

    /// Says that the target has the numbers and its pods do not come up with them: the API server takes any numbers for a
    /// Deployment, but a quota or a LimitRange refuses its pods, or no node has the room.
    func report(_ complaint: JSONValue, of target: String, of model: ForecastModel, _ update: inout StatusUpdate) {
        let words = complaint["message"]?.stringValue ?? ""
        let bounds = "by minAllowed and maxAllowed in spec.scaling.containers"
        let (reason, what) =
            if complaint["type"] == "ReplicaFailure" {
                ("PodsRefused", "its pods are refused: \(words). Allow them, or keep within what is allowed \(bounds)")
            } else if complaint["reason"] == "DeploymentPaused" {
                (
                    "RolloutPaused",
                    "it is paused (spec.paused): its pods get them after kubectl rollout resume deployment \(target)"
                )
            } else {
                (
                    "RolloutStuck",
                    "its rollout does not go on: \(words) See what its pods wait for; where it is room, keep within what there "
                        + "is \(bounds)"
                )
            }
        let message = "Deployment \(target) has the recommended resources, but \(what)"
        if model.status?.conditions?[ConditionType.scaled]?.reason != reason {
            events.record(model, .warning, reason: reason, message: message)
        }
        update.set(.false, ConditionType.scaled, reason, message)
    }

    /// Says which numbers are left to autoscalers; what else keeps the target from being as recommended goes first.
    func report(_ claims: [AutoscalerClaim], of model: ForecastModel, _ update: inout StatusUpdate) {
        guard update.status.conditions?.isTrue(ConditionType.scaled) ?? false else { return }
        let message = claims.map(\.message).joined(separator: "; ")
        if model.status?.conditions?[ConditionType.scaled]?.reason != "Autoscaled" {
            events.record(model, .warning, reason: "Autoscaled", message: message)
        }
        update.set(.false, ConditionType.scaled, "Autoscaled", message)
    }

    /// Says that the target's fields are still ours, though the model no longer applies, or is to go.
    func report(unreleased error: KubernetesError, of model: ForecastModel, _ update: inout StatusUpdate) {
        let fields = "its fields of Deployment \(model.spec.targetRef?.name ?? "") are given back"
        let message =
            (model.metadata.isBeingDeleted
                ? "the model cannot go before \(fields)"
                : "spec.scaling.mode is \(model.spec.scaling.mode.rawValue), and nothing is applied, but \(fields) only once that is allowed")
            + "; it is tried every minute: \(error.message)"
        if model.status?.conditions?[ConditionType.scaled]?.message != message {
            events.record(model, .warning, reason: "ReleaseRefused", message: message)
        }
        update.set(.false, ConditionType.scaled, "ReleaseRefused", message)
    }

    func conflict(
        _ conflicts: [FieldConflict], _ target: String, _ model: ForecastModel, _ update: inout StatusUpdate
    ) {
        let message = FieldConflict.explanation(conflicts, target: "Deployment \(target)")
        if model.status?.conditions?[ConditionType.scaled]?.message != message {
            events.record(model, .warning, reason: "FieldConflict", message: message)
        }
        update.set(.false, ConditionType.scaled, "FieldConflict", message)
    }

    /// What changed, in one line: `web requests.cpu 2 → 412m`.
    static func summary(of decision: ScalingDecision, without conflicts: [FieldConflict]) -> String {
        let written = decision.changes.filter { change in
            !conflicts.contains { $0.container == change.container && $0.resource == change.resource.rawValue }
        }
        let lines = written.map { change -> String in
            let before = change.from?.description ?? "unset"
            return "\(change.container) \(change.field).\(change.resource.rawValue) \(before) → \(change.to)"
        }
        return lines.joined(separator: ", ")
    }

    func report(_ outlook: Outlook, of model: ForecastModel, _ update: inout StatusUpdate) {
        switch outlook.history {
        case .fresh:
            update.set(.true, ConditionType.historyAvailable, "Fresh", outlook.historyMessage)
        case .partial(let reason):
            let message = "\(reason); see the findings of the last TrainingJob"
            if model.status?.conditions?[ConditionType.historyAvailable]?.reason != "HistoryPartial" {
                events.record(model, .warning, reason: "HistoryPartial", message: message)
            }
            update.set(.false, ConditionType.historyAvailable, "HistoryPartial", message)
        case .stale(let reason):
            update.set(.false, ConditionType.historyAvailable, "HistoryStale", reason)
        case .missing(let reason):
            update.set(.false, ConditionType.historyAvailable, "HistoryMissing", reason)
        }
        if let reason = outlook.lowConfidence {
            let why = outlook.isScored ? "WorseThanBaseline" : "NotScored"
            update.set(.true, ConditionType.lowConfidence, why, reason)
        } else {
            update.set(.false, ConditionType.lowConfidence, "Confident", outlook.confidenceMessage)
        }
    }
}
