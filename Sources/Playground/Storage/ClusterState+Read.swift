import KubernetesClient

extension ClusterState {
    /// One object in the version of `type`.
    func get(_ type: ResourceType, _ name: ObjectName) throws(APIError) -> JSONValue {
        guard let object = object(type.key, name) else { throw .notFound(type, name.name) }
        return type.presented(object)
    }

    /// The objects that a list or a watch of `scope` sees, by namespace and name.
    func select(_ scope: ListScope) -> [JSONValue] {
        let all = objects[scope.type.key] ?? [:]
        if let name = scope.exactName {
            return all[name].map { scope.includes($0) ? [$0] : [] } ?? []
        }
        let names = all.keys.filter { scope.namespace.isEmpty || $0.namespace == scope.namespace }.sorted()
        return names.compactMap { all[$0] }.filter { scope.includes($0) }
    }
}

/// Which objects a list or a watch is about.
struct ListScope: Sendable {
    var type: ResourceType
    /// Empty for all namespaces and for cluster-wide kinds.
    var namespace: String
    var labels: LabelSelector
    var fields: FieldSelector

    /// Whether a stored object is in the scope.
    func includes(_ stored: JSONValue) -> Bool {
        (namespace.isEmpty || stored.namespace == namespace) && labels.matches(stored)
            && (fields.terms.isEmpty || fields.matches(type.presented(stored)))
    }

    /// The one name that can match, where the selector names it.
    var exactName: ObjectName? {
        guard let name = fields.name, !type.namespaced || !namespace.isEmpty else { return nil }
        return ObjectName(namespace: type.namespaced ? namespace : "", name: name)
    }
}
