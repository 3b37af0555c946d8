import KubernetesClient

extension ClusterState {
    /// How a change came: it decides about ownership and about preconditions.
    enum Writer {
        /// PUT: the body is the whole object.
        case replace
        /// A patch of one of the three plain types.
        case patch
        /// Server-side apply, with the ownership that it led to.
        case apply(ManagedFields)
    }

    /// Stores a changed object after all checks; stores nothing where nothing changed.
    mutating func update(
        _ type: ResourceType, _ name: ObjectName, subresource: String = "", _ body: JSONValue,
        _ options: WriteOptions, as writer: Writer = .replace
    ) throws(APIError) -> JSONValue {
        guard let stored = object(type.key, name) else { throw .notFound(type, name.name) }
        let old = type.presented(stored)
        var object = try identified(body, type, name)
        try checkPreconditions(object, old, type, writer)
        let requested = subresource.isEmpty ? object["metadata", "managedFields"] : nil
        object = separated(object, old, type, subresource)
        object = try normalized(object, type, options.fieldValidation)
        keepServerMetadata(&object, old)
        if old.isBeingDeleted {
            let added = Set(object.finalizers).subtracting(old.finalizers)
            if !added.isEmpty {
                let mistake = FieldError.forbidden(
                    "metadata.finalizers",
                    "no new finalizers can be added if the object is being deleted, found new finalizers "
                        + "\(added.sorted())")
                throw .invalid(type, name.name, [mistake])
            }
        }
        if type.countsGenerations, Self.content(object, type) != Self.content(old, type) {
            object["metadata", "generation"] = .int(Int64((old["metadata", "generation"]?.intValue ?? 0) + 1))
        }
        try validate(object, old: old, type)
        if subresource == "resize" {
            let mistakes = PodResize.errors(object, old: old)
            if !mistakes.isEmpty { throw .invalid(type, name.name, mistakes) }
        } else if type.key == .pods, subresource.isEmpty {
            try checkPodResources(object, old, type)
        }
        object["metadata", "managedFields"] = owned(object, old, type, subresource, requested, options, writer)
        if object["metadata", "managedFields"]?.arrayValue?.isEmpty == true {
            object["metadata", "managedFields"] = nil
        }
        return try store(type.ingested(object), over: stored, type, name, isDryRun: options.isDryRun)
    }

    private mutating func store(
        _ object: JSONValue, over stored: JSONValue, _ type: ResourceType, _ name: ObjectName, isDryRun: Bool
    ) throws(APIError) -> JSONValue {
        var object = object
        if object == stored { return type.presented(stored) }
        if isDryRun { return type.presented(object) }
        let key = StorageKey(resource: type.key, name: name)
        object = commit(key, old: stored, new: object)
        try didStore(key, old: stored, new: object)
        if object.isBeingDeleted, object.finalizers.isEmpty,
            object["metadata", "deletionGracePeriodSeconds"]?.intValue ?? 0 == 0
        {
            return type.presented(remove(key))
        }
        return type.presented(self.object(key.resource, key.name) ?? object)
    }

    private func checkPreconditions(
        _ object: JSONValue, _ old: JSONValue, _ type: ResourceType, _ writer: Writer
    ) throws(APIError) {
        if let uid = object["metadata", "uid"]?.stringValue, !uid.isEmpty, uid != old.uid {
            if case .replace = writer {
                throw .conflict(
                    type, old.name,
                    "Precondition failed: UID in precondition: \(uid), UID in object meta: \(old.uid)")
            }
            let mistake = FieldError.invalid("metadata.uid", .string(uid), "field is immutable")
            throw .invalid(type, old.name, [mistake])
        }
        let revision = object["metadata", "resourceVersion"]?.stringValue ?? ""
        if revision.isEmpty {
            if case .replace = writer, type.isCustom {
                let mistake = FieldError(
                    field: "metadata.resourceVersion", reason: "FieldValueInvalid",
                    detail: "Invalid value: 0x0: must be specified for an update")
                throw .invalid(type, old.name, [mistake])
            }
        } else if revision != old["metadata", "resourceVersion"]?.stringValue {
            throw .modified(type, old.name)
        }
    }

    /// The resources of a pod change through `resize` only.
    private func checkPodResources(_ pod: JSONValue, _ old: JSONValue, _ type: ResourceType) throws(APIError) {
        for (index, container) in (old["spec", "containers"]?.arrayValue ?? []).enumerated()
        where pod["spec", "containers", .index(index), "resources"] != container["resources"] {
            let mistake = FieldError.forbidden(
                "spec",
                "pod updates may not change fields other than `spec.containers[*].image`: "
                    + "use the resize subresource for resources")
            throw .invalid(type, pod.name, [mistake])
        }
    }

    /// What this endpoint may change; the rest is as it was.
    private func separated(
        _ object: JSONValue, _ old: JSONValue, _ type: ResourceType, _ subresource: String
    ) -> JSONValue {
        switch subresource {
        case "status":
            var result = old
            result["status"] = object["status"]
            return result
        case "resize": return PodResize.separated(object, old)
        case "scale":
            var result = old
            result["spec", "replicas"] = object["spec", "replicas"]
            return result
        default:
            var result = object
            if type.hasStatus { result["status"] = old["status"] }
            return result
        }
    }

    private func keepServerMetadata(_ object: inout JSONValue, _ old: JSONValue) {
        for field in [
            "uid", "creationTimestamp", "generation", "resourceVersion", "deletionTimestamp",
            "deletionGracePeriodSeconds", "selfLink", "generateName",
        ] {
            object[path: ["metadata", .key(field)]] = old[path: ["metadata", .key(field)]]
        }
    }

    /// What counts for `generation`.
    private static func content(_ object: JSONValue, _ type: ResourceType) -> JSONObject {
        var content = object.objectValue ?? [:]
        for field in ["metadata", "apiVersion", "kind"] { content.removeValue(forKey: field) }
        if type.hasStatus { content.removeValue(forKey: "status") }
        return content
    }

    private func owned(
        _ object: JSONValue, _ old: JSONValue, _ type: ResourceType, _ subresource: String, _ requested: JSONValue?,
        _ options: WriteOptions, _ writer: Writer
    ) -> JSONValue {
        if case .apply(let managed) = writer { return managed.json }
        let stored = ManagedFields(json: old["metadata", "managedFields"]) ?? ManagedFields()
        var managed = stored
        if let items = requested?.arrayValue, !items.isEmpty {
            // A client may edit the entries; a single empty entry clears them all.
            let clears = items.count == 1 && items[0].objectValue?.isEmpty == true
            managed = clears ? ManagedFields() : ManagedFields(json: requested) ?? stored
        }
        return fieldManager(type, subresource).update(
            managed, live: old, updated: object, manager: options.manager
        ).json
    }
}
