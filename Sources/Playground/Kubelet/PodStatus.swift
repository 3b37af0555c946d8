import KubernetesClient

/// The states of pods as their status says them.
enum PodStatus {
    /// The status of a pod that was just made.
    static func pending(_ pod: JSONValue) -> JSONValue {
        ["phase": "Pending", "qosClass": .string(QualityOfService.name(pod))]
    }

    /// Whether a local process runs for the pod: pods of Deployments and ReplicaSets are virtual.
    static func isRunByKubelet(_ pod: JSONValue) -> Bool {
        pod.controller?["kind"]?.stringValue != "ReplicaSet"
    }

    static func isFinished(_ pod: JSONValue) -> Bool {
        pod["status", "phase"] == "Succeeded" || pod["status", "phase"] == "Failed"
    }

    static func isReady(_ pod: JSONValue) -> Bool {
        pod["status", "conditions"]?.arrayValue?.contains { $0["type"] == "Ready" && $0["status"] == "True" } ?? false
    }
}

/// The quality-of-service class that follows from requests and limits.
enum QualityOfService {
    static func name(_ pod: JSONValue) -> String {
        let containers = pod["spec", "containers"]?.arrayValue ?? []
        let all = containers.map { container in
            (
                limits: container["resources", "limits"]?.objectValue ?? [:],
                requests: container["resources", "requests"]?.objectValue ?? [:]
            )
        }
        if all.allSatisfy({ $0.limits.isEmpty && $0.requests.isEmpty }) { return "BestEffort" }
        let isGuaranteed = all.allSatisfy { limits, requests in
            ["cpu", "memory"].allSatisfy { resource in
                guard let limit = amount(limits[resource]) else { return false }
                return (amount(requests[resource]) ?? limit) == limit
            }
        }
        return isGuaranteed ? "Guaranteed" : "Burstable"
    }

    private static func amount(_ value: JSONValue?) -> Double? {
        value?.stringValue.flatMap { QuantityText.value($0) } ?? value?.doubleValue
    }
}
