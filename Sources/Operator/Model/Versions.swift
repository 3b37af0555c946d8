import Foundation
import KubernetesClient
import ModelRegistry

/// The versions of one model, read from their manifests, and what a new one becomes.
///
/// Pure: promotion is decided here and written by ``VersionStore``.
struct Versions: Sendable {
    /// A published artifact and what became of it.
    struct Entry: Sendable, Hashable {
        /// The manifest's ConfigMap, with what is needed to update it.
        let metadata: ObjectMeta
        let manifest: VersionManifest
        /// Nil where nothing is decided yet.
        let record: PromotionRecord?

        var name: String { metadata.name }
        /// The digest of the model's spec that the run was made for; nil on a person's run.
        var modelSpec: String? { metadata.annotations[TrainingNeed.specLabel] }

        /// Reads a manifest's ConfigMap.
        ///
        /// - Throws: an error that names the ConfigMap, where it holds no manifest of this version of the contract.
        init(configMap: ConfigMap) throws(RegistryError) {
            metadata = configMap.metadata
            manifest = try ClusterRegistry.manifest(in: configMap.object)
            record = PromotionRecord(annotations: configMap.metadata.annotations)
        }
    }

    let entries: [Entry]

    init(_ entries: [Entry]) {
        self.entries = entries
    }

    /// The entries that serve or have served, oldest first.
    var promoted: [Entry] {
        entries.filter { $0.record.map { $0.decision != .superseded } ?? false }
            .sorted { $0.record?.sequence ?? 0 < $1.record?.sequence ?? 0 }
    }

    /// What serves: the newest record, or the newest of the pinned version.
    func production(pinned: Int?) -> Entry? {
        guard let pinned else { return promoted.last }
        return promoted.last { $0.record?.version == pinned }
    }

    /// What a published artifact becomes.
    ///
    /// - Parameter champion: what serves now; the artifact was scored against it, or it is superseded.
    func record(for manifest: VersionManifest, champion: Entry?, at now: Date) -> PromotionRecord {
        let sequence = (entries.compactMap { $0.record?.sequence }.max() ?? 0) + 1
        let newest = entries.compactMap { $0.record }.filter { $0.decision != .superseded }.map(\.version).max() ?? 0
        let championVersion = champion?.record?.version
        guard manifest.championVersion == championVersion else {
            let scoredAgainst = manifest.championVersion.map { "version \($0)" } ?? "no version"
            return PromotionRecord(
                decision: .superseded, version: 0, revision: 0, sequence: sequence, decidedAt: now,
                reason: """
                    scored against \(scoredAgainst), but version \(championVersion.map(String.init) ?? "none") is in \
                    production by now; train again
                    """)
        }
        if manifest.winner == .champion, let record = champion?.record {
            return PromotionRecord(
                decision: .refreshed, version: record.version, revision: record.revision + 1, sequence: sequence,
                decidedAt: now, reason: manifest.reason)
        }
        return PromotionRecord(
            decision: .promoted, version: newest + 1, revision: 0, sequence: sequence, decidedAt: now,
            reason: manifest.reason)
    }

    /// The record that puts a pinned version back, for good: without it the version that was rolled back would serve
    /// again as soon as the pin is gone. Nil where the pinned version is the newest already, or is not kept.
    func rollback(to pinned: Int, at now: Date) -> (entry: Entry, record: PromotionRecord)? {
        guard let entry = production(pinned: pinned), var record = entry.record, entry != promoted.last else {
            return nil
        }
        let left = promoted.last?.record?.version ?? 0
        record.sequence = (entries.compactMap { $0.record?.sequence }.max() ?? 0) + 1
        record.decidedAt = now
        record.reason = "rolled back from version \(left) by spec.promotion.pinnedVersion"
        return (entry, record)
    }

    /// What is kept no longer: of each version the older revisions, and versions beyond the newest `limit`.
    ///
    /// What serves is always kept, and so is what nothing was decided about yet.
    func surplus(keeping limit: Int, production: Entry?) -> [Entry] {
        var newest: [Int: Entry] = [:]
        for entry in promoted {
            if let version = entry.record?.version { newest[version] = entry }
        }
        let kept = Set(
            newest.values.sorted { $0.record?.sequence ?? 0 > $1.record?.sequence ?? 0 }.prefix(max(1, limit)).map(
                \.name))
        return entries.filter { entry in
            entry.record != nil && entry.name != production?.name && !kept.contains(entry.name)
        }
    }
}
