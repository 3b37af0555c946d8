import Foundation
public import HTTPTransport

/// How a source logs in over HTTP. Its descriptions hold no secret.
public enum HTTPCredentials: Sendable, Hashable {
    /// Not at all.
    case none
    /// With a bearer token.
    case bearer(String)
    /// With a user name and a password.
    case basic(user: String, password: String)
    /// With an access key of Amazon's cloud, by which every request is signed.
    case signature(AWSSignature)

    /// Adds the `Authorization` header, or has the request signed.
    public func authorize(_ request: inout HTTPRequest) {
        switch self {
        case .none: break
        case .bearer(let token): request.headers["Authorization"] = "Bearer \(token)"
        case .basic(let user, let password):
            request.headers["Authorization"] = "Basic \(Self.encoded(user, password))"
        case .signature(let signature): request.signature = signature
        }
    }

    /// A text of the server without the secrets, should it repeat them.
    public func redacting(_ text: String) -> String {
        var secrets: [String] = []
        switch self {
        case .none: break
        case .bearer(let token): secrets = [token]
        case .basic(let user, let password):
            secrets = [password, Self.encoded(user, password)]
        case .signature(let signature): secrets = [signature.secretAccessKey, signature.sessionToken ?? ""]
        }
        return secrets.reduce(text) { text, secret in
            secret.isEmpty
                ? text : text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "…")
        }
    }

    private static func encoded(_ user: String, _ password: String) -> String {
        Data("\(user):\(password)".utf8).base64EncodedString()
    }
}

extension HTTPCredentials: CustomStringConvertible, CustomDebugStringConvertible {
    /// The kind, without the secrets.
    public var description: String {
        switch self {
        case .none: "none"
        case .bearer: "bearer token, redacted"
        case .basic: "user and password, redacted"
        case .signature: "access key, redacted"
        }
    }
    /// The kind, without the secrets.
    public var debugDescription: String { description }
}
