/// Which pods are a Deployment's: by the owners that kube-state-metrics reports, else by their names.
///
/// A Deployment's pods are named after it, so a pattern finds them all on any server. Where kube-state-metrics was there,
/// pods of the same form that another object owns are taken out, and pods of other names that it adopted put in.
struct PodMembership {
    /// Conditions on the label `pod`.
    var matchers: [PromQL.Matcher]
    /// Why owners were not considered, where the server refused to tell or told only a part.
    var warning: String?

    static func read(
        client: PrometheusClient, target: PrometheusHistory.Target, labels: [String: String], from start: Int,
        through end: Int
    ) async throws -> PodMembership {
        let pattern = PodNames.pattern(ofDeployment: target.deployment)
        let byName = PodMembership(matchers: [.matches("pod", pattern)])
        func ask(_ selector: String) async throws -> Answer {
            try await sets(of: selector, client: client, from: start, through: end)
        }
        func byNames(_ reason: String) -> PodMembership {
            PodMembership(matchers: byName.matchers, warning: "pods are told by their names alone: \(reason)")
        }
        let owners = WorkloadQueries.replicaSets(of: target.deployment, namespace: target.namespace, labels: labels)
        if let reason = try await partAway(owners, client: client, from: start, through: end) { return byNames(reason) }
        let replicaSets: Set<String>
        switch try await ask(owners) {
        case .whole(let sets): replicaSets = Set(sets.compactMap { $0["replicaset"] })
        case .part(let reason): return byNames(reason)
        }
        guard !replicaSets.isEmpty else { return byName }

        var owned: Set<String> = []
        var foreign: Set<String> = []
        for matcher in [
            PromQL.Matcher.matches("owner_name", PromQL.anyOf(replicaSets.sorted())), .matches("pod", pattern),
        ] {
            let selector = WorkloadQueries.owners(where: matcher, namespace: target.namespace, labels: labels)
            switch try await ask(selector) {
            case .whole(let sets):
                for set in sets {
                    guard let pod = set["pod"], !pod.isEmpty else { continue }
                    let isOurs = set["owner_kind"] == "ReplicaSet" && replicaSets.contains(set["owner_name"] ?? "")
                    if isOurs { owned.insert(pod) } else { foreign.insert(pod) }
                }
            case .part(let reason): return byNames(reason)
            }
        }
        foreign.subtract(owned)
        var matchers = byName.matchers
        let adopted = owned.filter { !isNamed($0, after: target.deployment) }.sorted()
        if !adopted.isEmpty { matchers = [.matches("pod", pattern + "|" + PromQL.anyOf(adopted))] }
        if !foreign.isEmpty { matchers.append(.matchesNot("pod", PromQL.anyOf(foreign.sorted()))) }
        return PodMembership(matchers: matchers)
    }

    /// Why the owners would be told in part; nil where nothing says so.
    ///
    /// Thanos (0.41) leaves out what a store has that is away in silence where series are asked for, and warns of it where
    /// a query reads the same.
    private static func partAway(
        _ selector: String, client: PrometheusClient, from start: Int, through end: Int
    ) async throws -> String? {
        let query = "count(last_over_time(\(selector)[\(end - start)s]))"
        do {
            switch try await client.ask(
                "query", [("query", query), ("time", String(end))], field: PrometheusHistory.field)
            {
            case .answer(let answer): return answer.warnings.first.map { partly($0, client) }
            case .silence(let error): return error.message
            // Too much at once for this server; its own word on series counts.
            case .tooMuch: return nil
            }
        } catch let error as DataError where error.code == .invalidQuery {
            return nil
        }
    }

    private static func partly(_ warning: String, _ client: PrometheusClient) -> String {
        "the server answers in part (\(client.excerpt(warning)))"
    }

    private enum Answer {
        case whole([[String: String]])
        /// By a part of the owners, pods of the Deployment would be taken for somebody else's, and their use left out.
        case part(String)
    }

    /// The labels of all series that a selector has; a time that is too long for the server is asked for in halves.
    private static func sets(
        of selector: String, client: PrometheusClient, from start: Int, through end: Int
    ) async throws -> Answer {
        let parameters = [("match[]", selector), ("start", String(start)), ("end", String(end))]
        switch try await client.ask("series", parameters, field: PrometheusHistory.field) {
        case .answer(let answer):
            return answer.warnings.first.map { .part(partly($0, client)) } ?? .whole(answer.labelSets)
        case .silence(let error): return .part(error.message)
        case .tooMuch(let error):
            guard end - start > 86_400 else { return .part(error.message) }
            let middle = start + (end - start) / 2
            var all: [[String: String]] = []
            for (start, end) in [(start, middle), (middle + 1, end)] {
                switch try await sets(of: selector, client: client, from: start, through: end) {
                case .whole(let sets): all += sets
                case let part: return part
                }
            }
            return .whole(all)
        }
    }

    /// Whether a pod's name has the form that the pattern finds.
    static func isNamed(_ pod: String, after deployment: String) -> Bool {
        PodNames.replicaSet(ofPod: pod)?.hasPrefix(deployment + "-") == true
            && PodNames.replicaSet(ofPod: pod)?.dropFirst(deployment.count + 1).contains("-") == false
    }
}
