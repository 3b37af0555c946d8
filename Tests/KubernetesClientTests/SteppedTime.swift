import Foundation
import KubernetesClient

/// Clocks that stand still until a test moves them; whoever sleeps wakes when they have come that far.
final class SteppedTime: TimeSource, @unchecked Sendable {
    private struct Sleeper {
        var due: Duration
        var continuation: CheckedContinuation<Void, any Error>
    }

    private let lock = NSLock()
    private var elapsed = Duration.zero
    private var sleepers: [UUID: Sleeper] = [:]

    /// What the sleepers wait for, the earliest first.
    var alarms: [Duration] { lock.withLock { sleepers.values.map(\.due).sorted() } }

    func now() -> Date { Date(timeIntervalSince1970: 1_790_000_000 + Double(monotonic().components.seconds)) }
    func monotonic() -> Duration { lock.withLock { elapsed } }

    /// Moves the clocks, and wakes who has slept enough.
    func set(to time: Duration) {
        let woken = lock.withLock {
            elapsed = time
            let woken = sleepers.filter { $0.value.due <= time }
            for id in woken.keys { sleepers[id] = nil }
            return woken.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    func sleep(for duration: Duration) async throws {
        let id = UUID()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOver: Bool? = lock.withLock {
                    // Whoever cancels sees the sleeper, or the sleeper sees that it is cancelled.
                    if Task.isCancelled { return nil }
                    if duration <= .zero { return true }
                    sleepers[id] = Sleeper(due: elapsed + duration, continuation: continuation)
                    return false
                }
                switch isOver {
                case nil: continuation.resume(throwing: CancellationError())
                case true?: continuation.resume()
                case false?: break
                }
            }
        } onCancel: {
            let sleeper = lock.withLock { sleepers.removeValue(forKey: id) }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }
}
