/// Which objects to list or watch.
public struct ListOptions: Sendable, Hashable {
    /// A label selector, such as `app=web,tier!=cache`.
    public var labelSelector: String?
    /// A field selector, such as `metadata.name=web`.
    public var fieldSelector: String?
    /// How many objects a page holds; nil for all in one.
    public var limit: Int?
    /// Where the page begins, from the page before.
    public var continueToken: String?
    /// The version to read at; `0` for any that the server has at hand.
    public var resourceVersion: String?
    /// `NotOlderThan` or `Exact`.
    public var resourceVersionMatch: String?

    /// Options; by default everything, as of now.
    public init(
        labelSelector: String? = nil,
        fieldSelector: String? = nil,
        limit: Int? = nil,
        continueToken: String? = nil,
        resourceVersion: String? = nil,
        resourceVersionMatch: String? = nil
    ) {
        self.labelSelector = labelSelector
        self.fieldSelector = fieldSelector
        self.limit = limit
        self.continueToken = continueToken
        self.resourceVersion = resourceVersion
        self.resourceVersionMatch = resourceVersionMatch
    }

    var query: [(String, String)] {
        var query: [(String, String)] = []
        if let labelSelector { query.append(("labelSelector", labelSelector)) }
        if let fieldSelector { query.append(("fieldSelector", fieldSelector)) }
        if let limit { query.append(("limit", String(limit))) }
        if let continueToken { query.append(("continue", continueToken)) }
        if let resourceVersion { query.append(("resourceVersion", resourceVersion)) }
        if let resourceVersionMatch { query.append(("resourceVersionMatch", resourceVersionMatch)) }
        return query
    }
}

/// How to watch.
public struct WatchOptions: Sendable, Hashable {
    /// A label selector.
    public var labelSelector: String?
    /// A field selector.
    public var fieldSelector: String?
    /// The version after which to begin; nil to begin with what there is.
    public var resourceVersion: String?
    /// Whether the server marks how far the watch has come.
    public var allowBookmarks: Bool
    /// Whether the server sends everything there is first, and then a bookmark that says so.
    public var sendInitialEvents: Bool
    /// After how long the server ends the watch.
    public var timeout: Duration?
    /// The longest silence before the watch counts as broken; nil for none.
    public var idleTimeout: Duration?

    /// Options; bookmarks by default.
    public init(
        labelSelector: String? = nil,
        fieldSelector: String? = nil,
        resourceVersion: String? = nil,
        allowBookmarks: Bool = true,
        sendInitialEvents: Bool = false,
        timeout: Duration? = nil,
        idleTimeout: Duration? = nil
    ) {
        self.labelSelector = labelSelector
        self.fieldSelector = fieldSelector
        self.resourceVersion = resourceVersion
        self.allowBookmarks = allowBookmarks
        self.sendInitialEvents = sendInitialEvents
        self.timeout = timeout
        self.idleTimeout = idleTimeout
    }

    var query: [(String, String)] {
        var query = [("watch", "true")]
        if let labelSelector { query.append(("labelSelector", labelSelector)) }
        if let fieldSelector { query.append(("fieldSelector", fieldSelector)) }
        if let resourceVersion { query.append(("resourceVersion", resourceVersion)) }
        if allowBookmarks { query.append(("allowWatchBookmarks", "true")) }
        if sendInitialEvents {
            query.append(("sendInitialEvents", "true"))
            query.append(("resourceVersionMatch", "NotOlderThan"))
        }
        if let timeout { query.append(("timeoutSeconds", String(max(1, timeout.components.seconds)))) }
        return query
    }
}

/// How to write.
public struct WriteOptions: Sendable, Hashable {
    /// What the API server does with fields that the kind does not have.
    public enum FieldValidation: String, Sendable, Hashable {
        /// Drops them.
        case ignore = "Ignore"
        /// Drops them and warns.
        case warn = "Warn"
        /// Refuses the object.
        case strict = "Strict"
    }

    /// Who writes; the server's own default is the user agent.
    public var fieldManager: String?
    /// Whether everything is done but for storing it.
    public var dryRun: Bool
    /// What happens to unknown fields; nil for the server's default.
    public var fieldValidation: FieldValidation?

    /// Options.
    public init(fieldManager: String? = nil, dryRun: Bool = false, fieldValidation: FieldValidation? = nil) {
        self.fieldManager = fieldManager
        self.dryRun = dryRun
        self.fieldValidation = fieldValidation
    }

    var query: [(String, String)] {
        var query: [(String, String)] = []
        if let fieldManager { query.append(("fieldManager", fieldManager)) }
        if dryRun { query.append(("dryRun", "All")) }
        if let fieldValidation { query.append(("fieldValidation", fieldValidation.rawValue)) }
        return query
    }
}

/// How to delete.
public struct DeleteOptions: Sendable, Hashable {
    /// What happens to what the object owns.
    public enum Propagation: String, Sendable, Hashable {
        /// It stays.
        case orphan = "Orphan"
        /// It is collected afterwards.
        case background = "Background"
        /// It goes first.
        case foreground = "Foreground"
    }

    /// What happens to what the object owns; nil for the kind's default.
    public var propagation: Propagation?
    /// How many seconds the object has to end.
    public var gracePeriodSeconds: Int?
    /// Only the object with this identifier.
    public var uid: String?
    /// Only the object in this version.
    public var resourceVersion: String?
    /// Whether everything is done but for the deletion.
    public var dryRun: Bool

    /// Options.
    public init(
        propagation: Propagation? = nil,
        gracePeriodSeconds: Int? = nil,
        uid: String? = nil,
        resourceVersion: String? = nil,
        dryRun: Bool = false
    ) {
        self.propagation = propagation
        self.gracePeriodSeconds = gracePeriodSeconds
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.dryRun = dryRun
    }

    var body: JSONValue {
        var body: JSONValue = ["apiVersion": "v1", "kind": "DeleteOptions"]
        if let propagation { body["propagationPolicy"] = .string(propagation.rawValue) }
        if let gracePeriodSeconds { body["gracePeriodSeconds"] = .int(Int64(gracePeriodSeconds)) }
        if let uid { body["preconditions", "uid"] = .string(uid) }
        if let resourceVersion { body["preconditions", "resourceVersion"] = .string(resourceVersion) }
        if dryRun { body["dryRun"] = ["All"] }
        return body
    }
}

/// A change to an object.
public enum Patch: Sendable, Hashable {
    /// RFC 6902: a list of operations.
    case json(JSONValue)
    /// RFC 7386: what is null goes.
    case merge(JSONValue)
    /// Kubernetes' own: lists are merged by their keys. Built-in kinds only.
    case strategic(JSONValue)
    /// Server-side apply: everything that the field manager wants, and nothing else.
    case apply(JSONValue, force: Bool)

    var contentType: String {
        switch self {
        case .json: "application/json-patch+json"
        case .merge: "application/merge-patch+json"
        case .strategic: "application/strategic-merge-patch+json"
        case .apply: "application/apply-patch+yaml"
        }
    }

    var value: JSONValue {
        switch self {
        case .json(let value), .merge(let value), .strategic(let value), .apply(let value, _): value
        }
    }
}
