import Autoscaler
import Foundation
import KubernetesClient
import ModelRegistry
import Testing

@testable import Operator

struct VersionsTests {
    private let now = Date(timeIntervalSince1970: 1_000_000)

    private func manifest(_ winner: VersionManifest.Winner = .challenger, against champion: Int? = nil)
        -> VersionManifest
    {
        let reference = TrainingRun.Reference(namespace: "demo", name: "web", uid: "m")
        return VersionManifest(
            model: reference, trainingJob: reference, algorithm: "ETS", challengerAlgorithm: "ETS", engineVersion: "0",
            trainedAt: now, historyStart: now, historyEnd: now, cut: now, historyDigest: "", series: 1,
            failedSeries: [], scores: .init(challenger: 10, champion: 12), championVersion: champion, winner: winner,
            reason: "10 < 12", stages: [], chunks: [], artifactDigest: "")
    }

    /// A run that found the champion's forecasts worse than those of the version before.
    private func worse(than previous: Int, _ champion: Int) -> VersionManifest {
        var manifest = manifest(.champion, against: champion)
        manifest.live = VersionManifest.Live(
            smape: 30, previousSmape: 10, previousVersion: previous, from: now, through: now, series: 1, points: 100)
        return manifest
    }

    private func entry(
        _ name: String, _ record: PromotionRecord? = nil, doomed: Bool = false
    ) throws -> Versions.Entry {
        let text = try JSONValue(encoding: manifest()).jsonString()
        var annotations = record?.annotations ?? [:]
        if doomed { annotations[VersionStore.doomedAnnotation] = "true" }
        return try Versions.Entry(
            configMap: ConfigMap(
                metadata: ObjectMeta(name: name, annotations: annotations),
                content: ["data": ["manifest.json": .string(text)]]))
    }

    private func record(
        _ decision: PromotionRecord.Decision = .promoted, version: Int, revision: Int = 0, sequence: Int
    ) -> PromotionRecord {
        PromotionRecord(
            decision: decision, version: version, revision: revision, sequence: sequence, decidedAt: now, reason: "")
    }

    @Test func `the first artifact is version 1`() {
        let made = Versions([]).record(for: manifest(), champion: nil, at: now)
        #expect(made.decision == .promoted && made.version == 1 && made.revision == 0 && made.sequence == 1)
    }

    @Test func `a winner is the next version, a loser refreshes the champion`() throws {
        let champion = try entry("a", record(version: 3, revision: 1, sequence: 7))
        let versions = Versions([try entry("b", record(version: 2, sequence: 5)), champion, try entry("new")])
        let won = versions.record(for: manifest(against: 3), champion: champion, at: now)
        #expect(won.decision == .promoted && won.version == 4 && won.revision == 0 && won.sequence == 8)
        let lost = versions.record(for: manifest(.champion, against: 3), champion: champion, at: now)
        #expect(lost.decision == .refreshed && lost.version == 3 && lost.revision == 2 && lost.sequence == 8)
    }

    @Test func `an artifact that was scored against another champion serves nothing`() throws {
        let champion = try entry("a", record(version: 3, sequence: 7))
        let made = Versions([champion]).record(for: manifest(against: 2), champion: champion, at: now)
        #expect(made.decision == .superseded)
        #expect(made.reason.contains("version 2") && made.reason.contains("version 3"))
        #expect(Versions([champion]).record(for: manifest(), champion: champion, at: now).decision == .superseded)
    }

    @Test func `the newest record serves, and a pin picks the newest of its version`() throws {
        let versions = Versions([
            try entry("b", record(version: 2, sequence: 3)), try entry("a", record(version: 1, sequence: 1)),
            try entry("a2", record(.refreshed, version: 1, revision: 1, sequence: 2)), try entry("undecided"),
            try entry("x", record(.superseded, version: 0, sequence: 9)),
        ])
        #expect(versions.production(pinned: nil)?.name == "b")
        #expect(versions.production(pinned: 1)?.name == "a2")
        #expect(versions.production(pinned: 5) == nil)
    }

