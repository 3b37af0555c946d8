import KubernetesClient

/// A PATCH body with its type.
enum PatchBody: Sendable {
    case json(JSONValue)
    case merge(JSONValue)
    case strategic(JSONValue)
    case apply(JSONValue)
}

extension ClusterState {
    /// Applies a patch; an apply makes the object where there is none. Tells whether it was made.
    mutating func patch(
        _ type: ResourceType, _ name: ObjectName, subresource: String = "", _ patch: PatchBody,
        _ options: WriteOptions
    ) throws(APIError) -> (object: JSONValue, created: Bool) {
        if case .apply(let applied) = patch {
            return try apply(type, name, subresource, applied, options)
        }
        let current = try get(type, name)
        let patched: JSONValue
        switch patch {
        case .json(let body): patched = try JSONPatch(body).applied(to: current)
        case .merge(let body):
            guard body.objectValue != nil else { throw .badRequest("error decoding patch: a merge patch is an object") }
            patched = current.mergePatched(with: body)
        case .strategic(let body):
            guard !type.isCustom else {
                throw .unsupportedMediaType(
                    "the body of the request was in an unknown format - accepted media types include: "
                        + "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml")
            }
            guard body.objectValue != nil else { throw .badRequest("error decoding patch: it is no object") }
            patched = try StrategicMergePatch(shape: type.shape).applied(body, to: current)
        case .apply: patched = current
        }
        let object = try update(type, name, subresource: subresource, patched, options, as: .patch)
        return (object, false)
    }

    /// Server-side apply.
    private mutating func apply(
        _ type: ResourceType, _ name: ObjectName, _ subresource: String, _ body: JSONValue, _ options: WriteOptions
    ) throws(APIError) -> (object: JSONValue, created: Bool) {
        if body["metadata", "managedFields"]?.arrayValue?.isEmpty == false {
            throw .badRequest("metadata.managedFields must be nil")
        }
        guard body["apiVersion"]?.stringValue?.isEmpty == false, body["kind"]?.stringValue?.isEmpty == false else {
            throw .badRequest("Object 'Kind' or 'apiVersion' is missing in the applied configuration")
        }
        var applied = try identified(body, type, name)
        if let schema = type.schema {
            applied = try normalizedForApply(applied, schema, type, options.fieldValidation)
        } else {
            applied = applied.withoutNulls
        }
        let manager = fieldManager(type, subresource)
        guard let stored = object(type.key, name) else {
            guard subresource.isEmpty else { throw .notFound(type, name.name) }
            let uid = body["metadata", "uid"]?.stringValue ?? ""
            guard uid.isEmpty else {
                throw .conflict(
                    type, name.name,
                    "uid mismatch: the provided object specified uid \(uid), and no existing object was found")
            }
            let empty: JSONValue = ["apiVersion": .string(type.apiVersion), "kind": .string(type.kind)]
            let (object, managed) = try manager.apply(
                ManagedFields(), live: empty, applied: applied, manager: options.manager, force: options.force)
            let made = try create(type, namespace: name.namespace, object, options, applied: managed)
            return (made, true)
        }
        let live = type.presented(stored)
        // Preconditions are no configuration: they are checked by the update and owned by nobody.
        let revision = applied["metadata", "resourceVersion"]
        if let revision, revision.stringValue != live["metadata", "resourceVersion"]?.stringValue {
            throw .modified(type, name.name)
        }
        let managed = ManagedFields(json: live["metadata", "managedFields"]) ?? ManagedFields()
        let (object, owners) = try manager.apply(
            managed, live: live, applied: applied, manager: options.manager, force: options.force)
        let result = try update(type, name, subresource: subresource, object, options, as: .apply(owners))
        return (result, false)
    }

    /// Unknown fields of the applied configuration are pruned and reported like those of a write.
    private mutating func normalizedForApply(
        _ applied: JSONValue, _ schema: StructuralSchema, _ type: ResourceType,
        _ validation: WriteOptions.FieldValidation
    ) throws(APIError) -> JSONValue {
        let (pruned, unknown) = schema.pruned(resource: applied)
        guard !unknown.isEmpty else { return pruned }
        let texts = unknown.map { "field not declared in schema \"\($0)\"" }
        if validation == .strict {
            throw .badRequest(
                "failed to create typed patch object (\(applied.namespace)/\(applied.name); \(type.apiVersion), "
                    + "Kind=\(type.kind)): "
                    + unknown.map { ".\($0): field not declared in schema" }.joined(separator: ", "))
        }
        if validation == .warn { warnings += texts }
        return pruned
    }
}
