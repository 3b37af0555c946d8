public import HTTPTransport

/// Why something asked of a cluster did not happen.
///
/// The message says what was asked, what went wrong and what to do; no secret stands in it.
public struct KubernetesError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: String, Sendable, Hashable {
        /// A kubeconfig, or the service account's files, cannot be used.
        case configuration
        /// An `exec` credential plugin failed.
        case credentialPlugin
        /// 401: the credentials are missing, wrong or expired.
        case unauthorized
        /// 403: RBAC, a quota, a LimitRange or a policy does not allow it.
        case forbidden
        /// 404.
        case notFound
        /// 409 `AlreadyExists`.
        case alreadyExists
        /// 409: a stale resourceVersion, or fields that another manager owns.
        case conflict
        /// 410: the resourceVersion, or the page of a list, is too old.
        case expired
        /// 422, 400: the object or the request is not valid.
        case invalid
        /// 413: the object is too large.
        case tooLarge
        /// 429, after the last try.
        case tooManyRequests
        /// 503 or 504, after the last try.
        case unavailable
        /// Another 4xx or 5xx.
        case server
        /// The server could not be reached, or the connection broke.
        case transport
        /// The answer was not what the API promises.
        case malformedResponse
        /// A watch ended with an event of type ERROR.
        case watchFailed
        /// A write that was not sent, for this process must not write now.
        case fenced
    }

    /// The kind of failure.
    public var code: Code
    /// What was asked, what went wrong, and what to do.
    public var message: String
    /// The server's own words, where it answered.
    public var status: Status?
    /// The HTTP status code, where the server answered.
    public var httpStatus: Int?
    /// How long the server asked to wait.
    public var retryAfter: Duration?
    /// The transport's error, where the server did not answer.
    public var transport: HTTPTransportError?

    /// An error from its parts.
    public init(
        code: Code,
        message: String,
        status: Status? = nil,
        httpStatus: Int? = nil,
        retryAfter: Duration? = nil,
        transport: HTTPTransportError? = nil
    ) {
        self.code = code
        self.message = message
        self.status = status
        self.httpStatus = httpStatus
        self.retryAfter = retryAfter
        self.transport = transport
    }

    /// The message.
    public var description: String { message }

    /// Whether there is no room for the object: a ResourceQuota is used up, etcd is full, or the object is larger than the
    /// server stores.
    public var isStorageFull: Bool {
        let said = (status?.message ?? message).lowercased()
        switch code {
        case .tooLarge: return true
        case .forbidden: return said.contains("exceeded quota")
        // etcd's own words (`ErrNoSpace`), which the API server passes on with 500, and 507 of servers in front of it.
        case .server: return httpStatus == 507 || said.contains("database space exceeded")
        default: return false
        }
    }

    /// Whether nobody could say if the object is allowed: a webhook that has to admit it is away.
    public var isAdmissionUnavailable: Bool {
        code == .server && (status?.message ?? message).contains("failed calling webhook")
    }

    /// Whether the server will say the same to the same request until somebody changes something: a schema, a right, a
    /// policy, a quota, a LimitRange, a webhook that is away.
    public var isRefused: Bool { code == .invalid || code == .forbidden || isAdmissionUnavailable }

    /// Whether the object is not there.
    public var isNotFound: Bool { code == .notFound }
    /// Whether a 409 says that another field manager owns a field.
    public var isFieldManagerConflict: Bool { !fieldManagerConflicts.isEmpty }

    /// The fields in conflict with their managers, from the causes of a server-side apply's 409.
    public var fieldManagerConflicts: [FieldManagerConflict] {
        guard code == .conflict else { return [] }
        return (status?.details?.causes ?? []).compactMap { cause in
            guard cause.reason == "FieldManagerConflict" else { return nil }
            // The manager's name stands only in the message: conflict with "kubectl" using apps/v1
            let quoted = (cause.message ?? "").split(separator: "\"", omittingEmptySubsequences: false)
            return FieldManagerConflict(
                manager: quoted.count > 1 ? String(quoted[1]) : "",
                field: cause.field ?? "",
                message: cause.message ?? ""
            )
        }
    }
}

/// One field that another manager owns.
public struct FieldManagerConflict: Sendable, Hashable {
    /// The other manager.
    public var manager: String
    /// The field, as in `.spec.template.spec.containers[name="web"].resources.limits.cpu`.
    public var field: String
    /// The server's words.
    public var message: String
}
