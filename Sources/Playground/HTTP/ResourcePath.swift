import KubernetesClient

/// What a resource URL addresses.
struct ResourcePath: Sendable {
    var type: ResourceType
    var namespace = ""
    var name = ""
    var subresource = ""

    var objectName: ObjectName { ObjectName(namespace: namespace, name: name) }

    /// Parses the segments after `/api/v1` or `/apis/<group>/<version>`; nil where nothing is served there.
    init?(group: String, version: String, _ segments: ArraySlice<String>, _ registry: Registry) {
        var rest = segments
        // `namespaces/x` is the namespace itself, `namespaces/x/pods` what is in it.
        if rest.first == "namespaces", rest.count >= 3, !["status", "finalize"].contains(rest[rest.startIndex + 2]) {
            namespace = rest[rest.startIndex + 1]
            rest = rest.dropFirst(2)
        }
        guard let plural = rest.popFirst(), let type = registry.type(group: group, version: version, plural: plural)
        else { return nil }
        self.type = type
        if !type.namespaced, !namespace.isEmpty { return nil }
        name = rest.popFirst() ?? ""
        subresource = rest.popFirst() ?? ""
        guard rest.isEmpty else { return nil }
        if type.namespaced, namespace.isEmpty, !name.isEmpty { return nil }
        if subresource == "finalize", type.key == .namespaces { return }
        if !subresource.isEmpty, !type.subresources.contains(subresource) { return nil }
    }
}
