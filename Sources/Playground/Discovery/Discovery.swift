import KubernetesClient

/// The documents from which clients learn what is served.
struct Discovery: Sendable {
    var registry: Registry

    /// `/api` or `/apis` in the aggregated form.
    func aggregated(core: Bool, version: String) -> JSONValue {
        let groups = registry.groups.filter { $0.group.isEmpty == core }
        return [
            "kind": "APIGroupDiscoveryList", "apiVersion": .string("apidiscovery.k8s.io/\(version)"), "metadata": [:],
            "items": .array(
                groups.map { group in
                    [
                        "metadata": group.group.isEmpty ? [:] : ["name": .string(group.group)],
                        "versions": .array(
                            group.versions.map { version in
                                [
                                    "version": .string(version), "freshness": "Current",
                                    "resources": .array(
                                        registry.types(group: group.group, version: version).map { resource($0) }),
                                ]
                            }),
                    ]
                }),
        ]
    }

    private func resource(_ type: ResourceType) -> JSONValue {
        var object: JSONObject = [
            "resource": .string(type.plural), "responseKind": kind(type),
            "scope": type.namespaced ? "Namespaced" : "Cluster", "singularResource": .string(type.singular),
            "verbs": Self.verbs(of: type),
        ]
        if !type.shortNames.isEmpty { object["shortNames"] = .array(type.shortNames.map { .string($0) }) }
        if !type.categories.isEmpty { object["categories"] = .array(type.categories.map { .string($0) }) }
        if !type.subresources.isEmpty {
            object["subresources"] = .array(
                type.subresources.map { name in
                    [
                        "subresource": .string(name), "responseKind": subresourceKind(type, name),
                        "verbs": Self.verbs(ofSubresource: name),
                    ]
                })
        }
        return .object(object)
    }

    private func kind(_ type: ResourceType) -> JSONValue {
        ["group": .string(type.group), "version": .string(type.version), "kind": .string(type.kind)]
    }

    private func subresourceKind(_ type: ResourceType, _ name: String) -> JSONValue {
        name == "scale" ? ["group": "autoscaling", "version": "v1", "kind": "Scale"] : kind(type)
    }

    static func verbs(of type: ResourceType) -> JSONValue {
        type.isReview
            ? ["create"] : ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
    }

    static func verbs(ofSubresource name: String) -> JSONValue {
        switch name {
        case "log": ["get"]
        case "token": ["create"]
        default: ["get", "patch", "update"]
        }
    }

    /// `/apis` in the old form.
    func groupList() -> JSONValue {
        [
            "kind": "APIGroupList", "apiVersion": "v1",
            "groups": .array(registry.groups.filter { !$0.group.isEmpty }.map { group($0.group, $0.versions) }),
        ]
    }

    /// `/apis/<group>`.
    func group(_ name: String) -> JSONValue? {
        guard let found = registry.groups.first(where: { $0.group == name }) else { return nil }
        guard case .object(var object) = group(found.group, found.versions) else { return nil }
        object["kind"] = "APIGroup"
        object["apiVersion"] = "v1"
        return .object(object)
    }

    private func group(_ name: String, _ versions: [String]) -> JSONValue {
        let list = versions.map { version -> JSONValue in
            ["groupVersion": .string("\(name)/\(version)"), "version": .string(version)]
        }
        return ["name": .string(name), "versions": .array(list), "preferredVersion": list.first ?? [:]]
    }

    /// `/api/v1` or `/apis/<group>/<version>`; nil where nothing is served.
    func resourceList(group: String, version: String) -> JSONValue? {
        let types = registry.types(group: group, version: version)
        guard !types.isEmpty else { return nil }
        let resources = types.flatMap { type -> [JSONValue] in
            [entry(type, type.plural, Self.verbs(of: type))]
                + type.subresources.map { entry(type, "\(type.plural)/\($0)", Self.verbs(ofSubresource: $0)) }
        }
        return [
            "kind": "APIResourceList", "apiVersion": "v1",
            "groupVersion": .string(group.isEmpty ? version : "\(group)/\(version)"), "resources": .array(resources),
        ]
    }

    private func entry(_ type: ResourceType, _ name: String, _ verbs: JSONValue) -> JSONValue {
        var object: JSONObject = [
            "name": .string(name), "singularName": name == type.plural ? .string(type.singular) : "",
            "namespaced": .bool(type.namespaced), "kind": .string(name.hasSuffix("/scale") ? "Scale" : type.kind),
            "verbs": verbs,
        ]
        if name.hasSuffix("/scale") {
            object["group"] = "autoscaling"
            object["version"] = "v1"
        }
        if name == type.plural {
            if !type.shortNames.isEmpty { object["shortNames"] = .array(type.shortNames.map { .string($0) }) }
            if !type.categories.isEmpty { object["categories"] = .array(type.categories.map { .string($0) }) }
        }
        return .object(object)
    }
}
