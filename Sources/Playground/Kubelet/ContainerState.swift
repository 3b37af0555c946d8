import Foundation
import KubernetesClient

/// What a container is doing, and its status from that.
struct ContainerState: Sendable {
    enum Phase: Sendable {
        case waiting(reason: String, message: String)
        case running(since: Date)
        case terminated(LocalProcess.End, reason: String, message: String, started: Date, finished: Date)
    }

    var phase = Phase.waiting(reason: "ContainerCreating", message: "")
    var previous: Phase?
    var restarts = 0

    var isRunning: Bool { if case .running = phase { true } else { false } }

    /// The exit code, where it ended.
    var code: Int32? { if case .terminated(let end, _, _, _, _) = phase { end.code } else { nil } }

    func json(_ container: JSONValue, podUID: String) -> JSONValue {
        let image = container["image"] ?? ""
        let name = container["name"]?.stringValue ?? ""
        var status: JSONObject = [
            "name": .string(name), "image": image, "imageID": image, "restartCount": .int(Int64(restarts)),
            "ready": .bool(isRunning), "started": .bool(isRunning), "state": Self.json(phase),
            "containerID": .string("playground://\(podUID)/\(name)/\(restarts)"),
            "lastState": previous.map { Self.json($0) } ?? [:],
        ]
        if let resources = container["resources"], resources.objectValue?.isEmpty == false {
            status["resources"] = resources
            status["allocatedResources"] = resources["requests"]
        }
        return .object(status)
    }

    private static func json(_ phase: Phase) -> JSONValue {
        switch phase {
        case .waiting(let reason, let message):
            var waiting: JSONObject = ["reason": .string(reason)]
            if !message.isEmpty { waiting["message"] = .string(message) }
            return ["waiting": .object(waiting)]
        case .running(let since): return ["running": ["startedAt": .string(APITime.text(since))]]
        case .terminated(let end, let reason, let message, let started, let finished):
            var ended: JSONObject = [
                "exitCode": .int(Int64(end.code)), "reason": .string(reason),
                "startedAt": .string(APITime.text(started)), "finishedAt": .string(APITime.text(finished)),
            ]
            if case .signaled(let signal) = end { ended["signal"] = .int(Int64(signal)) }
            if !message.isEmpty { ended["message"] = .string(message) }
            return ["terminated": .object(ended)]
        }
    }
}
