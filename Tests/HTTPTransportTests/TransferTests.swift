import Foundation
import HTTPTransport
import Testing
import Threading

@Suite(.patience(minutes: 2))
struct TransferTests {
    private let client = HTTPClient(configuration: .init(proxy: .none))

    @Test func `a body and its headers arrive as sent`() async throws {
        let server = try ScriptedServer { request, connection in
            connection.respond(
                201,
                "\(request.method) \(request.headers["x-one"] ?? "") " + String(decoding: request.body, as: UTF8.self),
                headers: ["X-Two": "2"])
        }
        defer { server.stop() }
        let answer = try await client.fetch(
            HTTPRequest(
                method: "POST", url: server.url + "/a", headers: ["X-One": "1"], body: .bytes(Array("body".utf8)))
        )
        #expect(answer.status == 201)
        #expect(answer.headers["x-two"] == "2")
        #expect(String(decoding: answer.body, as: UTF8.self) == "POST 1 body")
    }

    @Test func `a thousand requests at once all complete`() async throws {
        let server = try ScriptedServer { request, connection in connection.respond(200, request.target) }
        defer { server.stop() }
        let right = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<1000 {
                group.addTask {
                    let answer = try? await client.fetch(HTTPRequest(url: server.url + "/\(index)"))
                    return answer.map { String(decoding: $0.body, as: UTF8.self) == "/\(index)" } ?? false
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(right == 1000)
    }

    @Test(
        .enabled(if: !hasFewFiles, "this is what it runs"),
        arguments: [
            "a thousand requests at once all complete", "open streams leave connections to requests",
            "a wait for a connection ends at the request's own limit, and says for what it was",
        ])
    func `where a process may have two hundred files open, requests wait for one another, not for ever`(test: String)
        async throws
    {
        // The limit is one of the process, so it is another one, of these tests.
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
        let log = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: log) }
        let command =
            "ulimit -n 200; PRESAGE_FEW_FILES=1 exec '\(program)' --testing-library swift-testing --filter \"\(test)\""
        let status = try await onThread("few-files") { try Self.shell(command, log: log.path) }
        let output = try String(contentsOf: log, encoding: .utf8)
        #expect(status == 0 && output.contains("Test run with 1 test") && !output.contains("skipped"), "\(output)")
    }

    /// Runs a command with no file of ours open, and returns its status. Not by Foundation's Process, which reads beyond its
    /// buffer where a thousand files are open, as AddressSanitizer reports.
    private static func shell(_ command: String, log: String) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let closing = "for file in /proc/self/fd/*; do n=${file##*/}; [ $n -le 2 ] || eval \"exec $n>&-\"; done; "
        func copied(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] { texts.map { strdup($0) } + [nil] }
        let arguments = copied(["/bin/bash", "-c", closing + command])
        let environment = copied(ProcessInfo.processInfo.environment.map { "\($0)=\($1)" })
        defer { (arguments + environment).forEach { free($0) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, "/bin/bash", &actions, nil, arguments, environment)
        guard code == 0 else { throw POSIXError(.init(rawValue: code) ?? .EIO) }
        var status: Int32 = 0
        guard waitpid(pid, &status, 0) == pid else { throw POSIXError(.ECHILD) }
        return status
    }

    private static let hasFewFiles = ProcessInfo.processInfo.environment["PRESAGE_FEW_FILES"] != nil

    /// A server whose `/stream` begins an answer that ends when it is told to, and those that are open.
    private func streaming() throws -> (server: ScriptedServer, open: Noted<Int>, released: Noted<Bool>) {
        let open = Noted(0)
        let released = Noted(false)
        let server = try ScriptedServer { request, connection in
            guard request.path == "/stream" else { return connection.respond(200, "answer") }
            connection.beginChunked()
            open.change { $0 += 1 }
            while !released.value { usleep(10_000) }
            connection.chunk("end")
            connection.send("0\r\n\r\n")
        }
        return (server, open, released)
    }

