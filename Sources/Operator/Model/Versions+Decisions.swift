import Autoscaler
import Foundation
import ModelRegistry

extension Versions {
    /// How many points a live comparison needs to count: fewer say nothing about a version.
    static let minimumLivePoints = 12

    /// What a published artifact becomes.
    ///
    /// - Parameters:
    ///   - champion: what serves now; the artifact was scored against it, or it is superseded.
    ///   - policy: the model's `promotion`.
    ///   - recipe: the digest of the challenger's settings.
    func record(
        for manifest: VersionManifest, champion: Entry?, policy: PromotionSpec = PromotionSpec(), recipe: String? = nil,
        at now: Date
    ) -> PromotionRecord {
        let championVersion = champion?.record?.version
        guard manifest.championVersion == championVersion else {
            let scoredAgainst = manifest.championVersion.map { "version \($0)" } ?? "no version"
            return PromotionRecord(
                decision: .superseded, version: 0, revision: 0, sequence: nextSequence, decidedAt: now,
                reason: """
                    scored against \(scoredAgainst), but version \(championVersion.map(String.init) ?? "none") is in \
                    production by now; train again
                    """)
        }
        let worse = worseRuns(of: champion, with: manifest.live, policy: policy.automaticRollback)
        if manifest.winner == .champion, let record = champion?.record {
            var made = PromotionRecord(
                decision: .refreshed, version: record.version, revision: record.revision + 1, sequence: nextSequence,
                decidedAt: now, reason: manifest.reason, worseRuns: worse)
            if let reason = rollbackReason(of: champion, worseRuns: worse, live: manifest.live, policy: policy) {
                made.decision = .rolledBack
                made.reason = reason
            }
            return made
        }
        var made = PromotionRecord(
            decision: .promoted, version: newestVersion + 1, revision: 0, sequence: nextSequence, decidedAt: now,
            reason: manifest.reason)
        if champion != nil, policy.approval == .manual {
            made.decision = .candidate
            made.worseRuns = worse
        } else if let recipe, let taken = rolledBackVersion(of: recipe) {
            // What won on a holdout before and failed in service would only win and fail again.
            made.decision = .candidate
            made.worseRuns = worse
            made.reason +=
                "; version \(taken) of the same settings was taken back for its live error, so a person has to approve it"
        }
        return made
    }

    /// The record that puts a pinned version back, for good: without it the version that was rolled back would serve
    /// again as soon as the pin is gone. Nil where the pinned version is the newest already, or is not kept.
    func rollback(to pinned: Int, at now: Date) -> (entry: Entry, record: PromotionRecord)? {
        guard let entry = production(pinned: pinned), var record = entry.record, entry != promoted.last else {
            return nil
        }
        let left = promoted.last?.record?.version ?? 0
        record.decision = record.revision == 0 ? .promoted : .refreshed
        record.sequence = nextSequence
        record.decidedAt = now
        record.reason = "rolled back from version \(left) by spec.promotion.pinnedVersion"
        record.worseRuns = 0
        return (entry, record)
    }

    /// The record of a candidate that a person has decided about; nil where there is none to decide about, or it was done.
    func verdict(
        on policy: PromotionSpec, champion: Entry?, at now: Date
    ) -> (entry: Entry, record: PromotionRecord)? {
        guard let entry = candidate(against: champion), var record = entry.record else { return nil }
        if record.version == policy.approvedVersion {
            record.decision = .promoted
            record.reason += "; approved by spec.promotion.approvedVersion"
        } else if let rejected = policy.rejectedVersion, record.version <= rejected {
            record.decision = .rejected
            record.reason += "; turned down by spec.promotion.rejectedVersion"
        } else {
            return nil
        }
        record.sequence = nextSequence
        record.decidedAt = now
        record.worseRuns = record.decision == .promoted ? 0 : record.worseRuns
        return (entry, record)
    }

    private var nextSequence: Int { (entries.compactMap { $0.record?.sequence }.max() ?? 0) + 1 }

    private var newestVersion: Int {
        entries.compactMap(\.record).filter(\.decision.isNumbered).map(\.version).max() ?? 0
    }

    private func rolledBackVersion(of recipe: String) -> Int? {
        decided.last { entry in
            guard let version = entry.record?.version, entry.recipe == recipe else { return false }
            return rolledBack.contains(version)
        }?.record?.version
    }

    private func worseRuns(
        of champion: Entry?, with live: VersionManifest.Live?, policy: AutomaticRollback
    ) -> Int {
        let before = worseRuns(of: champion)
        // A run that could not compare neither excuses nor accuses.
        guard let live, let previous = live.previousSmape, live.points >= Self.minimumLivePoints, previous.isFinite
        else {
            return before
        }
        guard !live.smape.isFinite || live.smape > previous * (1 + policy.marginPercent / 100) else { return 0 }
        return before + 1
    }

    /// Why the champion is taken back; nil where it is not.
    private func rollbackReason(
        of champion: Entry?, worseRuns: Int, live: VersionManifest.Live?, policy: PromotionSpec
    ) -> String? {
        // What a person pins stays.
        guard policy.automaticRollback.enabled, policy.pinnedVersion == nil, let live,
            let previousSmape = live.previousSmape, worseRuns >= policy.automaticRollback.afterRuns,
            let version = champion?.record?.version, let previous = previous(of: champion)?.record?.version,
            // A version that a person went back from never promotes itself again.
            previous < version
        else { return nil }
        return """
            version \(version) is taken back: its forecasts had a SMAPE of \(Promotion.percent(live.smape)) where version \
            \(previous) would have had \(Promotion.percent(previousSmape)), in \(worseRuns) runs in a row worse by more than \
            \(policy.automaticRollback.marginPercent)%; version \(previous) serves again
            """
    }
}

extension PromotionRecord {
    /// The same, had the artifact not been damaged. Its number is spent: it may have been named to people.
    func damaged(_ error: RegistryError) -> PromotionRecord {
        var record = self
        record.decision = .damaged
        record.reason = "the artifact cannot be used, so it is not promoted: \(error.message)"
        return record
    }
}
