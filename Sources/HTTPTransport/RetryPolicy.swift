/// When a failed request is tried again.
///
/// The wait doubles with every failure and varies by up to a half, so that the pods of a fleet do not come back at the
/// same moment. Clock and random numbers are injected.
public struct RetryPolicy: Sendable {
    /// How many times a request is sent in all.
    public var attempts: Int
    /// The wait after the first failure.
    public var firstWait: Duration
    /// No wait is longer, whatever a server asks for in `Retry-After`.
    public var longestWait: Duration
    /// Waits.
    public var sleep: @Sendable (Duration) async throws -> Void
    /// A number from 0 up to, but not including, 1.
    public var random: @Sendable () -> Double

    /// Makes a policy; the default tries for about half a minute.
    public init(
        attempts: Int = 6, firstWait: Duration = .seconds(1), longestWait: Duration = .seconds(60),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.attempts = attempts
        self.firstWait = firstWait
        self.longestWait = longestWait
        self.sleep = sleep
        self.random = random
    }

    /// How long to wait after the failure with this number, counted from 1.
    ///
    /// - Parameter retryAfter: the least that the server asked for, in seconds.
    public func wait(afterFailure number: Int, retryAfter: Int? = nil) -> Duration {
        let doubled = firstWait * Double(1 << min(max(0, number - 1), 20))
        let own = min(doubled, longestWait) * (0.75 + random() / 2)
        // The tries are to last for a while: a server that is busy for a minute often asks for a second.
        return max(own, min(.seconds(retryAfter ?? 0), longestWait))
    }

    /// Statuses that may pass by themselves (RFC 9110 and RFC 6585).
    public static func isTransient(status: Int) -> Bool {
        status == 408 || status == 429 || status == 500 || status == 502 || status == 503 || status == 504
    }
}
