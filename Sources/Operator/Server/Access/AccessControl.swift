import Crypto
import Foundation
import KubernetesClient
import Logging
import Threading

/// Lets in whose bearer token stands for somebody who has the right in the cluster, by the API server's word.
///
/// Answers are remembered: what is granted for a minute, as controller-runtime keeps it for metrics, so that a Prometheus that asks every
/// fifteen seconds costs two reviews a minute, and what is taken away is gone a minute later; what is refused for ten seconds,
/// so that a wrong token in a loop costs little, and whoever has just been given a right hardly waits. A thousand of each are
/// far more than read an operator, and a megabyte or so; refusals are kept apart, so that a flood of wrong tokens pushes
/// out nobody's right one. Of a token only a digest is kept, under a key that is this process' own.
final class AccessControl: Sendable {
    /// What is answered.
    enum Verdict: Sendable, Hashable {
        case allowed
        /// The request has no token.
        case tokenMissing
        /// The API server does not know the token, or no longer.
        case tokenRefused
        case forbidden(user: String)
        /// The API server could not be asked; why is in the log.
        case unavailable
    }

    private struct Question: Hashable, Sendable {
        let user: AccessReviews.User
        let right: AccessRight
    }

    private struct State: Sendable {
        var users = ReviewCache<Data, AccessReviews.User>(lifetime: granted)
        var strangers = ReviewCache<Data, Void>(lifetime: refused)
        var rights = ReviewCache<Question, Void>(lifetime: granted)
        var wrongs = ReviewCache<Question, Void>(lifetime: refused)
        /// How many requests wait for the API server.
        var waiting = 0
    }

    private static let granted = Duration.seconds(60)
    private static let refused = Duration.seconds(10)
    /// More than this many at a time are a flood, which the API server is spared.
    private static let mostWaiting = 256

    private let reviews: AccessReviews
    private let key = SymmetricKey(size: .bits256)
    private let state = Locked(State())
    private let now: @Sendable () -> ContinuousClock.Instant
    private let logger: Logger

    init(
        reviews: AccessReviews, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }, logger: Logger
    ) {
        self.reviews = reviews
        self.now = now
        self.logger = logger
    }

    /// Whether whoever sends this `Authorization` header has a right.
    func verdict(authorization: String?, right: AccessRight) async -> Verdict {
        guard let token = authorization.flatMap(Self.bearerToken) else { return .tokenMissing }
        do {
            guard let user = try await user(of: token) else { return .tokenRefused }
            return try await isAllowed(Question(user: user, right: right)) ? .allowed : .forbidden(user: user.name)
        } catch {
            // The server's words are not ours: they may repeat what they were asked.
            let reason = "\(error)".replacing(token, with: "[token]")
            logger.warning("the API server could not be asked who may read", metadata: ["error": "\(reason)"])
            return .unavailable
        }
    }

    /// The token of `Bearer TOKEN`, whose first word is written in any case.
    static func bearerToken(_ authorization: String) -> String? {
        let words = authorization.split(separator: " ", omittingEmptySubsequences: true)
        guard words.count == 2, words[0].lowercased() == "bearer" else { return nil }
        return String(words[1])
    }

    private func user(of token: String) async throws -> AccessReviews.User? {
        let digest = Data(HMAC<SHA256>.authenticationCode(for: Data(token.utf8), using: key))
        let time = now()
        let (known, isStranger) = state.withLock {
            ($0.users.value(of: digest, at: time), $0.strangers.value(of: digest, at: time) != nil)
        }
        if known != nil || isStranger { return known }
        let user = try await asking { try await reviews.user(of: token) }
        let answered = now()
        state.withLock { state in
            if let user {
                state.users.insert(user, of: digest, at: answered)
            } else {
                state.strangers.insert((), of: digest, at: answered)
            }
        }
        return user
    }

    private func isAllowed(_ question: Question) async throws -> Bool {
        let time = now()
        let (isRight, isWrong) = state.withLock {
            ($0.rights.value(of: question, at: time) != nil, $0.wrongs.value(of: question, at: time) != nil)
        }
        if isRight || isWrong { return isRight }
        let isAllowed = try await asking { try await reviews.isAllowed(question.right, to: question.user) }
        let answered = now()
        state.withLock { state in
            if isAllowed {
                state.rights.insert((), of: question, at: answered)
            } else {
                state.wrongs.insert((), of: question, at: answered)
            }
        }
        return isAllowed
    }

    private struct TooMany: Error, CustomStringConvertible {
        let description = "\(mostWaiting) requests wait for the API server already"
    }

    private func asking<Answer>(_ ask: () async throws -> Answer) async throws -> Answer {
        let isOneTooMany = state.withLock { state in
            guard state.waiting < Self.mostWaiting else { return true }
            state.waiting += 1
            return false
        }
        if isOneTooMany { throw TooMany() }
        defer { state.withLock { $0.waiting -= 1 } }
        return try await ask()
    }
}
