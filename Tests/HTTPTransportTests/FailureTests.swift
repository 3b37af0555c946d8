import Foundation
import HTTPTransport
import Testing

@Suite(.patience(minutes: 1))
struct FailureTests {
    private let client = HTTPClient(configuration: .init(proxy: .none))

    private func failure(_ request: HTTPRequest, _ client: HTTPClient? = nil) async throws -> HTTPTransportError {
        do {
            _ = try await (client ?? self.client).fetch(request)
        } catch let error as HTTPTransportError {
            return error
        }
        return try #require(nil, "the request did not fail")
    }

    @Test func `a refused connection names the host`() async throws {
        let server = try ScriptedServer()
        server.stop()
        let error = try await failure(HTTPRequest(url: server.url + "/secret?token=abc"))
        #expect(error.code == .connectionFailed)
        #expect(error.message.contains("127.0.0.1:\(server.port)"))
        #expect(!error.message.contains("abc"))
        #expect(error.isTransient)
    }

    @Test func `a name that does not resolve is told apart`() async throws {
        // With a label of 64 letters it is no name at all, so that no server is asked that may be slow or away.
        let host = "no-such-host.\(String(repeating: "a", count: 64)).invalid"
        let error = try await failure(HTTPRequest(url: "http://\(host)"))
        #expect(error.code == .nameResolution)
        #expect(error.message.contains(host))
    }

    @Test(arguments: ["ftp://host/x", "nothing", "http://", "http://host/a b", "http://host/\u{7}"])
    func `a URL that cannot be used is refused`(url: String) async throws {
        let error = try await failure(HTTPRequest(url: url))
        #expect(error.code == .invalidRequest)
    }

    @Test func `a header with a line break is refused and not sent`() async throws {
        let server = try ScriptedServer { _, connection in connection.respond() }
        defer { server.stop() }
        let error = try await failure(HTTPRequest(url: server.url, headers: ["X-A": "one\r\nX-B: two"]))
        #expect(error.code == .invalidRequest)
        #expect(error.message.contains("X-A"))
        #expect(server.requests.isEmpty)
    }

    @Test func `a password in the URL is in no message`() async throws {
        let server = try ScriptedServer()
        server.stop()
        let error = try await failure(HTTPRequest(url: "http://user:hunter2@127.0.0.1:\(server.port)/"))
        #expect(!error.message.contains("hunter2"))
    }

    @Test func `a connection reset in the middle of a body is an error`() async throws {
        let server = try ScriptedServer { _, connection in
            connection.send("HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\nonly this")
            usleep(50_000)
            connection.reset()
        }
        defer { server.stop() }
        let error = try await failure(HTTPRequest(url: server.url))
        #expect(error.code == .connectionLost)
    }

    @Test func `what is to be sent once is not sent again where a kept connection ends without an answer`() async throws
    {
        let server = try ScriptedServer { request, connection in
            if request.method == "POST", request.connection == 0 || request.path == "/once" {
                connection.reset()
            } else {
                connection.respond()
            }
        }
        defer { server.stop() }
        // libcurl takes the first connection again and, as it ends, another one: the server gets the request twice.
        _ = try await client.fetch(HTTPRequest(url: server.url))
        _ = try await client.fetch(HTTPRequest(method: "POST", url: server.url + "/again", body: .bytes([1])))
        let error = try await failure(
            HTTPRequest(method: "POST", url: server.url + "/once", body: .bytes([1]), isSentOnce: true))
        #expect(error.code == .connectionLost)
        #expect(server.requests.map(\.path) == ["/", "/again", "/again", "/once"])
    }

    @Test func `a body shorter than announced is an error`() async throws {
        let server = try ScriptedServer { _, connection in
            connection.send("HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\nonly this")
            connection.close()
        }
        defer { server.stop() }
        #expect(try await failure(HTTPRequest(url: server.url)).code == .connectionLost)
    }

