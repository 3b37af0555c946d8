import HTTPTransport
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOEmbedded
import Serving
import TestServers
import Testing
import Threading

/// Connections that a server has accepted and never begun to serve.
struct KeptChannelTests {
    /// Counts what it is given to serve, and whether its channel was open then.
    private final class Counting: ServerChildChannel {
        struct Value: ServerChildChannelValue {
            let channel: any Channel
        }

        let served = Locked<[Bool]>([])

        func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
            channel.eventLoop.makeSucceededFuture(Value(channel: channel))
        }

        func handle(value: Value, logger: Logger) async { served.withLock { $0.append(value.channel.isActive) } }
    }

    private static let logger = Logger(label: "test")

    @Test func `one that is dropped is closed and handled, once`() async throws {
        let base = Counting()
        let channel = NIOAsyncTestingChannel()
        try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).get()
        #expect(channel.isActive)
        try await Self.drop(KeptChannel(base), channel)
        while base.served.withLock(\.isEmpty) { try await Task.sleep(for: .milliseconds(5)) }
        try await Task.sleep(for: .milliseconds(20))
        #expect(base.served.withLock { $0 } == [false])
    }

    private static func drop(_ kept: KeptChannel<Counting>, _ channel: NIOAsyncTestingChannel) async throws {
        let value = try await kept.setup(channel: channel, logger: logger).get()
        #expect(value.channel.isActive)
    }

    @Test func `one that is served is handled while it is open, once`() async throws {
        let base = Counting()
        let channel = NIOAsyncTestingChannel()
        try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).get()
        let kept = KeptChannel(base)
        await kept.handle(value: try await kept.setup(channel: channel, logger: Self.logger).get(), logger: Self.logger)
        try await Task.sleep(for: .milliseconds(20))
        #expect(base.served.withLock { $0 } == [true])
    }

    @Test func `a server that is cancelled while clients connect ends, and the process goes on`() async throws {
        var logger = Self.logger
        logger.logLevel = .critical
        for round in 0..<60 {
            let port = try TestServer.freePort()
            let router = Router()
            router.get("/") { _, _ in "ok" }
            let (running, isRunning) = AsyncStream<Void>.makeStream()
            let application = Application(
                router: router, server: HTTPServerBuilder { KeptChannel(HTTP1Channel(responder: $0)) },
                configuration: .init(address: .hostname("127.0.0.1", port: port)),
                onServerRunning: { _ in isRunning.yield() }, logger: logger)
            let server = Task { try await application.run() }
            for await _ in running { break }
            await withTaskGroup { group in
                for _ in 0..<16 {
                    group.addTask {
                        _ = try? await HTTPClient().fetch(
                            HTTPTransport.HTTPRequest(
                                url: "http://127.0.0.1:\(port)/", timeouts: HTTPTimeouts(total: .seconds(5))))
                    }
                }
                try? await Task.sleep(for: .microseconds(100 * (round % 20)))
                server.cancel()
                await group.waitForAll()
            }
            _ = try? await server.value
        }
    }
}
