/// A token bucket: `perSecond` on average, `burst` at once.
actor RateLimiter {
    private let perSecond: Double
    private let burst: Double
    private let time: any TimeSource
    private var tokens: Double
    private var filledAt: Duration

    init(perSecond: Double, burst: Int, time: any TimeSource) {
        self.perSecond = perSecond
        self.burst = Double(max(1, burst))
        self.time = time
        self.tokens = Double(max(1, burst))
        self.filledAt = time.monotonic()
    }

    /// Takes one token and waits until it is due; callers are served in the order of their calls.
    func take() async throws {
        guard perSecond > 0 else { return }
        let now = time.monotonic()
        tokens = min(burst, tokens + (now - filledAt).seconds * perSecond)
        filledAt = now
        tokens -= 1
        if tokens >= 0 { return }
        do {
            try await time.sleep(for: .seconds(-tokens / perSecond))
        } catch {
            tokens += 1
            throw error
        }
    }
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