    @Test func `a damaged artifact serves nothing, and its number is spent`() throws {
        let champion = try entry("a", record(version: 1, sequence: 1))
        let versions = Versions([champion, try entry("b", record(.damaged, version: 2, sequence: 2))])
        #expect(versions.production(pinned: nil)?.name == "a")
        #expect(versions.production(pinned: 2) == nil)
        #expect(versions.refreshDue(of: champion) == nil)
        let next = versions.record(for: manifest(against: 1), champion: champion, at: now)
        #expect(next.decision == .promoted && next.version == 3)
    }

    @Test func `a rollback outlives its pin`() throws {
        let bad = try entry("b", record(version: 2, sequence: 3))
        let good = try entry("a", record(version: 1, sequence: 1))
        let rollback = try #require(Versions([bad, good]).rollback(to: 1, at: now))
        let after = Versions([bad, try entry(rollback.entry.name, rollback.record)])
        #expect(after.production(pinned: nil)?.name == "a")
        #expect(after.rollback(to: 1, at: now) == nil, "it is recorded once")
        // The next winner is a new version, not the one that was rolled back.
        let next = after.record(for: manifest(against: 1), champion: after.production(pinned: nil), at: now)
        #expect(next.version == 3)
    }

    @Test func `a version that a person went back from does not come back by itself`() throws {
        let policy = PromotionSpec()
        let left = try entry("b", record(version: 2, sequence: 3))
        var champion = try entry("a", record(version: 1, sequence: 4))
        for run in 5...9 {
            let made = Versions([left, champion]).record(
                for: worse(than: 2, 1), champion: champion, policy: policy, at: now)
            #expect(made.decision == .refreshed && made.worseRuns == run - 4)
            champion = try entry("a\(run)", made)
            #expect(Versions([left, champion]).production(pinned: nil)?.record?.version == 1)
        }
        // The other way round the version before takes its place.
        let old = try entry("a", record(version: 1, sequence: 1))
        var newer = record(version: 2, sequence: 2)
        newer.worseRuns = policy.automaticRollback.afterRuns - 1
        let disappointing = try entry("b", newer)
        let made = Versions([old, disappointing]).record(
            for: worse(than: 1, 2), champion: disappointing, policy: policy, at: now)
        #expect(made.decision == .rolledBack)
    }

    @Test func `older revisions and old versions go, what serves stays`() throws {
        let entries = [
            try entry("v1", record(version: 1, sequence: 1)),
            try entry("v1r1", record(.refreshed, version: 1, revision: 1, sequence: 2)),
            try entry("v2", record(version: 2, sequence: 3)), try entry("v3", record(version: 3, sequence: 4)),
            try entry("undecided"), try entry("x", record(.superseded, version: 0, sequence: 5)),
        ]
        let versions = Versions(entries)
        let surplus = versions.surplus(keeping: 2, production: versions.production(pinned: 1))
        #expect(Set(surplus.map(\.name)) == ["v1", "x"])
        #expect(
            Set(versions.surplus(keeping: 2, production: versions.production(pinned: nil)).map(\.name)) == [
                "v1", "v1r1", "x",
            ])
    }

    @Test func `a version whose deletion has begun serves nothing and goes on going`() throws {
        let versions = Versions([
            try entry("v1", record(version: 1, sequence: 1), doomed: true),
            try entry("v2", record(version: 2, sequence: 2)),
        ])
        #expect(versions.production(pinned: 1) == nil)
        #expect(versions.rollback(to: 1, at: now) == nil)
        #expect(versions.surplus(keeping: 5, production: versions.production(pinned: nil)).map(\.name) == ["v1"])
    }

    @Test func `a ConfigMap without a manifest is named`() {
        let error = #expect(throws: RegistryError.self) {
            try Versions.Entry(configMap: ConfigMap(metadata: ObjectMeta(name: "odd")))
        }
        #expect(error?.message.contains("odd") == true)
    }
}
