/// Waits that double, with jitter.
struct Backoff: Sendable {
    let initial: Duration
    let limit: Duration
    let random: @Sendable () -> Double
    private(set) var failures = 0

    init(
        initial: Duration = .milliseconds(800), limit: Duration = .seconds(30), random: @escaping @Sendable () -> Double
    ) {
        self.initial = initial
        self.limit = limit
        self.random = random
    }

    mutating func reset() { failures = 0 }

    /// The next wait: the doubled one and up to as much again, so that clients of a restarted server spread out.
    mutating func next() -> Duration {
        let doubled = initial * (1 << min(failures, 20))
        failures += 1
        return min(doubled, limit) * (1 + random())
    }
}
