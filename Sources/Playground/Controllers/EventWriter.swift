import Foundation
import KubernetesClient

/// Writes the events of the playground's own controllers.
struct EventWriter: Sendable {
    var cluster: Cluster
    var component: String

    func record(_ object: JSONValue, _ reason: String, _ message: String, type: String = "Normal") {
        let event = Self.event(of: object, reason, message, type: type, component: component, at: cluster.now())
        _ = try? cluster.create(.events, event, as: component)
    }

    /// An event about an object, that happened once.
    static func event(
        of object: JSONValue, _ reason: String, _ message: String, type: String, component: String, at now: Date
    ) -> JSONValue {
        let time = JSONValue.string(APITime.text(now))
        let namespace = object.namespace.isEmpty ? "default" : object.namespace
        return [
            "apiVersion": "v1", "kind": "Event",
            "metadata": [
                "generateName": .string("\(object.name).".lowercased()), "namespace": .string(namespace),
            ],
            "involvedObject": [
                "apiVersion": object["apiVersion"] ?? "", "kind": object["kind"] ?? "", "name": .string(object.name),
                "namespace": .string(object.namespace), "uid": .string(object.uid),
                "resourceVersion": object["metadata", "resourceVersion"] ?? "",
            ],
            "reason": .string(reason), "message": .string(message), "type": .string(type), "count": 1,
            "firstTimestamp": time, "lastTimestamp": time, "source": ["component": .string(component)],
            "reportingComponent": .string(component), "reportingInstance": "",
        ]
    }
}
