import Foundation
import KubernetesClient

/// Every change that the API server committed in the bench's namespace, in order: the truth that the invariants are
/// checked on.
final class CommitLog: Sendable {
    private let commits = Shared<[Commit]>([])

    init(_ server: any FaultyServer, namespace: String) async throws {
        try await server.observe { [commits] commit in
            if commit.namespace == namespace { commits.change { $0.append(commit) } }
        }
    }

    func all(_ plural: String) -> [Commit] { commits.value.filter { $0.plural == plural } }

    /// What must never be seen, whatever happened; empty where all is well.
    ///
    /// - Parameters:
    ///   - runs: how many training runs there must be.
    ///   - counter: what the other writer's counter on the Deployment was acknowledged to be.
    func violations(runs: Int, counter: Int) -> [String] {
        duplicateJobs(runs) + promotions() + deploymentHistory(counter) + servedVersions()
    }

    /// Each run has one Job, made once and never removed.
    private func duplicateJobs(_ runs: Int) -> [String] {
        var result: [String] = []
        for (plural, what) in [("jobs", "Job"), ("trainingjobs", "TrainingJob")] {
            let events = all(plural)
            let added = events.filter { $0.change == .added }.map(\.name)
            if added.count != runs { result.append("\(added.count) \(what)s were made, not \(runs): \(added)") }
            if Set(added).count != added.count { result.append("a \(what) was made twice: \(added)") }
            if events.contains(where: { $0.change == .deleted }) { result.append("a \(what) was deleted") }
        }
        return result
    }

    /// A version is decided on once, and no two manifests carry the same version.
    private func promotions() -> [String] {
        var decided: [String: [String]] = [:]
        for event in all("configmaps") {
            let now = Self.record(event.object)
            guard let now, now != event.previous.flatMap(Self.record) else { continue }
            decided[event.name, default: []].append(now)
        }
        var result = decided.filter { $0.value.count > 1 }.map {
            "\($0.key) was decided on more than once: \($0.value)"
        }
        let versions = decided.values.compactMap(\.last)
        if Set(versions).count != versions.count { result.append("one version was given twice: \(decided)") }
        return result
    }

    private static func record(_ configMap: JSONValue) -> String? {
        let annotations = configMap["metadata", "annotations"]?.objectValue
        guard let decision = annotations?["presage.dev/decision"]?.stringValue else { return nil }
        return "\(decision) \(annotations?["presage.dev/version"]?.stringValue ?? "?")"
    }

    /// The resources go forward and never back to what they were, and what the other writer was told is stored stays.
    private func deploymentHistory(_ counter: Int) -> [String] {
        var states: [String] = []
        var counts: [Int] = []
        for event in all("deployments") {
            let container = event.object["spec", "template", "spec", "containers", 0, "resources"]
            let state = container?.jsonString([.sortedKeys]) ?? ""
            if states.last != state { states.append(state) }
            let text = event.object["metadata", "annotations", "user/count"]?.stringValue
            counts.append(text.flatMap { Int($0) } ?? 0)
        }
        var result: [String] = []
        if Set(states).count != states.count { result.append("the resources went back: \(states)") }
        if counts != counts.sorted() { result.append("an update of another writer was undone: \(counts)") }
        // More is no loss: an update can be stored and its answer lost.
        if (counts.last ?? 0) < counter { result.append("an update was lost: \(counts.last ?? 0), not \(counter)") }
        return result
    }

    /// What serves only ever gets newer.
    private func servedVersions() -> [String] {
        let versions = all("forecastmodels").map { $0.object["status", "production", "version"]?.intValue ?? 0 }
        guard versions != versions.sorted() else { return [] }
        return ["an older version was put into production again: \(versions)"]
    }
}
