/// The metadata that every Kubernetes object has.
public struct ObjectMeta: Sendable, Hashable {
    /// The name, unique for the kind in its namespace; empty while the server is to make one from ``generateName``.
    public var name: String
    /// The prefix from which the server makes a name.
    public var generateName: String?
    /// The namespace; nil for kinds without.
    public var namespace: String?
    /// The server's identifier of this very object: a later one of the same name has another.
    public var uid: String?
    /// The version of the object, opaque; sent with an update it makes the server refuse a stale one.
    public var resourceVersion: String?
    /// A number that rises when the spec changes.
    public var generation: Int64?
    /// When the object was made.
    public var creationTimestamp: Timestamp?
    /// When deletion was asked for; the object stays until its finalizers are gone.
    public var deletionTimestamp: Timestamp?
    /// How many seconds the object has to end by itself.
    public var deletionGracePeriodSeconds: Int64?
    /// Labels, by which objects are selected.
    public var labels: [String: String]
    /// Annotations: other text kept with the object.
    public var annotations: [String: String]
    /// The objects whose deletion deletes this one.
    public var ownerReferences: [OwnerReference]
    /// What must be done before the object may go.
    public var finalizers: [String]
    /// Who owns which field.
    public var managedFields: [ManagedFieldsEntry]

    /// Metadata from a name and what else is known.
    public init(
        name: String = "",
        generateName: String? = nil,
        namespace: String? = nil,
        uid: String? = nil,
        resourceVersion: String? = nil,
        generation: Int64? = nil,
        labels: [String: String] = [:],
        annotations: [String: String] = [:],
        ownerReferences: [OwnerReference] = [],
        finalizers: [String] = []
    ) {
        self.name = name
        self.generateName = generateName
        self.namespace = namespace
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.generation = generation
        self.labels = labels
        self.annotations = annotations
        self.ownerReferences = ownerReferences
        self.finalizers = finalizers
        self.managedFields = []
    }

    /// Whether deletion was asked for.
    public var isBeingDeleted: Bool { deletionTimestamp != nil }

    /// The owner that controls the object, if any.
    public var controller: OwnerReference? { ownerReferences.first { $0.controller == true } }
}

extension ObjectMeta: Codable {
    private enum CodingKeys: String, CodingKey {
        case name, generateName, namespace, uid, resourceVersion, generation, creationTimestamp, deletionTimestamp
        case deletionGracePeriodSeconds, labels, annotations, ownerReferences, finalizers, managedFields
    }

    /// Reads metadata; whatever is missing or null is empty.
    public init(from decoder: any Decoder) throws {
        if let own = decoder as? JSONValueDecoder, case .object(let object) = own.value,
            let fast = ObjectMeta(wellFormed: object)
        {
            self = fast
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decodeIfPresent(String.self, forKey: .name) ?? ""
        generateName = try container.decodeIfPresent(String.self, forKey: .generateName)
        namespace = try container.decodeIfPresent(String.self, forKey: .namespace)
        uid = try container.decodeIfPresent(String.self, forKey: .uid)
        resourceVersion = try container.decodeIfPresent(String.self, forKey: .resourceVersion)
        generation = try container.decodeIfPresent(Int64.self, forKey: .generation)
        creationTimestamp = try container.decodeIfPresent(Timestamp.self, forKey: .creationTimestamp)
        deletionTimestamp = try container.decodeIfPresent(Timestamp.self, forKey: .deletionTimestamp)
        deletionGracePeriodSeconds = try container.decodeIfPresent(Int64.self, forKey: .deletionGracePeriodSeconds)
        labels = try container.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
        annotations = try container.decodeIfPresent([String: String].self, forKey: .annotations) ?? [:]
        ownerReferences = try container.decodeIfPresent([OwnerReference].self, forKey: .ownerReferences) ?? []
        finalizers = try container.decodeIfPresent([String].self, forKey: .finalizers) ?? []
        managedFields = try container.decodeIfPresent([ManagedFieldsEntry].self, forKey: .managedFields) ?? []
    }

    /// Writes metadata; what is empty is left out.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        if !name.isEmpty { try container.encode(name, forKey: .name) }
        try container.encodeIfPresent(generateName, forKey: .generateName)
        try container.encodeIfPresent(namespace, forKey: .namespace)
        try container.encodeIfPresent(uid, forKey: .uid)
        try container.encodeIfPresent(resourceVersion, forKey: .resourceVersion)
        try container.encodeIfPresent(generation, forKey: .generation)
        try container.encodeIfPresent(creationTimestamp, forKey: .creationTimestamp)
        try container.encodeIfPresent(deletionTimestamp, forKey: .deletionTimestamp)
        try container.encodeIfPresent(deletionGracePeriodSeconds, forKey: .deletionGracePeriodSeconds)
        if !labels.isEmpty { try container.encode(labels, forKey: .labels) }
        if !annotations.isEmpty { try container.encode(annotations, forKey: .annotations) }
        if !ownerReferences.isEmpty { try container.encode(ownerReferences, forKey: .ownerReferences) }
        if !finalizers.isEmpty { try container.encode(finalizers, forKey: .finalizers) }
        if !managedFields.isEmpty { try container.encode(managedFields, forKey: .managedFields) }
    }
}
