import OrderedCollections

/// The newest answers, at most so many of them and none for longer than its time.
struct ReviewCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// In the order of their end, which is that of their coming: all last equally long.
    private var answers: OrderedDictionary<Key, (value: Value, end: ContinuousClock.Instant)> = [:]
    private let lifetime: Duration
    private let capacity: Int

    init(lifetime: Duration, capacity: Int = 1024) {
        self.lifetime = lifetime
        self.capacity = capacity
    }

    /// How many are kept.
    var count: Int { answers.count }

    func value(of key: Key, at now: ContinuousClock.Instant) -> Value? {
        guard let answer = answers[key], now < answer.end else { return nil }
        return answer.value
    }

    mutating func insert(_ value: Value, of key: Key, at now: ContinuousClock.Instant) {
        answers[key] = nil
        answers[key] = (value, now + lifetime)
        while let first = answers.elements.first, answers.count > capacity || first.value.end <= now {
            answers.removeFirst()
        }
    }
}
