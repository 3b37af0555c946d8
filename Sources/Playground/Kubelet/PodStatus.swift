import Foundation
import KubernetesClient

/// The states of pods as their status says them.
enum PodStatus {
    /// The status of a pod that was just made.
    static func pending(_ pod: JSONValue) -> JSONValue {
        ["phase": "Pending", "qosClass": .string(QualityOfService.name(pod))]
    }

    /// Whether the pod belongs to a ReplicaSet, and so to a Deployment.
    static func isReplica(_ pod: JSONValue) -> Bool { pod.controller?["kind"]?.stringValue == "ReplicaSet" }

    /// Makes a pod Running and Ready though no process runs for it.
    static func makeReady(_ pod: inout JSONValue, at now: Date) {
        var status = pod["status"] ?? [:]
        status["phase"] = "Running"
        status["hostIP"] = "127.0.0.1"
        status["podIP"] = "127.0.0.1"
        status["startTime"] = .string(APITime.text(now))
        let state = ContainerState(phase: .running(since: now))
        let uid = pod.uid
        status["containerStatuses"] = .array(
            (pod["spec", "containers"]?.arrayValue ?? []).map { state.json($0, podUID: uid) })
        for type in ["PodScheduled", "Initialized", "ContainersReady", "Ready"] {
            Conditions.set(&status, type, "True", reason: "", message: "", at: APITime.text(now))
        }
        pod["status"] = status
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
