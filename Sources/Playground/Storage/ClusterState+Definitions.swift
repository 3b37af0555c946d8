import KubernetesClient

extension ClusterState {
    /// What follows from a stored object: definitions are served, marked objects worked off.
    mutating func didStore(_ key: StorageKey, old: JSONValue?, new: JSONValue) throws(APIError) {
        if key.resource == .customResourceDefinitions, !new.isBeingDeleted { serve(key, new) }
        if key.resource == .namespaces, old == nil { furnish(new.name) }
        if new.isBeingDeleted {
            collectMarked(key)
        } else if new.owners != old?.owners ?? [] {
            collectIfOrphaned(key, new)
        }
    }

    /// Registers a definition's versions and says so in its status.
    private mutating func serve(_ key: StorageKey, _ definition: JSONValue) {
        registry.register(definition: definition)
        var object = definition
        let versions = definition["spec", "versions"]?.arrayValue ?? []
        let storage = versions.first { $0["storage"] == true }?["name"] ?? "v1"
        var names = definition["spec", "names"] ?? [:]
        let kind = names["kind"]?.stringValue ?? ""
        if names["singular"] == nil { names["singular"] = .string(kind.lowercased()) }
        if names["listKind"] == nil { names["listKind"] = .string(kind + "List") }
        object["spec", "names"] = names
        object["spec", "conversion"] = object["spec", "conversion"] ?? ["strategy": "None"]
        object["status", "acceptedNames"] = names
        object["status", "storedVersions"] = [storage]
        let since = definition["status", "conditions", 0, "lastTransitionTime"] ?? .string(timestamp)
        object["status", "conditions"] = [
            [
                "type": "NamesAccepted", "status": "True", "reason": "NoConflicts", "message": "no conflicts found",
                "lastTransitionTime": since,
            ],
            [
                "type": "Established", "status": "True", "reason": "InitialNamesAccepted",
                "message": "the initial names have been accepted", "lastTransitionTime": since,
            ],
        ]
        if object != definition { _ = commit(key, old: definition, new: object) }
    }

    /// Every namespace has the service account `default`.
    private mutating func furnish(_ namespace: String) {
        guard let type = registry.type(.serviceAccounts) else { return }
        _ = try? create(
            type, namespace: namespace,
            ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": "default"]],
            .internalWrite(Cluster.controllerManager))
    }
}
