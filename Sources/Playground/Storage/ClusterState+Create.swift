import Foundation
import KubernetesClient

extension ClusterState {
    /// Stores a new object. `applied` is the ownership of an apply; without it the creator owns all fields.
    mutating func create(
        _ type: ResourceType, namespace: String, _ body: JSONValue, _ options: WriteOptions,
        applied: ManagedFields? = nil
    ) throws(APIError) -> JSONValue {
        try requireNamespace(type, namespace, body)
        var object = try identified(body, type, ObjectName(namespace: namespace, name: ""))
        if object["metadata", "resourceVersion"]?.stringValue?.isEmpty == false, applied == nil {
            throw .badRequest("resourceVersion should not be set on objects to be created")
        }
        nameGenerated(&object, type)
        if type.hasStatus { object["status"] = nil }
        let requested = object["metadata", "managedFields"]
        object["metadata", "managedFields"] = nil
        object = try normalized(object, type, options.fieldValidation)
        stamp(&object, type)
        try validate(object, old: nil, type)
        let managed: ManagedFields
        if let applied {
            managed = applied
        } else {
            managed = fieldManager(type, "").update(
                ManagedFields(json: requested) ?? ManagedFields(), live: Self.skeleton(object, type),
                updated: object, manager: options.manager)
        }
        object["metadata", "managedFields"] = managed.json
        let key = StorageKey(resource: type.key, name: object.objectName)
        // Admission comes before storage: what has no room is refused even where it exists.
        try requireQuota(type, object)
        guard self.object(key.resource, key.name) == nil else { throw .alreadyExists(type, object.name) }
        object = type.ingested(object)
        if options.isDryRun { return type.presented(object) }
        object = commit(key, old: nil, new: object)
        try didStore(key, old: nil, new: object)
        return type.presented(self.object(key.resource, key.name) ?? object)
    }

    private func requireNamespace(_ type: ResourceType, _ namespace: String, _ body: JSONValue) throws(APIError) {
        guard type.namespaced else { return }
        guard let found = object(.namespaces, ObjectName(namespace: "", name: namespace)) else {
            throw APIError(
                code: 404, reason: "NotFound", message: "namespaces \"\(namespace)\" not found", name: namespace,
                kind: "namespaces")
        }
        if found.isBeingDeleted {
            throw .forbidden(
                type, body.name,
                "unable to create new content in namespace \(namespace) because it is being terminated")
        }
    }

    private func nameGenerated(_ object: inout JSONValue, _ type: ResourceType) {
        guard object.name.isEmpty, let prefix = object["metadata", "generateName"]?.stringValue, !prefix.isEmpty
        else { return }
        var name = ""
        repeat {
            name = String(prefix.prefix(58)) + Self.suffix()
        } while self.object(type.key, ObjectName(namespace: object.namespace, name: name)) != nil
        object["metadata", "name"] = .string(name)
    }

    /// Five characters that are no vowels and hard to confuse, as Kubernetes makes them.
    static func suffix() -> String {
        let letters = Array("bcdfghjklmnpqrstvwxz2456789")
        return String((0..<5).map { _ in letters[Int.random(in: 0..<letters.count)] })
    }

    private func stamp(_ object: inout JSONValue, _ type: ResourceType) {
        object["metadata", "uid"] = .string(UUID().uuidString.lowercased())
        object["metadata", "creationTimestamp"] = .string(timestamp)
        for field in ["resourceVersion", "generation", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"] {
            object[path: ["metadata", .key(field)]] = nil
        }
        if type.countsGenerations { object["metadata", "generation"] = 1 }
        if type.key == .jobs { select(&object) }
        if type.key == .pods { object["status"] = PodStatus.pending(object) }
    }

    /// A Job selects its pods by its own uid, unless it brings a selector.
    private func select(_ job: inout JSONValue) {
        guard job["spec", "manualSelector"] != true else { return }
        let uid = JSONValue.string(job.uid)
        job["spec", "selector", "matchLabels"] = ["batch.kubernetes.io/controller-uid": uid]
        for (label, value) in JobLabels.all(uid: job.uid, name: job.name) {
            job[path: ["spec", "template", "metadata", "labels", .key(label)]] = .string(value)
        }
    }

    /// What a typed client sends as an empty object of the kind: structures that are there anyway have no owner.
    private static func skeleton(_ object: JSONValue, _ type: ResourceType) -> JSONValue {
        var skeleton: JSONValue = ["apiVersion": .string(type.apiVersion), "kind": .string(type.kind), "metadata": [:]]
        guard !type.isCustom else { return skeleton }
        let paths: [[JSONPathElement]] = [
            ["spec"], ["status"], ["spec", "strategy"], ["spec", "template"], ["spec", "template", "metadata"],
            ["spec", "template", "spec"],
        ]
        for path in paths where object[path: path]?.objectValue != nil { skeleton[path: path] = [:] }
        for path in [["spec", "containers"], ["spec", "template", "spec", "containers"]] as [[JSONPathElement]]
        where object[path: path]?.arrayValue != nil {
            skeleton[path: path] = []
        }
        return skeleton
    }
}
