import HeapModule
import Metrics
import Threading

/// A queue of keys to work on, as client-go's.
///
/// A key that is added again before its turn is worked on once; one that is added while it is worked on comes again
/// afterwards: no two workers ever have the same key. Keys can be added with a delay, or with the back-off of their
/// failures: 5 ms doubled up to 1000 s, and all together 10 a second after a burst of 100.
public final class WorkQueue<Key: Hashable & Sendable>: Sendable {
    private struct Delayed: Comparable, Sendable {
        var due: Duration
        var sequence: Int
        var key: Key
        static func == (lhs: Delayed, rhs: Delayed) -> Bool { lhs.sequence == rhs.sequence }
        static func < (lhs: Delayed, rhs: Delayed) -> Bool { (lhs.due, lhs.sequence) < (rhs.due, rhs.sequence) }
    }

    private struct State: Sendable {
        var queue: [Key] = []
        var head = 0
        var dirty: [Key: Duration] = [:]
        var processing: [Key: Duration] = [:]
        var failures: [Key: Int] = [:]
        var delayed = Heap<Delayed>()
        var due: [Key: Duration] = [:]
        var sequence = 0
        var timer: Task<Void, Never>?
        var timerDue: Duration?
        var waiters: [(id: Int, continuation: CheckedContinuation<Key?, Never>)] = []
        var shutDown = false
        var dropping = false
        var tokens: Double
        var filledAt: Duration

        var count: Int { queue.count - head }

        mutating func pop() -> Key? {
            guard head < queue.count else { return nil }
            let key = queue[head]
            head += 1
            if head > 64, head * 2 > queue.count {
                queue.removeFirst(head)
                head = 0
            }
            return key
        }
    }

    /// The shape of the back-off.
    public struct Limits: Sendable {
        /// The wait after the first failure of a key.
        public var initial: Duration
        /// The longest wait of a key.
        public var maximum: Duration
        /// Retries a second of all keys together; 0 for no limit.
        public var perSecond: Double
        /// How many retries may come at once.
        public var burst: Double
        /// The longest wait of a key after a conflict, which says that somebody else got on: reading again is all it takes.
        public var afterConflict: Duration

        /// Limits; by default those of controller-runtime, but for conflicts.
        public init(
            initial: Duration = .milliseconds(5),
            maximum: Duration = .seconds(1000),
            perSecond: Double = 10,
            burst: Double = 100,
            afterConflict: Duration = .seconds(1)
        ) {
            self.initial = initial
            self.maximum = maximum
            self.perSecond = perSecond
            self.burst = burst
            self.afterConflict = afterConflict
        }
    }

    private let name: String
    let limits: Limits
    private let time: any TimeSource
    private let state: Locked<State>

    /// An empty queue.
    ///
    /// - Parameter name: Names the queue in metrics.
    public init(name: String, limits: Limits = Limits(), time: any TimeSource = SystemTime()) {
        self.name = name
        self.limits = limits
        self.time = time
        self.state = Locked(State(tokens: limits.burst, filledAt: time.monotonic()))
    }

    deinit { state.withLock { $0.timer }?.cancel() }

    /// How many keys wait for their turn; delayed ones do not count.
    public var count: Int { state.withLock { $0.count } }

    /// How often a key has failed since it was last forgotten.
    public func failures(of key: Key) -> Int { state.withLock { $0.failures[key] ?? 0 } }

    /// Adds a key.
    public func add(_ key: Key) {
        let now = time.monotonic()
        let waiter = state.withLock { state -> (CheckedContinuation<Key?, Never>, Key)? in
            if state.shutDown || state.dirty[key] != nil { return nil }
            state.dirty[key] = now
            metric("workqueue_adds_total").increment()
            if state.processing[key] != nil { return nil }
            state.queue.append(key)
            return next(&state, now)
        }
        if let waiter { waiter.0.resume(returning: waiter.1) }
        recordDepth()
    }

    /// Adds a key after a while; of several delays of a key the shortest counts.
    public func add(_ key: Key, after delay: Duration) {
        if delay <= .zero { return add(key) }
        let due = time.monotonic() + delay
        state.withLock { state in
            if state.shutDown { return }
            if let earlier = state.due[key], earlier <= due { return }
            state.due[key] = due
            state.sequence += 1
            state.delayed.insert(Delayed(due: due, sequence: state.sequence, key: key))
            schedule(&state)
        }
    }

