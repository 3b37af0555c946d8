extension KubernetesClient {
    /// Makes an object and returns it as stored.
    public func create<R: KubernetesResource>(
        _ object: R,
        options: WriteOptions = WriteOptions(),
        definition: ResourceDefinition? = nil
    ) async throws -> R {
        let definition = definition ?? object.resourceDefinition
        let target = target("create", definition, namespace(of: object), nil, nil)
        let json = try object.jsonValue()
        return try await write("POST", target, options.query, json, isConditional: json.isConditional)
    }

    /// Posts to a subresource of an object and returns the answer: a `token` of a service account, a `binding` or an
    /// `eviction` of a pod.
    public func create(
        _ subresource: String,
        of name: String,
        namespace: String? = nil,
        _ body: JSONValue,
        definition: ResourceDefinition
    ) async throws -> JSONValue {
        let target = target("create", definition, namespace ?? self.namespace, name, subresource)
        return try await fetch(
            Call(method: "POST", path: target.path, body: body.serialized(), what: target.what)
        )
    }

    /// Replaces an object; its `resourceVersion`, where set, must be the current one.
    public func update<R: KubernetesResource>(
        _ object: R,
        subresource: String? = nil,
        options: WriteOptions = WriteOptions(),
        definition: ResourceDefinition? = nil
    ) async throws -> R {
        let definition = definition ?? object.resourceDefinition
        let target = target("update", definition, namespace(of: object), object.metadata.name, subresource)
        let json = try object.jsonValue()
        return try await write("PUT", target, options.query, json, isConditional: json.isConditional)
    }

    /// Replaces an object's status.
    public func updateStatus<R: KubernetesResource>(
        _ object: R,
        options: WriteOptions = WriteOptions(),
        definition: ResourceDefinition? = nil
    ) async throws -> R {
        try await update(object, subresource: "status", options: options, definition: definition)
    }

    /// Changes an object and returns it as stored.
    public func patch<R: KubernetesResource>(
        _ type: R.Type = R.self,
        _ name: String,
        namespace: String? = nil,
        _ patch: Patch,
        subresource: String? = nil,
        options: WriteOptions = WriteOptions(),
        definition: ResourceDefinition? = nil
    ) async throws -> R {
        let definition = definition ?? R.definition
        var query = options.query
        if case .apply(_, let force) = patch {
            guard options.fieldManager != nil else {
                throw KubernetesError(
                    code: .invalid,
                    message: "apply \(definition.qualifiedPlural) \(name): server-side apply needs a field manager"
                )
            }
            if force { query.append(("force", "true")) }
        }
        let target = target("patch", definition, namespace ?? self.namespace, name, subresource)
        return try await write(
            "PATCH", target, query, patch.value, contentType: patch.contentType, isConditional: patch.isConditional)
    }

    /// Applies an object: the fields that it holds become the manager's, those that it no longer holds go.
    ///
    /// - Parameters:
    ///   - object: `metadata.name`, and exactly the fields that the manager wants.
    ///   - force: Takes fields over that another manager owns, in place of a 409.
    public func apply<R: KubernetesResource>(
        _ object: R,
        fieldManager: String,
        force: Bool = false,
        subresource: String? = nil,
        options: WriteOptions = WriteOptions(),
        definition: ResourceDefinition? = nil
    ) async throws -> R {
        var json = try object.jsonValue()
        // The server refuses an apply that names what only it may set.
        json["metadata", "managedFields"] = nil
        var options = options
        options.fieldManager = fieldManager
        return try await patch(
            R.self,
            object.metadata.name,
            namespace: object.metadata.namespace,
            .apply(json, force: force),
            subresource: subresource,
            options: options,
            definition: definition ?? object.resourceDefinition
        )
    }

    /// Applies JSON, which must hold `apiVersion`, `kind` and `metadata.name`.
    public func apply<R: KubernetesResource>(
        _ type: R.Type,
        _ json: JSONValue,
        fieldManager: String,
        force: Bool = false,
        subresource: String? = nil,
        options: WriteOptions = WriteOptions(),
        definition: ResourceDefinition? = nil
    ) async throws -> R {
        let definition = definition ?? R.definition
        guard let name = json["metadata", "name"]?.stringValue, !name.isEmpty else {
            throw KubernetesError(
                code: .invalid, message: "apply \(definition.qualifiedPlural): metadata.name is missing")
        }
        var options = options
        options.fieldManager = fieldManager
        return try await patch(
            type,
            name,
            namespace: json["metadata", "namespace"]?.stringValue,
            .apply(json.typed(as: definition), force: force),
            subresource: subresource,
            options: options,
            definition: definition
        )
    }

    /// Deletes an object.
    public func delete<R: KubernetesResource>(
        _ type: R.Type,
        _ name: String,
        namespace: String? = nil,
        options: DeleteOptions = DeleteOptions(),
        definition: ResourceDefinition? = nil
    ) async throws {
        let target = target("delete", definition ?? R.definition, namespace ?? self.namespace, name, nil)
        _ = try await fetch(
            Call(method: "DELETE", path: target.path, body: options.body.serialized(), what: target.what),
            isConditional: options.isConditional
        )
    }

    /// Deletes every object that matches.
    public func deleteCollection<R: KubernetesResource>(
        _ type: R.Type,
        namespace: String? = nil,
        matching: ListOptions = ListOptions(),
        options: DeleteOptions = DeleteOptions(),
        definition: ResourceDefinition? = nil
    ) async throws {
        let target = target("delete", definition ?? R.definition, namespace ?? self.namespace, nil, nil)
        let body = options.body.serialized()
        _ = try await fetch(
            Call(method: "DELETE", path: target.path, query: matching.query, body: body, what: target.what)
        )
    }

    private func namespace(of object: some KubernetesResource) -> String { object.metadata.namespace ?? namespace }

    private func write<R: KubernetesResource>(
        _ method: String,
        _ target: (path: String, what: String),
        _ query: [(String, String)],
        _ json: JSONValue,
        contentType: String = "application/json",
        isConditional: Bool
    ) async throws -> R {
        let call = Call(
            method: method,
            path: target.path,
            query: query,
            body: json.serialized(),
            contentType: contentType,
            what: target.what
        )
        return try decode(try await fetch(call, isConditional: isConditional), target.what)
    }
}
