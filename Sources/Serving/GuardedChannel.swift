public import HummingbirdCore
public import Logging
public import NIOCore
import NIOHTTPTypesHTTP1

/// HTTP whose clients are held to ``ConnectionLimits``.
public struct GuardedChannel<Base: ServerChildChannel>: ServerChildChannel {
    private let base: Base
    private let limits: ConnectionLimits
    private let connections: OpenConnections

    /// Holds the clients of HTTP/1 to limits.
    public init(_ base: Base, limits: ConnectionLimits = ConnectionLimits()) {
        self.base = base
        self.limits = limits
        connections = OpenConnections(limits)
    }

    /// Sets up what is guarded, and guards it.
    public func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        base.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            // Between the bytes and what answers: what is behind it does not know HTTP's versions, nor what was sent.
            let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
            try pipeline.addHandler(
                ConnectionGuard(limits: limits, connections: connections), position: .before(codec))
            return value
        }
    }

    /// Serves a connection.
    public func handle(value: Base.Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}
