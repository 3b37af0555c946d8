public import HTTPTransport

/// How a source logs in over HTTP. Its descriptions hold no secret.
public enum HTTPCredentials: Sendable, Hashable {
    /// Not at all.
    case none
    /// With a bearer token.
    case bearer(String)
    /// With a user name and a password.
    case basic(user: String, password: String)

    /// Adds the `Authorization` header.
    public func authorize(_ request: inout HTTPRequest) {
        switch self {
        case .none: break
        case .bearer(let token): request.headers["Authorization"] = "Bearer \(token)"
        case .basic(let user, let password):
            request.headers["Authorization"] = "Basic \(Self.base64(Array("\(user):\(password)".utf8)))"
        }
    }

    /// A text of the server without the secrets, should it repeat them.
    public func redacting(_ text: String) -> String {
        var secrets: [String] = []
        switch self {
        case .none: break
        case .bearer(let token): secrets = [token]
        case .basic(let user, let password):
            secrets = [password, Self.base64(Array("\(user):\(password)".utf8))]
        }
        return secrets.reduce(text) { text, secret in
            secret.isEmpty
                ? text : text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "…")
        }
    }

    /// RFC 4648, section 4.
    static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            bits <<= UInt32(8 * (3 - group.count))
            for index in 0..<4 {
                let isPadding = index > group.count
                result.append(isPadding ? UInt8(ascii: "=") : alphabet[Int(bits >> UInt32(18 - 6 * index) & 63)])
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension HTTPCredentials: CustomStringConvertible, CustomDebugStringConvertible {
    /// The kind, without the secrets.
    public var description: String {
        switch self {
        case .none: "none"
        case .bearer: "bearer token, redacted"
        case .basic: "user and password, redacted"
        }
    }
    /// The kind, without the secrets.
    public var debugDescription: String { description }
}
