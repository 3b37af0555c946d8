import Autoscaler
import Foundation
import KubernetesClient
import ModelRegistry

/// The versions of one model, read from their manifests.
///
/// Pure: what a new one becomes is decided in `Versions+Decisions.swift` and written by ``VersionStore``.
struct Versions: Sendable {
    /// A published artifact and what became of it.
    struct Entry: Sendable, Hashable {
        /// The manifest's ConfigMap, with what is needed to update it.
        let metadata: ObjectMeta
        let manifest: VersionManifest
        /// Nil where nothing is decided yet.
        let record: PromotionRecord?
        /// Whether manifest and chunks are immutable.
        let isSealed: Bool

        var name: String { metadata.name }
        /// The digest of the model's spec that the run was made for; nil on a person's run.
        var modelSpec: String? { metadata.annotations[TrainingNeed.specLabel] }
        /// The digest of the challenger's settings; nil on what was published before there was one.
        var recipe: String? { metadata.annotations[TrainingRunBuilder.recipeAnnotation] }

        /// Whether its deletion has begun: it serves nothing any more, and what is left of it goes.
        var isDoomed: Bool { metadata.annotations[VersionStore.doomedAnnotation] != nil }

        /// Reads a manifest's ConfigMap.
        ///
        /// - Throws: an error that names the ConfigMap, where it holds no manifest of this version of the contract.
        init(configMap: ConfigMap) throws(RegistryError) {
            metadata = configMap.metadata
            manifest = try ClusterRegistry.manifest(in: configMap.object)
            record = PromotionRecord(annotations: configMap.metadata.annotations)
            isSealed = configMap.immutable
        }
    }

    let entries: [Entry]
    /// Entries whose deletion has begun, and was perhaps interrupted.
    let doomed: [Entry]
    /// All that something was decided about, in the order of the decisions.
    let decided: [Entry]
    /// Versions that were taken back.
    let rolledBack: Set<Int>
    /// The entries that serve or have served, oldest first, without those of versions that were taken back.
    let promoted: [Entry]

    init(_ all: [Entry]) {
        doomed = all.filter(\.isDoomed)
        let entries = all.filter { !$0.isDoomed }
        self.entries = entries
        decided = entries.filter { $0.record != nil }.sorted { Self.order($0) < Self.order($1) }
        let taken = Set(decided.compactMap { $0.record?.decision == .rolledBack ? $0.record?.version : nil })
        rolledBack = taken
        promoted = decided.filter { entry in
            entry.record.map { $0.decision.serves && !taken.contains($0.version) } ?? false
        }
    }

    /// One process decides, one decision at a time; should two records share a number after all, time and name settle it.
    private static func order(_ entry: Entry) -> (Int, Date, String) {
        (entry.record?.sequence ?? 0, entry.record?.decidedAt ?? .distantPast, entry.name)
    }

    /// What serves: the newest record, or the newest of the pinned version, even of one that was taken back.
    func production(pinned: Int?) -> Entry? {
        guard let pinned else { return promoted.last }
        return decided.last { entry in
            guard let record = entry.record, record.version == pinned else { return false }
            return record.decision.serves || record.decision == .rolledBack
        }
    }

    /// The newest version that says for which spec the model was trained, and is not damaged: by the trainer's time, which a
    /// backup brings back as it was, and only then by the server's.
    var newestOfSpec: Entry? {
        func age(_ entry: Entry) -> (Date, Int64, Int) {
            (
                entry.manifest.trainedAt, entry.metadata.creationTimestamp?.seconds ?? 0,
                entry.record?.sequence ?? .max
            )
        }
        return entries.filter { $0.modelSpec != nil && $0.record?.decision != .damaged }.max { age($0) < age($1) }
    }

    /// The newest artifact of the version that served before `champion`; nil where none is kept.
    func previous(of champion: Entry?) -> Entry? {
        guard let champion, let version = champion.record?.version else { return nil }
        return promoted.last { $0.record.map { $0.version != version } ?? false }
    }

    /// The version that waits for approval: the newest candidate, as long as what it was scored against still serves.
    func candidate(against champion: Entry?) -> Entry? {
        guard let entry = decided.last(where: { $0.record?.decision == .candidate }) else { return nil }
        return entry.manifest.championVersion == champion?.record?.version ? entry : nil
    }

    /// How many runs in a row found the forecasts of `champion` worse than those of the version before it.
    func worseRuns(of champion: Entry?) -> Int {
        guard let version = champion?.record?.version else { return 0 }
        let about = decided.last { entry in
            guard let record = entry.record, record.decision.isNumbered else { return false }
            return record.version == version || entry.manifest.championVersion == version
        }
        return about?.record?.worseRuns ?? 0
    }

    /// The newest artifact that does not serve, where it was trained on a newer history than what does: what serves is then
    /// to be fitted again.
    func refreshDue(of champion: Entry?) -> String? {
        guard let champion, let newest = decided.last(where: { $0.record?.decision.isNumbered ?? false }),
            newest.name != champion.name, let decision = newest.record?.decision, !decision.serves,
            // What damaged one artifact may damage the next: that is left to the schedule and to people.
            decision != .damaged,
            champion.manifest.historyEnd < newest.manifest.historyEnd
        else { return nil }
        return newest.name
    }

    /// What is kept no longer: of each version the older revisions, versions beyond the newest `limit`, and what lost its
    /// chance to serve.
    ///
    /// What serves is always kept, with the version before it, what nothing was decided about yet, and whatever has the
    /// highest number: a number that was given is never given again.
    func surplus(keeping limit: Int, production: Entry?) -> [Entry] {
        var newest: [Int: Entry] = [:]
        for entry in decided {
            guard let record = entry.record, record.decision.serves || record.decision == .rolledBack else { continue }
            newest[record.version] = entry
        }
        var kept = Set(
            newest.values.sorted { $0.record?.sequence ?? 0 > $1.record?.sequence ?? 0 }.prefix(max(1, limit)).map(
                \.name))
        let highest = decided.max {
            ($0.record?.version ?? 0, $0.record?.sequence ?? 0) < ($1.record?.version ?? 0, $1.record?.sequence ?? 0)
        }
        for entry in [production, previous(of: production), candidate(against: production), highest] {
            if let entry { kept.insert(entry.name) }
        }
        return doomed + decided.filter { !kept.contains($0.name) }
    }
}