    /// Adds a key after the wait that its failures earn it.
    ///
    /// - Parameter limit: The longest wait, where it is shorter than that of all failures; a failure whose wait it cuts
    ///   lengthens no later one.
    public func addRateLimited(_ key: Key, atMost limit: Duration? = nil) {
        metric("workqueue_retries_total").increment()
        let now = time.monotonic()
        let delay = state.withLock { state in
            let failures = state.failures[key] ?? 0
            var own = failures >= 40 ? limits.maximum : min(limits.maximum, limits.initial * (1 << failures))
            if let limit, own >= limit {
                own = limit
            } else {
                state.failures[key] = failures + 1
            }
            guard limits.perSecond > 0 else { return own }
            state.tokens = min(limits.burst, state.tokens + (now - state.filledAt).seconds * limits.perSecond)
            state.filledAt = now
            state.tokens -= 1
            return max(own, state.tokens < 0 ? .seconds(-state.tokens / limits.perSecond) : .zero)
        }
        add(key, after: delay)
    }

    /// Forgets the failures of a key.
    public func forget(_ key: Key) { state.withLock { _ = $0.failures.removeValue(forKey: key) } }

    /// Waits for the next key, which ``done(_:)`` must follow; nil when the queue is shut down and empty, or the task
    /// is cancelled.
    public func next() async -> Key? {
        let id = state.withLock { state in
            state.sequence += 1
            return state.sequence
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now = time.monotonic()
                let answer: Key?? = state.withLock { state in
                    if Task.isCancelled { return .some(nil) }
                    if let key = state.pop() {
                        begin(&state, key, now)
                        return .some(key)
                    }
                    if state.shutDown { return .some(nil) }
                    state.waiters.append((id, continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                let index = state.waiters.firstIndex { $0.id == id }
                return index.map { state.waiters.remove(at: $0).continuation }
            }
            waiter?.resume(returning: nil)
        }
    }

    /// Ends the work on a key; where it was added meanwhile, its next turn comes.
    public func done(_ key: Key) {
        let now = time.monotonic()
        let waiter = state.withLock { state -> (CheckedContinuation<Key?, Never>, Key)? in
            if let started = state.processing.removeValue(forKey: key) {
                timer("workqueue_work_duration_seconds").recordNanoseconds(Int64((now - started).seconds * 1e9))
            }
            guard state.dirty[key] != nil, !state.dropping else { return nil }
            state.queue.append(key)
            return next(&state, now)
        }
        if let waiter { waiter.0.resume(returning: waiter.1) }
        recordDepth()
    }

    /// Takes no more keys; delayed ones are dropped.
    ///
    /// - Parameter dropping: Whether those that wait for their turn are dropped too, in place of being given out.
    public func shutDown(dropping: Bool = false) {
        let waiters = state.withLock { state in
            state.shutDown = true
            state.timer?.cancel()
            state.timer = nil
            state.delayed = Heap()
            state.due = [:]
            if dropping {
                state.dropping = true
                state.dirty = [:]
                while state.pop() != nil {}
            }
            // While anybody waits, nothing is queued.
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume(returning: nil) }
        recordDepth()
    }

    private func begin(_ state: inout State, _ key: Key, _ now: Duration) {
        if let added = state.dirty.removeValue(forKey: key) {
            timer("workqueue_queue_duration_seconds").recordNanoseconds(Int64((now - added).seconds * 1e9))
        }
        state.processing[key] = now
    }

    private func next(_ state: inout State, _ now: Duration) -> (CheckedContinuation<Key?, Never>, Key)? {
        guard !state.waiters.isEmpty, let key = state.pop() else { return nil }
        begin(&state, key, now)
        return (state.waiters.removeFirst().continuation, key)
    }

    /// Keeps one timer on the earliest delay.
    private func schedule(_ state: inout State) {
        guard let first = state.delayed.min else { return }
        if state.timer != nil, let current = state.timerDue, current <= first.due { return }
        state.timer?.cancel()
        state.timerDue = first.due
        let wait = first.due - time.monotonic()
        state.timer = Task { [weak self, time] in
            do { try await time.sleep(for: max(.zero, wait)) } catch { return }
            self?.release()
        }
    }

    /// Adds every delayed key that is due.
    private func release() {
        let now = time.monotonic()
        let keys = state.withLock { state in
            var keys: [Key] = []
            state.timer = nil
            state.timerDue = nil
            while let first = state.delayed.min, first.due <= now {
                _ = state.delayed.popMin()
                // A shorter delay came later: this one is void.
                guard state.due[first.key] == first.due else { continue }
                state.due[first.key] = nil
                keys.append(first.key)
            }
            schedule(&state)
            return keys
        }
        for key in keys { add(key) }
    }

    private func recordDepth() {
        Gauge(label: "workqueue_depth", dimensions: [("name", name)]).record(count)
    }

    private func metric(_ label: String) -> Counter { Counter(label: label, dimensions: [("name", name)]) }
    private func timer(_ label: String) -> Metrics.Timer { Metrics.Timer(label: label, dimensions: [("name", name)]) }
}
