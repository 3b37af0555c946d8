import OrderedCollections
import Threading

/// Lets so many at once do something dear, and so many wait for their turn, in the order in which they came; whoever comes then is refused.
///
/// What waits without bound is answered when nobody is there any more, and takes its memory until then. kube-apiserver bounds what is in flight
/// in the same way, and refuses with 429.
final class Turns: Sendable {
    /// As many as may wait already do.
    struct TooMany: Error {}

    private struct State: Sendable {
        var free: Int
        var waiting: OrderedDictionary<Int, CheckedContinuation<Void, any Error>> = [:]
        var lastID = 0
    }

    private let atOnce: Int
    private let mostWaiting: Int
    private let state: Locked<State>

    init(atOnce: Int, mostWaiting: Int) {
        self.atOnce = atOnce
        self.mostWaiting = mostWaiting
        state = Locked(State(free: atOnce))
    }

    /// How many do something now or wait to.
    var busy: Int { state.withLock { atOnce - $0.free + $0.waiting.count } }

    /// Does something in turn.
    ///
    /// - Parameter isGoingOn: whether it has begun in an earlier turn, and can be refused no more.
    /// - Throws: ``TooMany``, or `CancellationError` where the task is cancelled while it waits.
    func take<Value>(isGoingOn: Bool = false, _ body: () async throws -> Value) async throws -> Value {
        try await begin(isGoingOn)
        defer { end() }
        return try await body()
    }

    private func begin(_ isGoingOn: Bool) async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result: Result<Void, any Error>? = state.withLock { state in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.free > 0 {
                        state.free -= 1
                        return .success(())
                    }
                    guard isGoingOn || state.waiting.count < mostWaiting else { return .failure(TooMany()) }
                    state.waiting[id] = continuation
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: id) }?.resume(throwing: CancellationError())
        }
    }

    private func end() {
        let next: CheckedContinuation<Void, any Error>? = state.withLock { state in
            if state.waiting.isEmpty {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst().value
        }
        next?.resume()
    }
}
