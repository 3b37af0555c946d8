import HTTPTransport

/// What the API server needs to know to address a kind: its group, version and plural, and whether it is namespaced.
public struct ResourceDefinition: Sendable, Hashable, Codable {
    /// The API group; empty for the core group.
    public var group: String
    /// The version, such as `v1`.
    public var version: String
    /// The plural in the path, such as `deployments`.
    public var plural: String
    /// The kind, such as `Deployment`.
    public var kind: String
    /// Whether its objects live in namespaces.
    public var namespaced: Bool

    /// A definition from its parts.
    public init(group: String, version: String, plural: String, kind: String, namespaced: Bool = true) {
        self.group = group
        self.version = version
        self.plural = plural
        self.kind = kind
        self.namespaced = namespaced
    }

    /// `group/version`, or the version alone for the core group.
    public var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    /// `plural.group`, as kubectl and RBAC messages name it.
    public var qualifiedPlural: String { group.isEmpty ? plural : "\(plural).\(group)" }

    /// The path of the collection, of an object, or of its subresource: `/apis/apps/v1/namespaces/shop/deployments/web`.
    ///
    /// - Parameter namespace: nil for all namespaces or a kind without; ignored for a kind without.
    public func path(namespace: String? = nil, name: String? = nil, subresource: String? = nil) -> String {
        var path = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
        if namespaced, let namespace { path += "/namespaces/\(PercentEncoding.pathSegment(namespace))" }
        path += "/\(plural)"
        if let name { path += "/\(PercentEncoding.pathSegment(name))" }
        if let subresource { path += "/\(subresource)" }
        return path
    }

    /// Splits `apps/v1` into group and version; `v1` has the empty group.
    public static func split(apiVersion: String) -> (group: String, version: String) {
        guard let slash = apiVersion.firstIndex(of: "/") else { return ("", apiVersion) }
        return (String(apiVersion[..<slash]), String(apiVersion[apiVersion.index(after: slash)...]))
    }
}
