import NIOCore
import Threading

/// The connections that a server has, and what each is doing.
final class OpenConnections: Sendable {
    /// What a connection is doing.
    enum Phase: Sendable {
        /// The head of a request has not come whole.
        case waiting(since: NIODeadline)
        /// An answer is being made.
        case answering
        /// An answer of so many bytes is being sent.
        case sending(since: NIODeadline, bytes: Int)
    }

    private struct Entry: Sendable {
        var phase: Phase
        let end: @Sendable () -> Void

        var untaken: Int { if case .sending(_, let bytes) = phase { bytes } else { 0 } }
    }

    private struct State: Sendable {
        var entries: [ObjectIdentifier: Entry] = [:]
        var untaken = 0
    }

    private let limits: ConnectionLimits
    private let state = Locked(State())

    init(_ limits: ConnectionLimits) { self.limits = limits }

    /// Adds a connection; where it is one too many, the one that has said nothing for longest is ended, or else itself.
    ///
    /// So whoever asks something is answered while others only hold connections: a kubelet that is not answered ends the process.
    func add(_ id: ObjectIdentifier, end: @escaping @Sendable () -> Void) {
        let superfluous: Entry? = state.withLock { state in
            let entry = Entry(phase: .waiting(since: .now()), end: end)
            guard state.entries.count >= limits.connections else {
                state.entries[id] = entry
                return nil
            }
            var longest: (id: ObjectIdentifier, since: NIODeadline)?
            for case (let id, .waiting(let since)) in state.entries.lazy.map({ ($0, $1.phase) })
            where longest.map({ since < $0.since }) ?? true {
                longest = (id, since)
            }
            guard let longest else { return entry }
            state.entries[id] = entry
            return state.entries.removeValue(forKey: longest.id)
        }
        superfluous?.end()
    }

    /// Notes what a connection does now; where too much is being sent, the one that takes longest is ended, but not this one.
    func note(_ phase: Phase, of id: ObjectIdentifier) {
        let slowest: Entry? = state.withLock { state in
            guard var entry = state.entries[id] else { return nil }
            state.untaken -= entry.untaken
            entry.phase = phase
            state.untaken += entry.untaken
            state.entries[id] = entry
            guard entry.untaken > 0, state.untaken > limits.untakenBytes else { return nil }
            var slowest: (id: ObjectIdentifier, since: NIODeadline)?
            for case (let other, .sending(let since, 1...)) in state.entries.lazy.map({ ($0, $1.phase) })
            where other != id && slowest.map({ since < $0.since }) ?? true {
                slowest = (other, since)
            }
            return slowest.flatMap { Self.remove($0.id, from: &state) }
        }
        slowest?.end()
    }

    /// Forgets a connection that has ended.
    func remove(_ id: ObjectIdentifier) { state.withLock { _ = Self.remove(id, from: &$0) } }

    private static func remove(_ id: ObjectIdentifier, from state: inout State) -> Entry? {
        let entry = state.entries.removeValue(forKey: id)
        state.untaken -= entry?.untaken ?? 0
        return entry
    }
}
