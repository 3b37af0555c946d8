import Threading

/// The open watches, so that faults can end them.
final class WatchHub: Sendable {
    /// What a watch is told apart from the changes that it sees.
    enum Signal: Sendable {
        case event(StoredEvent)
        case bookmark(Int)
        case end
        /// Close the connection in the middle of a line.
        case cut
        /// Report 410 and end.
        case expire
        /// A whole line that is no JSON, then the end.
        case garble
        /// Say nothing more, and stay open.
        case mute
    }

    private struct State {
        var next = 0
        var open: [Int: AsyncStream<Signal>.Continuation] = [:]
    }

    private let state = Locked(State())

    func add(_ continuation: AsyncStream<Signal>.Continuation) -> Int {
        state.withLock { state in
            state.next += 1
            state.open[state.next] = continuation
            return state.next
        }
    }

    func remove(_ id: Int) { state.withLock { $0.open[id] = nil } }

    /// Sends a signal to every open watch.
    func broadcast(_ signal: Signal) {
        for continuation in state.withLock({ $0.open.values }) { continuation.yield(signal) }
    }

    var count: Int { state.withLock { $0.open.count } }
}
