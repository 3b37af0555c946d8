import KubernetesClient

/// Short names for what every part of the server reads from objects.
extension JSONValue {
    var name: String { self["metadata", "name"]?.stringValue ?? "" }
    var namespace: String { self["metadata", "namespace"]?.stringValue ?? "" }
    var uid: String { self["metadata", "uid"]?.stringValue ?? "" }
    var objectName: ObjectName { ObjectName(namespace: namespace, name: name) }
    var labels: [String: String] { self["metadata", "labels"]?.stringDictionary ?? [:] }
    var annotations: [String: String] { self["metadata", "annotations"]?.stringDictionary ?? [:] }
    var revision: Int { self["metadata", "resourceVersion"]?.stringValue.flatMap { Int($0) } ?? 0 }
    var isBeingDeleted: Bool { self["metadata", "deletionTimestamp"] != nil }
    var finalizers: [String] { self["metadata", "finalizers"]?.arrayValue?.compactMap(\.stringValue) ?? [] }
    var owners: [JSONValue] { self["metadata", "ownerReferences"]?.arrayValue ?? [] }
    /// The owner that controls this object.
    var controller: JSONValue? { owners.first { $0["controller"] == true } }

    /// Without `metadata.managedFields` and `metadata.resourceVersion`, to tell whether anything changed.
    var withoutBookkeeping: JSONValue {
        var copy = self
        copy["metadata", "managedFields"] = nil
        copy["metadata", "resourceVersion"] = nil
        return copy
    }
}
