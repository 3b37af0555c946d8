import Foundation
import KubernetesClient

/// What a pod's status is to say.
struct PodReport: Sendable {
    var pod: JSONValue
    var states: [String: ContainerState]
    /// `Succeeded` or `Failed`, once the pod has ended.
    var ending: String?
    /// RFC 3339.
    var time: String

    private func state(_ container: JSONValue) -> ContainerState {
        states[container["name"]?.stringValue ?? ""] ?? ContainerState()
    }

    /// Writes it to the pod as stored; a scheduler's and other conditions stay.
    func write(to stored: inout JSONValue) {
        let containers = pod["spec", "containers"]?.arrayValue ?? []
        let initContainers = pod["spec", "initContainers"]?.arrayValue ?? []
        let hasStarted = containers.contains { state($0).isRunning || state($0).restarts > 0 }
        let isReady = containers.allSatisfy { state($0).isRunning }
        let initialized = initContainers.allSatisfy { state($0).code == 0 }
        var status = stored["status"] ?? [:]
        let before = status["phase"]?.stringValue ?? "Pending"
        status["phase"] = .string(ending ?? (hasStarted ? "Running" : before))
        status["hostIP"] = "127.0.0.1"
        status["podIP"] = "127.0.0.1"
        if status["startTime"] == nil { status["startTime"] = .string(time) }
        func statuses(_ list: [JSONValue]) -> JSONValue {
            .array(list.map { state($0).json($0, podUID: pod.uid) })
        }
        if !initContainers.isEmpty { status["initContainerStatuses"] = statuses(initContainers) }
        status["containerStatuses"] = statuses(containers)
        let conditions = [
            ("PodScheduled", true), ("Initialized", initialized), ("ContainersReady", isReady), ("Ready", isReady),
        ]
        for (type, holds) in conditions {
            Conditions.set(
                &status, type, holds ? "True" : "False", reason: ending == "Succeeded" && !holds ? "PodCompleted" : "",
                message: "", at: time)
        }
        stored["status"] = status
    }
}
