import NIOCore
import Threading

/// The connections that have asked something, so that a crash can close them all at once.
final class ConnectionList: Sendable {
    /// Whether the server answers nobody, and breaks every connection.
    let isDown = Locked(false)
    private let channels = Locked<[ObjectIdentifier: any Channel]>([:])

    func add(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        let isNew = channels.withLock { $0.updateValue(channel, forKey: id) == nil }
        guard isNew else { return }
        channel.closeFuture.whenComplete { _ in self.channels.withLock { $0[id] = nil } }
    }

    /// Closes every connection as the end of a process does.
    func closeAll() async {
        for channel in channels.withLock({ Array($0.values) }) { try? await channel.close() }
    }
}
