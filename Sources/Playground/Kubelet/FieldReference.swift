import KubernetesClient

/// Values that a pod takes from itself: `fieldRef`.
enum FieldReference {
    /// The text at `metadata.name`, `metadata.labels['app']`, `status.podIP` and the like; nil where unknown.
    static func value(_ pod: JSONValue, _ path: String) -> String? {
        for map in ["labels", "annotations"] {
            if let key = path.dropping(prefix: "metadata.\(map)['"), key.hasSuffix("']") {
                return pod["metadata", .key(map), .key(String(key.dropLast(2)))]?.stringValue ?? ""
            }
            if path == "metadata.\(map)" {
                let pairs = pod["metadata", .key(map)]?.stringDictionary ?? [:]
                return pairs.sorted { $0.key < $1.key }
                    .map { "\($0)=\(JSONValue.string($1).jsonString())" }.joined(separator: "\n")
            }
        }
        switch path {
        case "metadata.name": return pod.name
        case "metadata.namespace": return pod.namespace
        case "metadata.uid": return pod.uid
        case "spec.nodeName": return "playground"
        case "spec.serviceAccountName": return pod["spec", "serviceAccountName"]?.stringValue ?? "default"
        case "status.podIP", "status.hostIP": return "127.0.0.1"
        default: return nil
        }
    }

    /// `resourceFieldRef`: CPU in cores rounded up, memory in bytes, by the divisor.
    static func resource(_ container: JSONValue, _ reference: JSONValue) -> String? {
        guard let resource = reference["resource"]?.stringValue else { return nil }
        let parts = resource.split(separator: ".").map { JSONPathElement.key(String($0)) }
        guard let text = container[path: ["resources"] + parts]?.stringValue, let amount = QuantityText.value(text)
        else { return "0" }
        let divisor = reference["divisor"]?.stringValue.flatMap { QuantityText.value($0) } ?? 1
        return "\(Int((amount / (divisor > 0 ? divisor : 1)).rounded(.up)))"
    }
}
