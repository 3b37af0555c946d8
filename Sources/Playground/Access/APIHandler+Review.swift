import KubernetesClient

extension APIHandler {
    /// Answers a question about a token or a right; it is not stored.
    func review(_ path: ResourcePath, _ request: APIRequest) throws(APIError) -> APIResponse {
        var object = try request.object()
        let spec = object["spec"] ?? [:]
        switch path.type.plural {
        case "tokenreviews": object["status"] = try tokenReview(spec)
        default: object["status"] = try accessReview(spec, path.type)
        }
        return .json(object, code: 201)
    }

    private func tokenReview(_ spec: JSONValue) throws(APIError) -> JSONValue {
        guard let token = spec["token"]?.stringValue, !token.isEmpty else {
            throw .badRequest("token is required for TokenReview in authentication")
        }
        guard let name = tokens.user(authorization: "Bearer \(token)") else {
            return ["user": [:], "error": "[invalid bearer token, token lookup failed]"]
        }
        let user = PlaygroundUser(name)
        return [
            "authenticated": true,
            "user": ["username": .string(user.name), "groups": .array(user.groups.map(JSONValue.string))],
            "audiences": ["https://kubernetes.default.svc"],
        ]
    }

    private func accessReview(_ spec: JSONValue, _ type: ResourceType) throws(APIError) -> JSONValue {
        func text(_ value: JSONValue, _ field: String) -> String { value[key: field]?.stringValue ?? "" }
        let resource = spec["resourceAttributes"]
        let path = spec["nonResourceAttributes"]
        guard (resource == nil) != (path == nil) else {
            throw .invalid(
                type, "",
                [
                    .invalid(
                        "spec.resourceAttributes", resource,
                        "exactly one of nonResourceAttributes or resourceAttributes must be specified")
                ])
        }
        let groups = spec["groups"]?.arrayValue?.compactMap(\.stringValue) ?? []
        let user = PlaygroundUser(name: text(spec, "user"), groups: groups)
        guard !user.name.isEmpty || !groups.isEmpty else {
            throw .invalid(
                type, "", [.invalid("spec.user", "", "at least one of user or group must be specified")])
        }
        let attributes: AccessAttributes =
            if let resource {
                .resource(
                    verb: text(resource, "verb"), group: text(resource, "group"), resource: text(resource, "resource"),
                    subresource: text(resource, "subresource"), namespace: text(resource, "namespace"),
                    name: text(resource, "name"))
            } else {
                .path(verb: text(path ?? [:], "verb"), text(path ?? [:], "path"))
            }
        guard let reason = AccessRules(cluster: cluster).allowing(attributes, to: user) else {
            return ["allowed": false]
        }
        return ["allowed": true, "reason": .string(reason)]
    }
}
