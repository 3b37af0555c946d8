import Autoscaler
import Foundation
import KubernetesClient
import ModelRegistry

extension ForecastModelReconciler {
    /// Promotes or turns down the candidate that a person has decided about.
    ///
    /// - Returns: the versions as they are then; nil where nothing was decided.
    func decideCandidate(
        of model: ForecastModel, _ known: Versions, _ update: inout StatusUpdate
    ) async throws -> Versions? {
        let policy = model.spec.promotion
        guard known.verdict(on: policy, champion: known.production(pinned: nil), at: now()) != nil else { return nil }
        // The cached view is only the occasion: what is decided rests on what the server has now.
        let live = try await versions.live(model)
        guard let verdict = live.verdict(on: policy, champion: live.production(pinned: nil), at: now()) else {
            return live
        }
        let entry = verdict.entry
        var record = verdict.record
        // It may have lain for weeks.
        if record.decision == .promoted, let damage = try await artifacts.damage(of: entry) {
            record = record.damaged(damage)
        }
        try await versions.write(record, on: entry)
        let word = record.decision == .promoted ? "Approved" : record.decision.rawValue
        events.record(
            model, record.decision == .damaged ? .warning : .normal, reason: word,
            message: "version \(record.version): \(record.reason)")
        if record.decision != .promoted { update.record(word, version: record.version, record.reason) }
        return try await versions.live(model)
    }

    /// What waits for a person, and what was taken back.
    func report(
        _ known: Versions, production: PromotionRecord, _ model: ForecastModel, _ update: inout StatusUpdate
    ) {
        if let entry = known.candidate(against: known.production(pinned: nil)), let record = entry.record {
            var candidate = CandidateVersion(version: record.version)
            candidate.algorithm = entry.manifest.challengerAlgorithm
            candidate.smape = entry.manifest.scores.challenger.map(StatusUpdate.rounded)
            candidate.championSmape = entry.manifest.scores.champion.map(StatusUpdate.rounded)
            candidate.trainedAt = entry.manifest.trainedAt
            candidate.artifact = entry.name
            let message = """
                version \(record.version) waits for approval: \(record.reason). To approve it, set \
                spec.promotion.approvedVersion to \(record.version), in Git or by kubectl patch forecastmodel \(model.name) \
                --type merge -p '{"spec":{"promotion":{"approvedVersion":\(record.version)}}}'; to turn it down, set \
                spec.promotion.rejectedVersion
                """
            if update.status.candidate?.version != record.version {
                events.record(model, .normal, reason: "AwaitingApproval", message: message)
            }
            update.status.candidate = candidate
            update.set(.true, ConditionType.awaitingApproval, "CandidateIsBetter", message)
        } else {
            update.status.candidate = nil
            update.remove(ConditionType.awaitingApproval)
        }

        let taken = known.decided.last { entry in
            entry.record.map { $0.decision == .rolledBack && $0.version > production.version } ?? false
        }
        if let record = taken?.record {
            if model.status?.conditions?[ConditionType.rolledBack]?.message != record.reason {
                events.record(model, .warning, reason: "RolledBack", message: record.reason)
            }
            update.set(.true, ConditionType.rolledBack, "LiveErrorWorse", record.reason)
        } else {
            update.remove(ConditionType.rolledBack)
        }
    }

    /// The newest comparison of a version's forecasts with what then happened.
    func live(of version: Int, _ known: Versions) -> LiveAccuracyStatus? {
        let entry = known.decided.last { $0.manifest.championVersion == version && $0.manifest.live != nil }
        guard let entry, let live = entry.manifest.live, live.smape.isFinite else { return nil }
        var status = LiveAccuracyStatus(
            smape: StatusUpdate.rounded(live.smape), from: live.from, through: live.through, points: live.points)
        status.previousSmape = live.previousSmape.map(StatusUpdate.rounded)
        status.previousVersion = live.previousVersion
        status.worseRuns = entry.record?.worseRuns
        return status
    }
}
