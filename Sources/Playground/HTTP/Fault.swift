import Threading

/// A misbehaviour that the playground shows on request, for tests of clients.
public struct Fault: Sendable, Hashable {
    /// What happens in place of the answer, or before it.
    public enum Action: Sendable, Hashable {
        /// Answers with a `Status` of this code; 429 and 503 may carry `Retry-After`.
        case status(
            code: Int, reason: String, retryAfterSeconds: Int?, message: String = "fault injected by the playground")
        /// Closes the connection without an answer.
        case dropConnection
        /// Waits, then answers as usual.
        case delay(Duration)
        /// Answers 200 and a body that ends in the middle.
        case truncate
        /// Answers 200 and a whole body that is no JSON.
        case garble
        /// Does what was asked and closes the connection without the answer: the client cannot know.
        case loseAnswer
        /// Does what was asked and closes the connection in the middle of the answer. A watch is cut after its first
        /// lines, in the middle of one.
        case cutAnswer
        /// Never answers; the connection stays open until the client gives up.
        case silence
    }

    /// The HTTP method to match; nil matches all.
    public var method: String?
    /// A part of the path to match; empty matches all.
    public var path: String
    /// Whether to match watches only (true), other requests only (false), or both (nil).
    public var isWatch: Bool?
    /// What happens.
    public var action: Action
    /// To how many requests it happens.
    public var times: Int

    /// A fault that happens to the next `times` requests that match.
    public init(
        _ action: Action, method: String? = nil, path: String = "", isWatch: Bool? = nil, times: Int = 1
    ) {
        self.action = action
        self.method = method
        self.path = path
        self.isWatch = isWatch
        self.times = times
    }

    /// 409 as of a concurrent change.
    public static let conflict = Action.status(code: 409, reason: "Conflict", retryAfterSeconds: nil)
    /// 410 as of a revision that is too old.
    public static let gone = Action.status(code: 410, reason: "Expired", retryAfterSeconds: nil)
    /// 429 with a second to wait.
    public static let tooManyRequests = Action.status(code: 429, reason: "TooManyRequests", retryAfterSeconds: 1)
    /// 500.
    public static let internalError = Action.status(code: 500, reason: "InternalError", retryAfterSeconds: nil)
    /// 503.
    public static let unavailable = Action.status(code: 503, reason: "ServiceUnavailable", retryAfterSeconds: nil)
}

/// The faults that wait for their requests.
final class FaultPlan: Sendable {
    private let faults = Locked<[Fault]>([])

    func add(_ fault: Fault) { faults.withLock { $0.append(fault) } }

    func clear() { faults.withLock { $0 = [] } }

    /// The first fault that matches, counted down.
    func take(method: String, path: String, isWatch: Bool) -> Fault.Action? {
        faults.withLock { faults in
            let found = faults.firstIndex { fault in
                (fault.method ?? method) == method && (fault.path.isEmpty || path.contains(fault.path))
                    && (fault.isWatch ?? isWatch) == isWatch
            }
            guard let found else { return nil }
            let action = faults[found].action
            faults[found].times -= 1
            if faults[found].times <= 0 { faults.remove(at: found) }
            return action
        }
    }
}