    @Test(.enabled(if: hasFewFiles, "it takes all connections of the process"))
    func `open streams leave connections to requests`() async throws {
        let (server, open, released) = try streaming()
        defer { server.stop() }
        let streams = ConnectionLimit.current + 10
        let whole = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<streams {
                group.addTask {
                    let answer = try? await client.fetch(HTTPRequest(url: server.url + "/stream", isStream: true))
                    return answer.map { $0.body == Array("end".utf8) ? 1 : 0 } ?? 0
                }
            }
            await eventually("streams have their part") { open.value == ConnectionLimit.ofStreams }
            for _ in 0..<50 {
                let answer = try? await client.fetch(
                    HTTPRequest(url: server.url, timeouts: HTTPTimeouts(total: .seconds(20))))
                #expect(answer?.status == 200)
            }
            #expect(open.value == ConnectionLimit.ofStreams)
            // As streams end, those that wait begin.
            released.change { $0 = true }
            return await group.reduce(0, +)
        }
        #expect(whole == streams)
    }

    @Test(.enabled(if: hasFewFiles, "it takes all connections of the process"))
    func `a wait for a connection ends at the request's own limit, and says for what it was`() async throws {
        let (server, open, released) = try streaming()
        defer { server.stop() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            func stream(_ count: Int, isStream: Bool) {
                for _ in 0..<count {
                    group.addTask {
                        _ = try await client.fetch(HTTPRequest(url: server.url + "/stream", isStream: isStream))
                    }
                }
            }
            func failure(_ request: HTTPRequest) async -> (HTTPTransportError?, Duration) {
                let began = ContinuousClock.now
                do {
                    _ = try await client.fetch(request)
                    return (nil, .zero)
                } catch {
                    return (error as? HTTPTransportError, ContinuousClock.now - began)
                }
            }
            stream(ConnectionLimit.ofStreams, isStream: true)
            await eventually("streams have their part") { open.value == ConnectionLimit.ofStreams }
            let (ofStream, _) = await failure(
                HTTPRequest(
                    url: server.url + "/stream", timeouts: HTTPTimeouts(idle: .milliseconds(700)), isStream: true))
            #expect(ofStream?.code == .connectTimeout)
            #expect(
                ofStream?.message.contains("all \(ConnectionLimit.ofStreams) that streams may hold") == true,
                "\(String(describing: ofStream))")

            stream(ConnectionLimit.current - ConnectionLimit.ofStreams, isStream: false)
            await eventually("all connections are taken") { open.value == ConnectionLimit.current }
            let (ofRequest, wait) = await failure(
                HTTPRequest(url: server.url, timeouts: HTTPTimeouts(total: .milliseconds(700))))
            #expect(ofRequest?.code == .connectTimeout)
            #expect(
                ofRequest?.message.contains("all \(ConnectionLimit.current) that there may be") == true,
                "\(String(describing: ofRequest))")
            #expect(wait >= .milliseconds(690))
            released.change { $0 = true }
            try await group.waitForAll()
        }
    }

    @Test func `five hundred streams stay open beside a thousand requests, and each gets every line`() async throws {
        _ = openFiles
        // Five hundred wherever a process may have 1875 files open, which all machines allow that were not told otherwise; the
        // requests wait for the connections that the streams leave.
        let streams = min(500, ConnectionLimit.current * 4 / 5)
        let released = Noted(false)
        let server = try ScriptedServer { request, connection in
            guard request.path == "/stream" else { return connection.respond(200, request.target) }
            connection.beginChunked()
            for index in 0..<5 {
                connection.chunk("line \(index)\n")
                while index == 2, !released.value { usleep(20_000) }
            }
            connection.send("0\r\n\r\n")
        }
        defer { server.stop() }
        let expected = (0..<5).map { "line \($0)\n" }.joined()
        let open = Noted(0)
        let right = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<streams {
                group.addTask {
                    var body: [UInt8] = []
                    guard let response = try? await client.send(HTTPRequest(url: server.url + "/stream")) else {
                        return 0
                    }
                    open.change { $0 += 1 }
                    do { for try await chunk in response.body { body += chunk } } catch { return 0 }
                    return String(decoding: body, as: UTF8.self) == expected ? 1 : 0
                }
            }
            await eventually("every stream is open") { open.value == streams }
            let answered = await withTaskGroup(of: Int.self) { requests in
                for index in 0..<1000 {
                    requests.addTask {
                        let answer = try? await client.fetch(HTTPRequest(url: server.url + "/\(index)"))
                        return answer.map { String(decoding: $0.body, as: UTF8.self) == "/\(index)" } == true ? 1 : 0
                    }
                }
                return await requests.reduce(0, +)
            }
            #expect(answered == 1000)
            released.change { $0 = true }
            return await group.reduce(0, +)
        }
        #expect(right == streams)
    }

    @Test func `requests one after another share a connection`() async throws {
        let server = try ScriptedServer { _, connection in connection.respond(200, "x") }
        defer { server.stop() }
        for _ in 0..<20 { _ = try await client.fetch(HTTPRequest(url: server.url)) }
        // Not one exactly: the pool is the process', and other tests fill it.
        #expect(server.connections <= 5)
    }

    @Test func `a slow reader pauses the transfer and loses nothing`() async throws {
        let total = 64 << 20
        let sent = Noted(0)
        let server = try ScriptedServer { _, connection in
            connection.send("HTTP/1.1 200 X\r\nContent-Length: \(total)\r\n\r\n")
            let block = (0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            for _ in 0..<(total / block.count) {
                guard connection.send(block) else { return }
                sent.change { $0 += block.count }
            }
        }
        defer { server.stop() }
        let response = try await client.send(HTTPRequest(url: server.url))
        var last = -1
        await eventually("the server is held up") {
            try? await Task.sleep(for: .milliseconds(300))
            defer { last = sent.value }
            return sent.value == last
        }
        #expect(sent.value < total / 2, "the transfer did not pause")
        var count = 0
        var right = true
        // Twice, so that a block may begin anywhere in it; byte by byte this would take ten seconds.
        let pattern = (0..<131_072).map { UInt8(truncatingIfNeeded: $0 % 65_536 &* 31) }
        for try await chunk in response.body {
            var start = 0
            while start < chunk.count {
                let length = min(65_536, chunk.count - start)
                let isSame = chunk.withUnsafeBytes { chunk in
                    pattern.withUnsafeBytes { pattern in
                        guard let got = chunk.baseAddress, let sent = pattern.baseAddress else { return false }
                        return memcmp(got + start, sent + count % 65_536, length) == 0
                    }
                }
                right = right && isSame
                start += length
                count += length
            }
        }
        #expect(count == total)
        #expect(right)
    }

    @Test func `cancelling the task closes the stream`() async throws {
        let closed = Noted(false)
        let server = try ScriptedServer { _, connection in
            connection.beginChunked()
            connection.chunk("first")
            let isClosed = connection.waitForClose(seconds: 120)
            closed.change { $0 = isClosed }
        }
        defer { server.stop() }
        let begun = Noted(false)
        let task = Task {
            let response = try await client.send(HTTPRequest(url: server.url))
            for try await _ in response.body { begun.change { $0 = true } }
        }
        await eventually("the first chunk came") { begun.value }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await eventually("the server saw the end") { closed.value }
    }

    @Test func `letting the body go closes the stream`() async throws {
        let closed = Noted(false)
        let server = try ScriptedServer { _, connection in
            connection.beginChunked()
            connection.chunk("first")
            let isClosed = connection.waitForClose(seconds: 120)
            closed.change { $0 = isClosed }
        }
        defer { server.stop() }
        do {
            let response = try await client.send(HTTPRequest(url: server.url))
            #expect(response.status == 200)
        }
        await eventually("the server saw the end") { closed.value }
    }

    @Test func `a task that is cancelled before it starts sends nothing`() async throws {
        let server = try ScriptedServer { _, connection in connection.respond() }
        defer { server.stop() }
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try await client.fetch(HTTPRequest(url: server.url))
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(server.requests.isEmpty)
    }

    @Test func `a body of unknown length is streamed as it comes`() async throws {
        let server = try ScriptedServer { request, connection in connection.respond(200, request.body) }
        defer { server.stop() }
        let (stream, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        let producer = Task {
            for index in 0..<200 {
                continuation.yield(Array("chunk \(index) ".utf8) + [UInt8](repeating: 65, count: index * 97))
                if index % 50 == 0 { try await Task.sleep(for: .milliseconds(20)) }
            }
            continuation.finish()
        }
        let answer = try await client.fetch(
            HTTPRequest(method: "PUT", url: server.url, body: .stream(length: nil, stream))
        )
        try await producer.value
        let expected = (0..<200).flatMap { Array("chunk \($0) ".utf8) + [UInt8](repeating: 65, count: $0 * 97) }
        #expect(answer.body == expected)
    }

    @Test func `an answer beyond the limit is refused`() async throws {
        let server = try ScriptedServer { _, connection in connection.respond(200, String(repeating: "x", count: 5000))
        }
        defer { server.stop() }
        await #expect { try await client.fetch(HTTPRequest(url: server.url), upTo: 4999) } throws: { error in
            (error as? HTTPTransportError)?.code == .bodyTooLarge
        }
        let whole = try await client.fetch(HTTPRequest(url: server.url), upTo: 5000)
        #expect(whole.body.count == 5000)
    }

    @Test func `redirects are followed only where asked`() async throws {
        let server = try ScriptedServer { request, connection in
            if request.path == "/from" {
                connection.respond(302, "moved", headers: ["Location": "/to"])
            } else {
                connection.respond(200, "there")
            }
        }
        defer { server.stop() }
        let stays = try await client.fetch(HTTPRequest(url: server.url + "/from"))
        #expect(stays.status == 302)
        let follows = try await client.fetch(HTTPRequest(url: server.url + "/from", maximumRedirects: 2))
        #expect(follows.status == 200)
        #expect(String(decoding: follows.body, as: UTF8.self) == "there")
    }

    @Test func `a proxy is used, but not for the hosts excepted`() async throws {
        let server = try ScriptedServer { request, connection in connection.respond(200, "server") }
        let proxy = try ScriptedServer { request, connection in connection.respond(200, "proxy \(request.target)") }
        defer { server.stop(); proxy.stop() }
        let through = HTTPClient(configuration: .init(proxy: .url(proxy.url)))
        let answer = try await through.fetch(HTTPRequest(url: "http://presage.invalid/x"))
        #expect(String(decoding: answer.body, as: UTF8.self) == "proxy http://presage.invalid/x")
        let except = HTTPClient(configuration: .init(proxy: .url(proxy.url, except: "10.0.0.0/8,127.0.0.0/8")))
        let direct = try await except.fetch(HTTPRequest(url: server.url))
        #expect(String(decoding: direct.body, as: UTF8.self) == "server")
    }

    @Test func `a signed request carries its scope and not its secret`() async throws {
        let server = try ScriptedServer { _, connection in connection.respond() }
        defer { server.stop() }
        let signature = AWSSignature(
            accessKeyID: "AKIDEXAMPLE",
            secretAccessKey: "wJalrXUtnFEMI",
            sessionToken: "session",
            region: "eu-central-1"
        )
        _ = try await client.fetch(HTTPRequest(url: server.url + "/bucket/key", signature: signature))
        let headers = try #require(server.requests.first).headers
        let authorization = try #require(headers["authorization"])
        #expect(authorization.hasPrefix("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"))
        #expect(authorization.contains("/eu-central-1/s3/aws4_request"))
        #expect(headers["x-amz-security-token"] == "session")
        #expect(!"\(headers)".contains("wJalrXUtnFEMI"))
        #expect(!"\(signature)".contains("wJalrXUtnFEMI"))
    }
}
