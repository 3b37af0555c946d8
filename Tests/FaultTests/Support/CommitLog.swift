import Foundation
import KubernetesClient

@testable import Operator

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
    ///   - mayEnd: whether runs go with their models.
    func violations(runs: Int, mayEnd: Bool = false) -> [String] {
        duplicateJobs(runs, mayEnd) + promotions() + sizes() + servedVersions()
    }

    /// The commits of a kind, by the name of the object, in order.
    func byName(_ plural: String) -> [String: [Commit]] { Dictionary(grouping: all(plural), by: \.name) }

    /// Each run has one Job, made once and never removed before its model is.
    private func duplicateJobs(_ runs: Int, _ mayEnd: Bool) -> [String] {
        var result: [String] = []
        for (plural, what) in [("jobs", "Job"), ("trainingjobs", "TrainingJob")] {
            let events = all(plural)
            let added = events.filter { $0.change == .added }.map(\.name)
            if added.count != runs { result.append("\(added.count) \(what)s were made, not \(runs): \(added)") }
            if Set(added).count != added.count { result.append("a \(what) was made twice: \(added)") }
            if !mayEnd, events.contains(where: { $0.change == .deleted }) { result.append("a \(what) was deleted") }
        }
        return result
    }

    /// A version is decided on once, and no two manifests of a model carry the same version.
    private func promotions() -> [String] {
        var decided: [String: [String]] = [:]
        for event in all("configmaps") where event.change != .deleted {
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
        let model = configMap["metadata", "labels"]?[key: Labels.model]?.stringValue ?? ""
        return "\(model) \(decision) \(annotations?["presage.dev/version"]?.stringValue ?? "?")"
    }

    /// The resources go forward and never back to what they were.
    func sizes() -> [String] {
        byName("deployments").compactMap { name, commits in
            var states: [String] = []
            for commit in commits {
                let resources = commit.object["spec", "template", "spec", "containers", 0, "resources"]
                let state = resources?.jsonString([.sortedKeys]) ?? ""
                if states.last != state { states.append(state) }
            }
            return Set(states).count == states.count ? nil : "the resources of \(name) went back: \(states)"
        }
    }

    /// What the other writer was told is stored stays.
    ///
    /// - Parameter counter: what their counter on the Deployment was acknowledged to be.
    func lostUpdates(of counter: Int) -> [String] {
        let counts = (byName("deployments")["shop"] ?? []).map { commit in
            commit.object["metadata", "annotations", "user/count"]?.stringValue.flatMap { Int($0) } ?? 0
        }
        var result: [String] = []
        if counts != counts.sorted() { result.append("an update of another writer was undone: \(counts)") }
        // More is no loss: an update can be stored and its answer lost.
        if (counts.last ?? 0) < counter { result.append("an update was lost: \(counts.last ?? 0), not \(counter)") }
        return result
    }

    /// What serves only ever gets newer.
    private func servedVersions() -> [String] {
        byName("forecastmodels").compactMap { name, commits in
            let versions = commits.map { $0.object["status", "production", "version"]?.intValue ?? 0 }
            guard versions != versions.sorted() else { return nil }
            return "an older version of \(name) was put into production again: \(versions)"
        }
    }
}
