import KubernetesClient

/// What somebody wants to do: with a resource, or with a path of the server that is none.
enum AccessAttributes: Sendable, Hashable {
    case resource(verb: String, group: String, resource: String, subresource: String, namespace: String, name: String)
    case path(verb: String, String)
}

/// Role-based access control, read from the objects that are stored.
///
/// The playground serves whoever has a token; it only answers reviews by these rules.
struct AccessRules {
    private static let group = "rbac.authorization.k8s.io"

    let cluster: Cluster

    /// The words in which a server says why it is allowed; nil where nothing allows it.
    func allowing(_ attributes: AccessAttributes, to user: PlaygroundUser) -> String? {
        if user.groups.contains("system:masters") { return "" }
        for binding in objects("clusterrolebindings") where subject(of: binding, is: user) {
            if isAllowed(attributes, by: binding) { return reason(binding, "ClusterRoleBinding", binding.name, user) }
        }
        guard case .resource(_, _, _, _, let namespace, _) = attributes, !namespace.isEmpty else { return nil }
        for binding in objects("rolebindings", namespace) where subject(of: binding, is: user) {
            if isAllowed(attributes, by: binding) {
                return reason(binding, "RoleBinding", "\(binding.name)/\(namespace)", user)
            }
        }
        return nil
    }

    private func objects(_ plural: String, _ namespace: String = "") -> [JSONValue] {
        cluster.objects(ResourceKey(group: Self.group, plural: plural), namespace: namespace)
    }

    private func reason(_ binding: JSONValue, _ kind: String, _ name: String, _ user: PlaygroundUser) -> String {
        let role =
            "\(binding["roleRef", "kind"]?.stringValue ?? "") \"\(binding["roleRef", "name"]?.stringValue ?? "")\""
        return "RBAC: allowed by \(kind) \"\(name)\" of \(role) to User \"\(user.name)\""
    }

    private func subject(of binding: JSONValue, is user: PlaygroundUser) -> Bool {
        (binding["subjects"]?.arrayValue ?? []).contains { subject in
            let name = subject["name"]?.stringValue ?? ""
            switch subject["kind"]?.stringValue {
            case "User"?: return name == user.name
            case "Group"?: return user.groups.contains(name)
            case "ServiceAccount"?:
                return user.name == "system:serviceaccount:\(subject["namespace"]?.stringValue ?? ""):\(name)"
            default: return false
            }
        }
    }

    private func isAllowed(_ attributes: AccessAttributes, by binding: JSONValue) -> Bool {
        let isClusterRole = binding["roleRef", "kind"] == "ClusterRole"
        let name = ObjectName(
            namespace: isClusterRole ? "" : binding.namespace, name: binding["roleRef", "name"]?.stringValue ?? "")
        let key = ResourceKey(group: Self.group, plural: isClusterRole ? "clusterroles" : "roles")
        return (cluster.object(key, name)?["rules"]?.arrayValue ?? []).contains { covers($0, attributes) }
    }

    private func covers(_ rule: JSONValue, _ attributes: AccessAttributes) -> Bool {
        func list(_ field: String) -> [String] { rule[key: field]?.arrayValue?.compactMap(\.stringValue) ?? [] }
        func has(_ field: String, _ value: String) -> Bool { list(field).contains { $0 == "*" || $0 == value } }
        switch attributes {
        case .resource(let verb, let group, let resource, let subresource, _, let name):
            let whole = subresource.isEmpty ? resource : "\(resource)/\(subresource)"
            let isAnySubresource = !subresource.isEmpty && list("resources").contains("*/\(subresource)")
            let names = list("resourceNames")
            return has("verbs", verb) && has("apiGroups", group) && (has("resources", whole) || isAnySubresource)
                && (names.isEmpty || names.contains(name))
        case .path(let verb, let path):
            return has("verbs", verb)
                && list("nonResourceURLs").contains { url in
                    url == path || url.hasSuffix("*") && path.hasPrefix(url.dropLast())
                }
        }
    }
}