    @Test func `a chunked body without its end is an error`() async throws {
        let server = try ScriptedServer { _, connection in
            connection.beginChunked()
            connection.chunk("part")
            connection.close()
        }
        defer { server.stop() }
        #expect(try await failure(HTTPRequest(url: server.url)).code == .connectionLost)
    }

    @Test func `an answer that is not HTTP is an error`() async throws {
        let server = try ScriptedServer { _, connection in
            connection.send("SSH-2.0-OpenSSH_9.2\r\n")
            connection.close()
        }
        defer { server.stop() }
        #expect(try await failure(HTTPRequest(url: server.url)).code == .protocolViolation)
    }

    @Test func `a server that never answers runs into the total timeout`() async throws {
        let server = try ScriptedServer { _, connection in _ = connection.waitForClose(seconds: 120) }
        defer { server.stop() }
        let error = try await failure(
            HTTPRequest(url: server.url, timeouts: HTTPTimeouts(total: .milliseconds(300)))
        )
        #expect(error.code == .timeout)
    }

    @Test func `a stream that falls silent runs into the idle timeout, one that trickles does not`() async throws {
        let server = try ScriptedServer { request, connection in
            connection.beginChunked()
            for _ in 0..<6 {
                connection.chunk("x")
                usleep(400_000)
            }
            if request.path == "/silent" { _ = connection.waitForClose(seconds: 120) }
            connection.send("0\r\n\r\n")
        }
        defer { server.stop() }
        let timeouts = HTTPTimeouts(idle: .seconds(3))
        let trickle = try await client.fetch(HTTPRequest(url: server.url + "/trickle", timeouts: timeouts))
        #expect(trickle.body.count == 6)
        let error = try await failure(HTTPRequest(url: server.url + "/silent", timeouts: timeouts))
        #expect(error.code == .idleTimeout)
    }

    @Test func `a body that a server takes slowly is no silence, one that it takes no more of is`() async throws {
        let slow = try ScriptedServer(pace: .init(wait: .milliseconds(10))) { request, connection in
            connection.respond(200, "\(request.body.count)")
        }
        defer { slow.stop() }
        let stuck = try ScriptedServer(pace: .init(most: 1 << 20))
        defer { stuck.stop() }
        // At 64 KiB in ten milliseconds it takes five seconds.
        let body = HTTPRequestBody.bytes([UInt8](repeating: 65, count: 32 << 20))
        let timeouts = HTTPTimeouts(idle: .seconds(2))
        let answer = try await client.fetch(
            HTTPRequest(method: "PUT", url: slow.url, body: body, timeouts: timeouts))
        #expect(answer.body == Array("\(32 << 20)".utf8))
        let error = try await failure(HTTPRequest(method: "PUT", url: stuck.url, body: body, timeouts: timeouts))
        #expect(error.code == .idleTimeout)
    }

    @Test func `a connection that is not accepted runs into the connect timeout`() async throws {
        // A full backlog: the kernel drops further handshakes.
        let server = try ScriptedServer(backlog: 0, accepts: false)
        defer { server.stop() }
        let fillers = server.fillBacklog()
        defer { for filler in fillers { close(filler) } }
        let error = try await failure(
            HTTPRequest(url: server.url, timeouts: HTTPTimeouts(connect: .milliseconds(500), total: .seconds(60)))
        )
        #expect(error.code == .connectTimeout)
    }

    @Test func `an upload whose source fails is an error and leaves the server without an end`() async throws {
        let server = try ScriptedServer { _, connection in connection.respond() }
        defer { server.stop() }
        struct Broken: Error {}
        let (stream, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        continuation.yield([1, 2, 3])
        continuation.finish(throwing: Broken())
        let error = try await failure(HTTPRequest(method: "PUT", url: server.url, body: .stream(length: nil, stream)))
        #expect(error.code == .upload)
        #expect(server.requests.isEmpty)
    }
}
