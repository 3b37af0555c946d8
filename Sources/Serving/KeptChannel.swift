public import HummingbirdCore
public import Logging
public import NIOCore
import Synchronization

/// HTTP whose accepted connections are never thrown away unhandled.
///
/// A server that ends drops connections that it has accepted and not begun to serve. NIO ends the process then (`Deinited NIOAsyncWriter
/// without calling finish()`; apple/swift-nio issues 2637 and 2813, which are open): an operator that is asked to stop, at the moment
/// at which somebody connects, would crash. A dropped connection is closed here, and handled as one that the client has left.
public struct KeptChannel<Base: ServerChildChannel>: ServerChildChannel {
    private let base: Base

    /// Keeps the connections of another kind of HTTP.
    public init(_ base: Base) { self.base = base }

    /// An accepted connection.
    public final class Value: ServerChildChannelValue {
        private let base: Base
        private let value: Base.Value
        private let logger: Logger
        private let isHandled = Atomic(false)

        /// The connection's channel.
        public var channel: any Channel { value.channel }

        init(_ value: Base.Value, of base: Base, logger: Logger) {
            self.base = base
            self.value = value
            self.logger = logger
        }

        func handle() async {
            isHandled.store(true, ordering: .relaxed)
            await base.handle(value: value, logger: logger)
        }

        deinit {
            guard !isHandled.load(ordering: .relaxed) else { return }
            let (base, value, logger) = (base, value, logger)
            Task {
                try? await value.channel.close()
                await base.handle(value: value, logger: logger)
            }
        }
    }

    /// Sets up what is kept, and keeps it.
    public func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        base.setup(channel: channel, logger: logger).map { Value($0, of: base, logger: logger) }
    }

    /// Serves a connection.
    public func handle(value: Value, logger: Logger) async { await value.handle() }
}
