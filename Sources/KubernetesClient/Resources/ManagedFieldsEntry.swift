/// What one field manager owns of an object.
public struct ManagedFieldsEntry: Sendable, Hashable, Codable {
    /// The manager's name, such as `presage` or `kubectl-client-side-apply`.
    public var manager: String?
    /// `Apply` for server-side apply, `Update` for all else.
    public var operation: String?
    /// The version in which the fields are named.
    public var apiVersion: String?
    /// When the entry last changed.
    public var time: Timestamp?
    /// `FieldsV1`.
    public var fieldsType: String?
    /// The set of fields: `f:name` for a member, `k:{…}` for a list element by key, `v:…` by value, `.` for itself.
    public var fieldsV1: JSONValue?
    /// The subresource through which the fields were written; nil for the object itself.
    public var subresource: String?

    /// An entry from its parts.
    public init(
        manager: String?,
        operation: String?,
        apiVersion: String? = nil,
        time: Timestamp? = nil,
        fieldsType: String? = "FieldsV1",
        fieldsV1: JSONValue? = nil,
        subresource: String? = nil
    ) {
        self.manager = manager
        self.operation = operation
        self.apiVersion = apiVersion
        self.time = time
        self.fieldsType = fieldsType
        self.fieldsV1 = fieldsV1
        self.subresource = subresource
    }
}
