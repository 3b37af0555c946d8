import KubernetesClient

extension ClusterState {
    /// Deletes an object, or marks it where finalizers or a grace period keep it. Returns what was left of it.
    mutating func delete(
        _ type: ResourceType, _ name: ObjectName, _ options: DeleteOptions
    ) throws(APIError) -> (object: JSONValue, isGone: Bool) {
        guard let stored = object(type.key, name) else { throw .notFound(type, name.name) }
        if let uid = options.uid, !uid.isEmpty, uid != stored.uid {
            throw .conflict(
                type, name.name,
                "Precondition failed: UID in precondition: \(uid), UID in object meta: \(stored.uid)")
        }
        if let revision = options.resourceVersion, !revision.isEmpty, revision != "\(stored.revision)" {
            throw .conflict(
                type, name.name,
                "Precondition failed: ResourceVersion in precondition: \(revision), "
                    + "ResourceVersion in object meta: \(stored.revision)")
        }
        if options.isDryRun { return (type.presented(stored), stored.finalizers.isEmpty) }
        let key = StorageKey(resource: type.key, name: name)
        let marked = markedForDeletion(stored, type, options)
        if marked.finalizers.isEmpty, marked["metadata", "deletionGracePeriodSeconds"]?.intValue ?? 0 == 0 {
            return (type.presented(remove(key)), true)
        }
        guard marked != stored else { return (type.presented(stored), false) }
        let object = commit(key, old: stored, new: marked)
        try didMark(key, object)
        return (
            type.presented(self.object(key.resource, key.name) ?? object), self.object(key.resource, key.name) == nil
        )
    }

    private func markedForDeletion(_ stored: JSONValue, _ type: ResourceType, _ options: DeleteOptions) -> JSONValue {
        var object = stored
        var finalizers = stored.finalizers
        switch options.propagation {
        case .foreground?: if !finalizers.contains("foregroundDeletion") { finalizers.append("foregroundDeletion") }
        case .orphan?: if !finalizers.contains("orphan") { finalizers.append("orphan") }
        case .background?, nil: break
        }
        if type.key == .namespaces, object["status", "phase"] != "Terminating" {
            object["status", "phase"] = "Terminating"
        }
        if type.key == .customResourceDefinitions, !finalizers.contains(Self.definitionFinalizer) {
            finalizers.append(Self.definitionFinalizer)
        }
        object["metadata", "finalizers"] =
            finalizers.isEmpty ? Optional<JSONValue>.none : .array(finalizers.map { .string($0) })
        if !stored.isBeingDeleted {
            object["metadata", "deletionTimestamp"] = .string(timestamp)
        }
        let grace = gracePeriod(stored, type, options)
        let before = stored["metadata", "deletionGracePeriodSeconds"]?.intValue
        if before == nil || grace < before ?? 0 {
            object["metadata", "deletionGracePeriodSeconds"] = .int(Int64(grace))
        }
        return object
    }

    static let definitionFinalizer = "customresourcecleanup.apiextensions.k8s.io"

    /// Only a pod that a process runs for waits for the kubelet.
    private func gracePeriod(_ stored: JSONValue, _ type: ResourceType, _ options: DeleteOptions) -> Int {
        guard type.key == .pods, stored["spec", "nodeName"] != nil,
            !PodStatus.isFinished(stored)
        else { return 0 }
        return options.gracePeriodSeconds ?? stored["spec", "terminationGracePeriodSeconds"]?.intValue ?? 30
    }

    /// Takes an object out of the store, and what hangs on it.
    @discardableResult
    mutating func remove(_ key: StorageKey) -> JSONValue {
        guard let stored = object(key.resource, key.name) else { return [:] }
        let object = commit(key, old: stored, new: nil)
        collectDependents(of: object)
        if key.resource == .customResourceDefinitions { registry.unregister(definition: object) }
        finishOwnersAndNamespace(after: object)
        return object
    }

    /// A namespace goes when its last object went; a definition when its last resource went.
    private mutating func finishOwnersAndNamespace(after object: JSONValue) {
        for owner in object.owners { finishForeground(ownerUID: owner["uid"]?.stringValue ?? "") }
        let name = ObjectName(namespace: "", name: object.namespace)
        if !object.namespace.isEmpty, self.object(.namespaces, name)?.isBeingDeleted == true {
            finishNamespace(name)
        }
        for (definitionName, definition) in objects[.customResourceDefinitions] ?? [:]
        where definition.isBeingDeleted && definition["spec", "names", "kind"] == object["kind"] {
            finishDefinition(definitionName)
        }
    }

    /// What follows from a mark for deletion.
    mutating func didMark(_ key: StorageKey, _ object: JSONValue) throws(APIError) {
        switch key.resource {
        case .namespaces: emptyNamespace(key.name)
        case .customResourceDefinitions: emptyDefinition(key.name)
        default: break
        }
        collectMarked(key)
    }

    private mutating func emptyNamespace(_ name: ObjectName) {
        for (resource, stored) in objects {
            guard let type = registry.type(resource) else { continue }
            for objectName in stored.keys where objectName.namespace == name.name {
                _ = try? delete(type, objectName, DeleteOptions(gracePeriodSeconds: 0))
            }
        }
        finishNamespace(name)
    }

    private mutating func finishNamespace(_ name: ObjectName) {
        let isEmpty = objects.values.allSatisfy { stored in !stored.keys.contains { $0.namespace == name.name } }
        guard isEmpty, let namespace = object(.namespaces, name), namespace.finalizers.isEmpty else { return }
        remove(StorageKey(resource: .namespaces, name: name))
    }

    private mutating func emptyDefinition(_ name: ObjectName) {
        guard let definition = object(.customResourceDefinitions, name) else { return }
        let resource = Self.resource(of: definition)
        if let type = registry.type(resource) {
            for objectName in (objects[resource] ?? [:]).keys.sorted() {
                _ = try? delete(type, objectName, DeleteOptions())
            }
        }
        finishDefinition(name)
    }

    private mutating func finishDefinition(_ name: ObjectName) {
        guard let definition = object(.customResourceDefinitions, name), definition.isBeingDeleted,
            (objects[Self.resource(of: definition)] ?? [:]).isEmpty
        else { return }
        drop(finalizer: Self.definitionFinalizer, from: StorageKey(resource: .customResourceDefinitions, name: name))
    }

    static func resource(of definition: JSONValue) -> ResourceKey {
        ResourceKey(
            group: definition["spec", "group"]?.stringValue ?? "",
            plural: definition["spec", "names", "plural"]?.stringValue ?? "")
    }

    /// Removes a finalizer, and the object with the last one.
    mutating func drop(finalizer: String, from key: StorageKey) {
        guard let stored = object(key.resource, key.name), stored.finalizers.contains(finalizer) else { return }
        let rest = stored.finalizers.filter { $0 != finalizer }
        var object = stored
        object["metadata", "finalizers"] = rest.isEmpty ? Optional<JSONValue>.none : .array(rest.map { .string($0) })
        _ = commit(key, old: stored, new: object)
        if rest.isEmpty, object.isBeingDeleted, object["metadata", "deletionGracePeriodSeconds"]?.intValue ?? 0 == 0 {
            remove(key)
        }
    }
}
