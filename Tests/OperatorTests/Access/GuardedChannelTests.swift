import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import Serving
import TestServers
import TestSupport
import Testing
import Threading

@testable import Operator

/// Clients that keep a server waiting, hold its connections, or do not say when they have enough.
@Suite(.serialized)
struct GuardedChannelTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    /// More than the system's buffers take.
    private static let large = 16 << 20

    /// A server that answers `/` at once and with little, and `/large` with much, while a body runs.
    private func serving(
        _ limits: ConnectionLimits, certificate: ServingCertificate? = nil,
        _ body: (_ port: Int, _ group: ServiceGroup, _ server: Task<Void, any Error>) async throws -> Void
    ) async throws {
        let port = try TestServer.freePort()
        let router = Router()
        router.get("/") { _, _ in "ok" }
        let large = ByteBuffer(repeating: 65, count: Self.large)
        router.get("large") { _, _ in Response(status: .ok, body: .init(byteBuffer: large)) }
        let (running, isRunning) = AsyncStream<Void>.makeStream()
        let application = Application(
            router: router,
            server: HTTPServerBuilder { responder in
                let plain = HTTP1Channel(responder: responder)
                guard let certificate else { return KeptChannel(GuardedChannel(plain, limits: limits)) }
                return KeptChannel(
                    GuardedChannel(CertifiedChannel(base: plain, certificate: certificate), limits: limits))
            },
            configuration: .init(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { _ in isRunning.yield() }, logger: Self.logger)
        let group = ServiceGroup(services: [application], logger: Self.logger)
        let server = Task { try await group.run() }
        for await _ in running { break }
        let result: Result<Void, any Error>
        do { result = .success(try await body(port, group, server)) } catch { result = .failure(error) }
        server.cancel()
        _ = try? await server.value
        try result.get()
    }

    private static let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    private static let getLarge = "GET /large HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test(arguments: ["", "GET / HT", "GET / HTTP/1.1\r\nHost: x\r\nA: b", get, "\(get)GET / HTTP/1.1\r\nA"])
    func `a head that never comes whole ends the connection`(sent: String) async throws {
        try await serving(ConnectionLimits(request: .milliseconds(400))) { port, _, _ in
            let connection = try RawConnection(port: port)
            connection.send(sent)
            let begun = ContinuousClock.now
            let (bytes, hasEnded) = try await connection.read()
            #expect(hasEnded && ContinuousClock.now - begun >= .milliseconds(350))
            #expect(String(decoding: bytes, as: UTF8.self).hasSuffix("\r\n\r\nok") == sent.hasPrefix(Self.get))
        }
    }

    @Test func `a head that comes byte by byte ends the connection, and one that comes in time is answered`()
        async throws
    {
        try await serving(ConnectionLimits(request: .seconds(1))) { port, _, _ in
            let slow = try RawConnection(port: port)
            slow.send("GET /")
            var hasEnded = false
            for _ in 0..<100 where !hasEnded {
                slow.send("a")
                hasEnded = try await slow.read(within: .milliseconds(100)).hasEnded
            }
            #expect(hasEnded)
            let fast = try RawConnection(port: port)
            for part in ["GET / HTTP/1.1\r\n", "Host: x\r\n", "\r\n"] {
                fast.send(part)
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(try await fast.answer().hasSuffix("\r\n\r\nok"))
            // Each answer begins the time anew.
            for _ in 0..<4 {
                try await Task.sleep(for: .milliseconds(400))
                fast.send(Self.get)
                #expect(try await fast.answer().hasSuffix("\r\n\r\nok"))
            }
        }
    }

    @Test(.enabled(if: Certificates.available, "openssl is not on PATH"))
    func `a handshake that never begins or never ends does not keep the connection either`() async throws {
        let files = try await Certificates.make()
        let certificate = try ServingCertificate(
            certificate: files.path("server.pem"), key: files.path("server.key"), logger: Self.logger)
        try await serving(ConnectionLimits(request: .milliseconds(400)), certificate: certificate) { port, _, _ in
            for sent in ["", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}"] {
                let connection = try RawConnection(port: port)
                connection.send(sent)
                #expect(try await connection.read().hasEnded)
            }
        }
    }

    @Test func `an answer that is not taken ends the connection, and one that is taken slowly comes whole`()
        async throws
    {
        try await serving(ConnectionLimits(answer: .seconds(2))) { port, _, _ in
            let idle = try RawConnection(port: port, buffer: 4096)
            idle.send(Self.getLarge)
            let slow = try RawConnection(port: port, buffer: 4096)
            slow.send(Self.getLarge)
            var count = 0
            for _ in 0..<8 {
                count += try await slow.read(most: Self.large / 8).bytes.count
                try await Task.sleep(for: .milliseconds(50))
            }
            count += try await slow.read(within: .milliseconds(200)).bytes.count
            #expect(count > Self.large)
            try await Task.sleep(for: .seconds(2.5))
            let (bytes, hasEnded) = try await idle.read()
            #expect(hasEnded && bytes.count < Self.large)
        }
    }

    @Test func `a server that ends sends what is on its way, and waits for nobody who does not take it`() async throws {
        try await serving(ConnectionLimits(farewell: .seconds(1))) { port, group, server in
            let slow = try RawConnection(port: port, buffer: 4096)
            let idle = try RawConnection(port: port, buffer: 4096)
            for connection in [slow, idle] {
                connection.send(Self.getLarge)
                #expect(try await connection.read(most: 100).bytes.count == 100)
            }
            let quiet = try RawConnection(port: port)
            await group.triggerGracefulShutdown()
            let begun = ContinuousClock.now
            #expect(try await quiet.read().hasEnded)
            try await Task.sleep(for: .milliseconds(300))
            #expect(try await slow.read().bytes.count > Self.large - 100)
            try await server.value
            #expect(ContinuousClock.now - begun < .seconds(5))
            #expect(try await idle.read().bytes.count < Self.large - 100)
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: Close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: x, close\r\n\r\n",
    ])
    func `who wants no other answer is told so, and gets the end of the connection`(request: String) async throws {
        try await serving(ConnectionLimits()) { port, _, _ in
            let connection = try RawConnection(port: port)
            connection.send(request)
            let (bytes, hasEnded) = try await connection.read()
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(hasEnded && text.hasSuffix("\r\n\r\nok") && text.lowercased().contains("\r\nconnection: close\r\n"))
            #expect(
                text.components(separatedBy: "HTTP/1.1 200 OK").count == request.components(separatedBy: "GET").count)
        }
    }

    @Test func `who asks is answered while others hold all connections`() async throws {
        try await serving(ConnectionLimits(connections: 3)) { port, _, _ in
            var held: [RawConnection] = []
            for number in 0..<3 {
                held.append(try RawConnection(port: port))
                if number == 1 { held[1].send(Self.getLarge) }
                try await Task.sleep(for: .milliseconds(30))
            }
            for _ in 0..<5 {
                let other = try RawConnection(port: port)
                other.send(Self.get)
                #expect(try await other.answer().hasSuffix("\r\n\r\nok"))
                held.append(other)
            }
            // Those that had said nothing for longest are gone, the one that takes an answer is not.
            #expect(try await held[0].read(within: .milliseconds(100)).hasEnded)
            #expect(try await held[2].read(within: .milliseconds(100)).hasEnded)
            #expect(try await held[1].read(most: Self.large).bytes.count == Self.large)
            // Where all are answered, one more is not taken on.
            var busy: [RawConnection] = []
            for _ in 0..<3 {
                busy.append(try RawConnection(port: port, buffer: 4096))
                busy[busy.count - 1].send(Self.getLarge)
                #expect(try await busy[busy.count - 1].read(most: 100).bytes.count == 100)
            }
            let more = try RawConnection(port: port)
            more.send(Self.get)
            #expect(try await more.read() == ([], true))
        }
    }

    @Test func `of answers that nobody takes there are so many bytes at most`() async throws {
        try await serving(ConnectionLimits(untakenBytes: 5 * Self.large / 2)) { port, _, _ in
            var readers: [RawConnection] = []
            for _ in 0..<3 {
                let reader = try RawConnection(port: port, buffer: 4096)
                reader.send(Self.getLarge)
                #expect(try await reader.read(most: 100).bytes.count == 100)
                readers.append(reader)
            }
            let (bytes, hasEnded) = try await readers[0].read()
            #expect(hasEnded && bytes.count < Self.large - 100)
            for reader in readers.dropFirst() {
                #expect(try await reader.read(most: Self.large - 100).bytes.count == Self.large - 100)
            }
        }
    }
}
