import Foundation
import Threading

/// The bearer tokens that the playground accepts, and for whom.
final class TokenStore: Sendable {
    private let users = Locked<[String: String]>([:])
    private let allowsAnonymous: Bool

    /// kubectl sends no credentials over plain HTTP, so that requests without any count as the administrator's unless
    /// `allowsAnonymous` is false.
    init(allowsAnonymous: Bool) { self.allowsAnonymous = allowsAnonymous }

    /// Makes a token for a user.
    func issue(_ user: String) -> String {
        let token = UUID().uuidString.lowercased() + UUID().uuidString.lowercased()
        users.withLock { $0[token] = user }
        return token
    }

    func revoke(_ token: String) { users.withLock { $0[token] = nil } }

    /// The user of an `Authorization` header; nil where the token is unknown or missing.
    func user(authorization: String) -> String? {
        if authorization.isEmpty, allowsAnonymous { return "kubernetes-admin" }
        guard let token = authorization.dropping(prefix: "Bearer ") else { return nil }
        return users.withLock { $0[token.trimmed] }
    }
}
