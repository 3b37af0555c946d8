import KubernetesClient

/// One kind of resource in one version: how it is named, addressed, merged and checked.
struct ResourceType: Sendable {
    var group: String
    var version: String
    var plural: String
    var singular: String
    var kind: String
    var listKind: String
    var shortNames: [String] = []
    var categories: [String] = []
    var namespaced = true
    /// `status`, `scale`, `log`, `resize`, `token`.
    var subresources: [String] = []
    /// Whether `metadata.generation` counts changes of what is not metadata or status.
    var countsGenerations = false
    /// Merge keys and ownership.
    var shape: Shape = .record(["metadata": .metadata], rest: .open)
    /// The structural schema of a custom resource; nil for built-in kinds.
    var schema: StructuralSchema?
    /// The schema as the CRD gives it, for OpenAPI.
    var openAPISchema: JSONValue?
    var columns: [TableColumn] = []
    /// Where the objects are stored, when that is another resource: events have two APIs.
    var storedAs: ResourceKey?

    var isCustom: Bool { schema != nil || openAPISchema != nil }
    var hasStatus: Bool { subresources.contains("status") }
    var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
    /// As in messages: `deployments.apps`, `pods`.
    var qualifiedPlural: String { group.isEmpty ? plural : "\(plural).\(group)" }
    var key: ResourceKey { storedAs ?? ResourceKey(group: group, plural: plural) }

    /// Whether it is a question, which is answered and not stored.
    var isReview: Bool { ["authentication.k8s.io", "authorization.k8s.io"].contains(group) }

    /// Top-level fields that a write through the main endpoint leaves alone.
    var ignoredFields: Set<String> { hasStatus ? ["status"] : [] }
}

/// A resource whatever its version; objects are stored by it.
struct ResourceKey: Sendable, Hashable {
    var group: String
    var plural: String

    init(group: String, plural: String) {
        self.group = group
        self.plural = plural
    }

    static let namespaces = ResourceKey(group: "", plural: "namespaces")
    static let pods = ResourceKey(group: "", plural: "pods")
    static let secrets = ResourceKey(group: "", plural: "secrets")
    static let configMaps = ResourceKey(group: "", plural: "configmaps")
    static let serviceAccounts = ResourceKey(group: "", plural: "serviceaccounts")
    static let events = ResourceKey(group: "", plural: "events")
    static let deployments = ResourceKey(group: "apps", plural: "deployments")
    static let replicaSets = ResourceKey(group: "apps", plural: "replicasets")
    static let jobs = ResourceKey(group: "batch", plural: "jobs")
    static let customResourceDefinitions = ResourceKey(
        group: "apiextensions.k8s.io", plural: "customresourcedefinitions")
}

/// A namespaced name; the namespace is empty for cluster-wide kinds.
struct ObjectName: Sendable, Hashable, Comparable {
    var namespace: String
    var name: String

    static func < (left: ObjectName, right: ObjectName) -> Bool {
        (left.namespace, left.name) < (right.namespace, right.name)
    }
}

/// Where an object is stored.
struct StorageKey: Sendable, Hashable {
    var resource: ResourceKey
    var name: ObjectName
}

/// A printer column.
struct TableColumn: Sendable, Hashable {
    var name: String
    var type: String
    var format = ""
    var description = ""
    var priority = 0
    /// For custom resources.
    var jsonPath = ""

    static let name = TableColumn(
        name: "Name", type: "string", format: "name", description: "Name must be unique within a namespace.")
    static let age = TableColumn(
        name: "Age", type: "date", description: "Creation time, for the age of the object.",
        jsonPath: ".metadata.creationTimestamp")
}
