public import HTTPTransport

extension KubernetesClient {
    /// Reads an object.
    ///
    /// - Parameters:
    ///   - namespace: The object's namespace; nil for the client's own, and for kinds without.
    ///   - definition: How the server addresses the kind; nil for the type's own.
    public func get<R: KubernetesResource>(
        _ type: R.Type = R.self,
        _ name: String,
        namespace: String? = nil,
        subresource: String? = nil,
        definition: ResourceDefinition? = nil
    ) async throws -> R {
        let definition = definition ?? R.definition
        let target = target("get", definition, namespace ?? self.namespace, name, subresource)
        return try decode(try await fetch(Call(path: target.path, what: target.what)), target.what)
    }

    /// Reads an object, or nil where it does not exist.
    public func find<R: KubernetesResource>(
        _ type: R.Type = R.self,
        _ name: String,
        namespace: String? = nil,
        definition: ResourceDefinition? = nil
    ) async throws -> R? {
        do {
            return try await get(type, name, namespace: namespace, definition: definition)
        } catch let error as KubernetesError where error.isNotFound {
            return nil
        }
    }

    /// Reads one page of objects.
    ///
    /// - Parameter namespace: nil for all namespaces.
    public func list<R: KubernetesResource>(
        _ type: R.Type = R.self,
        namespace: String? = nil,
        options: ListOptions = ListOptions(),
        definition: ResourceDefinition? = nil
    ) async throws -> ResourceList<R> {
        let definition = definition ?? R.definition
        let target = target("list", definition, namespace, nil, nil)
        let json = try await fetch(Call(path: target.path, query: options.query, what: target.what))
        guard case .object(var object) = json, case .array(let items)? = object.removeValue(forKey: "items") else {
            if json["items"]?.isNull == true { return ResourceList(items: [], metadata: json["metadata"]) }
            throw KubernetesError(
                code: .malformedResponse, message: "\(target.what): the answer holds no list of items")
        }
        var resources: [R] = []
        resources.reserveCapacity(items.count)
        // Items of a list carry neither apiVersion nor kind.
        for item in items { resources.append(try decode(item.typed(as: definition), target.what)) }
        return ResourceList(items: resources, metadata: json["metadata"])
    }

    /// Reads every object, page by page; a list that expired meanwhile is begun again.
    public func listAll<R: KubernetesResource>(
        _ type: R.Type = R.self,
        namespace: String? = nil,
        options: ListOptions = ListOptions(limit: 500),
        definition: ResourceDefinition? = nil
    ) async throws -> ResourceList<R> {
        var options = options
        var restarts = 0
        var all: [R] = []
        while true {
            do {
                let page: ResourceList<R> = try await list(
                    type,
                    namespace: namespace,
                    options: options,
                    definition: definition
                )
                all += page.items
                guard let next = page.continueToken else {
                    return ResourceList(items: all, resourceVersion: page.resourceVersion)
                }
                options.continueToken = next
                // A continued list is at the version of its first page.
                options.resourceVersion = nil
                options.resourceVersionMatch = nil
            } catch let error as KubernetesError where error.code == .expired && options.continueToken != nil {
                restarts += 1
                guard restarts <= 3 else { throw error }
                options.continueToken = nil
                all = []
            }
        }
    }

    /// Reads a container's log as it is written.
    public func logs(
        pod: String,
        namespace: String? = nil,
        container: String? = nil,
        follow: Bool = false,
        tailLines: Int? = nil,
        previous: Bool = false
    ) async throws -> HTTPResponseBody {
        let target = target("read the log of", Pod.definition, namespace ?? self.namespace, pod, "log")
        var query: [(String, String)] = []
        if let container { query.append(("container", container)) }
        if follow { query.append(("follow", "true")) }
        if let tailLines { query.append(("tailLines", String(tailLines))) }
        if previous { query.append(("previous", "true")) }
        let timeouts = HTTPTimeouts(total: follow ? nil : options.timeout)
        return try await open(
            Call(
                path: target.path, query: query, accept: "*/*", timeouts: timeouts, isStream: follow, what: target.what)
        ).body
    }

    /// Reads any path of the API server, such as `/version`.
    public func raw(_ path: String) async throws -> JSONValue { try await fetch(Call(path: path, what: "get \(path)")) }

    func target(
        _ verb: String,
        _ definition: ResourceDefinition,
        _ namespace: String?,
        _ name: String?,
        _ subresource: String?
    ) -> (path: String, what: String) {
        let namespace = definition.namespaced ? namespace : nil
        var what = "\(verb) \(definition.qualifiedPlural)"
        if let subresource { what += "/\(subresource)" }
        if let name {
            what += " \(ObjectKey(namespace: namespace, name: name))"
        } else if let namespace {
            what += " in \(namespace)"
        }
        return (definition.path(namespace: namespace, name: name, subresource: subresource), what)
    }

    func decode<R: KubernetesResource>(_ json: JSONValue, _ what: String) throws -> R {
        do {
            return try R(json: json)
        } catch let error as DecodingError {
            throw KubernetesError(
                code: .malformedResponse,
                message: "\(what): the object cannot be read as \(R.self): \(error.fieldDescription)"
            )
        }
    }
}

extension ResourceList {
    init(items: [Resource], metadata: JSONValue?) {
        self.items = items
        resourceVersion = metadata?["resourceVersion"]?.stringValue ?? ""
        let token = metadata?["continue"]?.stringValue ?? ""
        continueToken = token.isEmpty ? nil : token
        remainingItemCount = metadata?["remainingItemCount"]?.intValue
    }
}

extension JSONValue {
    /// The object with `apiVersion` and `kind`, where it has none.
    func typed(as definition: ResourceDefinition) -> JSONValue {
        guard case .object(let object) = self, object["kind"] == nil, !definition.kind.isEmpty else { return self }
        var typed = JSONObject()
        typed.reserveCapacity(object.count + 2)
        typed["apiVersion"] = .string(definition.apiVersion)
        typed["kind"] = .string(definition.kind)
        for (key, value) in object { typed[key] = value }
        return .object(typed)
    }
}
