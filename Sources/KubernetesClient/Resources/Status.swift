/// The API server's answer to a request that failed, or to one that returns no object.
public struct Status: Sendable, Hashable, Codable {
    /// `Success` or `Failure`.
    public var status: String?
    /// A text for people.
    public var message: String?
    /// A word for programs, such as `NotFound`, `AlreadyExists`, `Conflict`, `Invalid`, `Expired`.
    public var reason: String?
    /// What the failure is about.
    public var details: Details?
    /// The HTTP status code.
    public var code: Int?

    /// A status from its parts.
    public init(
        status: String? = "Failure",
        message: String? = nil,
        reason: String? = nil,
        details: Details? = nil,
        code: Int? = nil
    ) {
        self.status = status
        self.message = message
        self.reason = reason
        self.details = details
        self.code = code
    }

    /// What a failure is about.
    public struct Details: Sendable, Hashable, Codable {
        /// The object's name.
        public var name: String?
        /// The object's group.
        public var group: String?
        /// The object's plural.
        public var kind: String?
        /// The object's identifier.
        public var uid: String?
        /// One entry for each mistake.
        public var causes: [Cause]?
        /// When to try again, in seconds.
        public var retryAfterSeconds: Int?

        /// Details from their parts.
        public init(
            name: String? = nil,
            group: String? = nil,
            kind: String? = nil,
            uid: String? = nil,
            causes: [Cause]? = nil,
            retryAfterSeconds: Int? = nil
        ) {
            self.name = name
            self.group = group
            self.kind = kind
            self.uid = uid
            self.causes = causes
            self.retryAfterSeconds = retryAfterSeconds
        }
    }

    /// One mistake.
    public struct Cause: Sendable, Hashable, Codable {
        /// A word for programs, such as `FieldValueInvalid` or `FieldManagerConflict`.
        public var reason: String?
        /// A text for people.
        public var message: String?
        /// The field, such as `.spec.replicas`.
        public var field: String?

        /// A cause from its parts.
        public init(reason: String? = nil, message: String? = nil, field: String? = nil) {
            self.reason = reason
            self.message = message
            self.field = field
        }
    }
}
