import KubernetesClient

/// The failed pods of a Job: which of them count, by `podFailurePolicy`, and which indexes of an Indexed Job with
/// `backoffLimitPerIndex` have failed for good.
struct JobFailures: Sendable {
    /// How often a pod's index had failed before it was made.
    static let count = "batch.kubernetes.io/job-index-failure-count"

    /// Pods that count against a limit.
    private(set) var counted: [JSONValue] = []
    /// Failures by index; only of Jobs that count them apart.
    private(set) var byIndex: [Int: Int] = [:]
    /// Indexes that are not tried again.
    private(set) var failedIndexes: Set<Int>
    /// Why a rule of the policy ends the whole Job.
    private(set) var end: String?
    /// Whether failures are counted for each index.
    let isPerIndex: Bool

    init(job: JSONValue, pods: [JSONValue]) {
        let limit = job["spec", "backoffLimitPerIndex"]?.intValue
        isPerIndex = limit != nil && job["spec", "completionMode"] == "Indexed"
        failedIndexes = JobLabels.indexes(job["status", "failedIndexes"]?.stringValue ?? "")
        let rules = job["spec", "podFailurePolicy", "rules"]?.arrayValue ?? []
        for pod in pods where pod["status", "phase"] == "Failed" {
            let (action, why) = Self.action(rules, pod)
            switch action {
            case "Ignore": continue
            case "FailJob":
                counted.append(pod)
                end = end ?? why
                continue
            default: counted.append(pod)
            }
            guard isPerIndex, let index = JobLabels.index(pod), let limit else { continue }
            let failures = (pod.annotations[Self.count].flatMap { Int($0) } ?? 0) + 1
            byIndex[index] = max(byIndex[index] ?? 0, failures)
            if failures > limit || action == "FailIndex" { failedIndexes.insert(index) }
        }
    }

    /// What the first rule that matches a pod asks for.
    private static func action(_ rules: [JSONValue], _ pod: JSONValue) -> (action: String, why: String) {
        for (number, rule) in rules.enumerated() {
            let action = rule["action"]?.stringValue ?? "Count"
            let tail = "matching \(action) rule at index \(number)"
            for wanted in rule["onPodConditions"]?.arrayValue ?? [] {
                let holds = (pod["status", "conditions"]?.arrayValue ?? []).contains {
                    $0["type"] == wanted["type"] && $0["status"] == wanted["status"] ?? "True"
                }
                if holds {
                    let type = wanted["type"]?.stringValue ?? ""
                    return (action, "Pod \(pod.namespace)/\(pod.name) has condition \(type) \(tail)")
                }
            }
            guard let wanted = rule["onExitCodes"] else { continue }
            let values = (wanted["values"]?.arrayValue ?? []).compactMap(\.intValue)
            for container in pod["status", "containerStatuses"]?.arrayValue ?? [] {
                guard let code = container["state", "terminated", "exitCode"]?.intValue, code != 0,
                    wanted["containerName"] == nil || wanted["containerName"] == container["name"],
                    values.contains(code) == (wanted["operator"] != "NotIn")
                else { continue }
                let name = container["name"]?.stringValue ?? ""
                return (
                    action,
                    "Container \(name) for pod \(pod.namespace)/\(pod.name) failed with exit code \(code) \(tail)"
                )
            }
        }
        return ("Count", "")
    }
}
