import KubernetesClient
import Threading

/// How far the starts of runs have got that were broken off.
///
/// A start is half a dozen writes. Where a server fails one request in seven, all of them rarely pass in one go, and a key that
/// fails fifteen times in a row waits for minutes: each try goes on where the last one ended.
final class PendingStarts: Sendable {
    /// The start of one run.
    struct Start: Sendable {
        let uid: String
        /// What is still to be made, in order.
        var left: [JSONValue]
        /// Whether all of that may have been made by an operator that has ended since.
        let isExpected: Bool
        /// Whether the first of it was tried: it may have been made though nobody heard of it.
        var isTried = false
    }

    private let starts = Locked<[ObjectKey: Start]>([:])

    /// The start of this very run, and not of an older one of its name.
    func start(of key: ObjectKey, uid: String) -> Start? {
        starts.withLock { $0[key].flatMap { $0.uid == uid ? $0 : nil } }
    }

    func remember(_ start: Start, of key: ObjectKey) { starts.withLock { $0[key] = start } }

    func forget(_ key: ObjectKey) { starts.withLock { $0[key] = nil } }
}
