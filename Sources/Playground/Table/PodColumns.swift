import KubernetesClient

/// The cells of a pod's row.
enum PodColumns {
    static func cells(_ pod: JSONValue, _ age: JSONValue) -> [JSONValue] {
        let statuses = pod["status", "containerStatuses"]?.arrayValue ?? []
        let ready = statuses.count { $0["ready"] == true }
        let restarts = statuses.reduce(0) { $0 + ($1["restartCount"]?.intValue ?? 0) }
        let wanted = pod["spec", "containers"]?.arrayValue?.count ?? 0
        return [
            .string("\(ready)/\(wanted)"), .string(reason(pod, statuses)), .string("\(restarts)"), age,
            pod["status", "podIP"] ?? "<none>", pod["spec", "nodeName"] ?? "<none>", "<none>", "<none>",
        ]
    }

    private static func reason(_ pod: JSONValue, _ statuses: [JSONValue]) -> String {
        if pod.isBeingDeleted { return "Terminating" }
        var reason = pod["status", "reason"]?.stringValue ?? pod["status", "phase"]?.stringValue ?? ""
        for status in statuses {
            if let waiting = status["state", "waiting", "reason"]?.stringValue { reason = waiting }
            if let ended = status["state", "terminated"] {
                reason = ended["reason"]?.stringValue ?? "ExitCode:\(ended["exitCode"]?.intValue ?? 0)"
            }
        }
        return reason
    }
}
