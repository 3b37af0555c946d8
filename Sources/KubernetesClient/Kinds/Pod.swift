/// A pod.
public struct Pod: BuiltInResource {
    /// How the API server addresses the kind.
    public static var definition: ResourceDefinition {
        ResourceDefinition(group: "", version: "v1", plural: "pods", kind: "Pod", namespaced: true)
    }

    /// The whole object.
    public var object: KubernetesObject

    /// A view of an object.
    public init(object: KubernetesObject) { self.object = object }

    /// `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`.
    public var phase: String? { self["status", "phase"]?.stringValue }

    /// The message that a container left as it ended.
    ///
    /// - Parameter container: nil for the first that left one.
    public func terminationMessage(container: String? = nil) -> String? {
        for status in self["status", "containerStatuses"]?.arrayValue ?? [] {
            if let container, status["name"]?.stringValue != container { continue }
            if let message = status["state", "terminated", "message"]?.stringValue { return message }
        }
        return nil
    }
}
