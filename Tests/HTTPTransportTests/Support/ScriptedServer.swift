import Foundation

/// A server that does exactly what a test tells it to, down to the byte and the reset: one thread a connection.
final class ScriptedServer: @unchecked Sendable {
    struct Request: Sendable {
        var method: String
        var target: String
        var headers: [String: String]
        var body: [UInt8]
        /// Which connection it came on, from 0.
        var connection: Int

        var path: String { String(target.prefix { $0 != "?" }) }

        /// The decoded value of a query item.
        func query(_ name: String) -> String? {
            guard let mark = target.firstIndex(of: "?") else { return nil }
            for item in target[target.index(after: mark)...].split(separator: "&") {
                let parts = item.split(separator: "=", maxSplits: 1).map(String.init)
                if parts[0] == name { return parts.count > 1 ? parts[1].removingPercentEncoding : "" }
            }
            return nil
        }
    }

    /// How fast requests are read: before each 64 KiB it waits, and after so many bytes of one it reads no more for a while.
    struct Pace {
        var wait = Duration.zero
        var most = Int.max
    }

    typealias Handler = @Sendable (Request, Connection) -> Void

    let port: Int
    private let listener: Int32
    private let handler: Handler
    private let greeting: String
    private let accepts: Bool
    private let pace: Pace
    private let lock = NSLock()
    private var accepted = 0
    private var log: [Request] = []
    private var open: Set<Int32> = []

    var url: String { "http://127.0.0.1:\(port)" }

    /// Every request so far.
    var requests: [Request] { lock.withLock { log } }
    /// The number of connections so far.
    var connections: Int { lock.withLock { accepted } }

    /// - Parameters:
    ///   - accepts: False for a server whose connections wait for ever.
    ///   - greeting: Sent as soon as a client connects.
    ///   - pace: How fast it reads.
    init(
        backlog: Int32 = 4096, accepts: Bool = true, greeting: String = "",
        pace: Pace = Pace(), _ handler: @escaping Handler = { _, _ in }
    ) throws {
        signal(SIGPIPE, SIG_IGN)
        _ = openFiles
        self.handler = handler
        self.greeting = greeting
        self.accepts = accepts
        self.pace = pace
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var one: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, length) == 0 && getsockname(listener, pointer, &length) == 0
            }
        }
        guard bound, listen(listener, backlog) == 0 else { throw POSIXError(.EADDRINUSE) }
        port = Int(UInt16(bigEndian: address.sin_port))
        if accepts {
            Thread.detachNewThread { [self] in acceptLoop() }
        }
    }

    /// Closes the listener and every connection.
    func stop() {
        lock.withLock {
            for socket in open { shutdown(socket, Int32(SHUT_RDWR)) }
        }
        shutdown(listener, Int32(SHUT_RDWR))
        // The accepting thread closes its own, or it might accept on a number that has become another's.
        if !accepts { close(listener) }
    }

    /// Connects until the kernel takes no more connections, of which nobody accepts one; returns the sockets.
    func fillBacklog() -> [Int32] {
        var sockets: [Int32] = []
        while sockets.count < 64 {
            let socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
            sockets.append(socket)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            address.sin_port = in_port_t(port).bigEndian
            let done = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            var descriptor = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
            if !done, poll(&descriptor, 1, 300) == 0 { break }
        }
        return sockets
    }

    private func acceptLoop() {
        while true {
            let socket = accept(listener, nil, nil)
            if socket < 0 {
                if errno == EINTR { continue }
                // Another connection ends soon.
                if errno == EMFILE || errno == ENFILE {
                    usleep(10_000)
                    continue
                }
                close(listener)
                return
            }
            var one: Int32 = 1
            setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
            let number = lock.withLock {
                open.insert(socket)
                accepted += 1
                return accepted - 1
            }
            let thread = Thread { [self] in serve(socket, number) }
            thread.stackSize = 1 << 18
            thread.start()
        }
    }

    private func serve(_ socket: Int32, _ number: Int) {
        // Taken off the list before it is closed: the number may be another's a moment later.
        let connection = Connection(socket, pace: pace) { [self] in _ = lock.withLock { open.remove(socket) } }
        if !greeting.isEmpty { connection.send(greeting) }
        while let request = connection.readRequest(number) {
            lock.withLock { log.append(request) }
            handler(request, connection)
            if connection.isClosed { break }
        }
        connection.close()
    }
}

extension ScriptedServer {
    /// One connection, used by the thread that serves it.
    final class Connection: @unchecked Sendable {
        private let socket: Int32
        private var buffer: [UInt8] = []
        private(set) var isClosed = false

        private let pace: Pace
        private let willClose: () -> Void
        private var closedSocket = false

        init(_ socket: Int32, pace: Pace, willClose: @escaping () -> Void) {
            self.socket = socket
            self.pace = pace
            self.willClose = willClose
        }

        /// Sends an answer with its length.
        func respond(_ status: Int = 200, _ body: String = "", headers: [String: String] = [:]) {
            respond(status, Array(body.utf8), headers: headers)
        }

        /// Sends an answer with its length.
        func respond(_ status: Int, _ body: [UInt8], headers: [String: String] = [:]) {
            var head = "HTTP/1.1 \(status) X\r\nContent-Length: \(body.count)\r\n"
            for (name, value) in headers { head += "\(name): \(value)\r\n" }
            send(Array((head + "\r\n").utf8) + body)
        }

        /// Begins an answer whose chunks follow.
        func beginChunked(_ status: Int = 200) {
            send("HTTP/1.1 \(status) X\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n")
        }

        /// Sends a chunk; an empty one ends the answer.
        func chunk(_ text: String) {
            let bytes = Array(text.utf8)
            send(Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + Array("\r\n".utf8))
        }

        /// Sends anything; false where the client is gone.
        @discardableResult
        func send(_ text: String) -> Bool { send(Array(text.utf8)) }

        /// Sends anything; false where the client is gone.
        @discardableResult
        func send(_ bytes: [UInt8]) -> Bool {
            var sent = 0
            while sent < bytes.count {
                let count = bytes.withUnsafeBytes { write(socket, $0.baseAddress! + sent, bytes.count - sent) }
                if count <= 0 {
                    isClosed = true
                    return false
                }
                sent += count
            }
            return true
        }

        /// Sends what goes without waiting; the number of bytes.
        func sendAvailable(_ bytes: [UInt8]) -> Int {
            max(0, bytes.withUnsafeBytes { Foundation.send(socket, $0.baseAddress, bytes.count, Int32(MSG_DONTWAIT)) })
        }

        /// Waits until the client closes; false where it did not in time.
        func waitForClose(seconds: Double) -> Bool {
            var descriptor = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            let end = Date() + seconds
            while Date() < end {
                if poll(&descriptor, 1, 50) > 0 {
                    var bytes = [UInt8](repeating: 0, count: 4096)
                    if read(socket, &bytes, bytes.count) <= 0 { return true }
                }
            }
            return false
        }

        /// Breaks the connection so that the client sees a reset.
        func reset() {
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
            close()
        }

        /// Closes the connection.
        func close() {
            isClosed = true
            if closedSocket { return }
            closedSocket = true
            willClose()
            Foundation.close(socket)
        }

        fileprivate func readRequest(_ number: Int) -> Request? {
            while true {
                if let end = headEnd() {
                    let head = String(decoding: buffer[..<end], as: UTF8.self)
                    buffer.removeFirst(end + 4)
                    let lines = head.components(separatedBy: "\r\n")
                    let first = lines[0].split(separator: " ").map(String.init)
                    guard first.count >= 2 else { return nil }
                    var headers: [String: String] = [:]
                    for line in lines.dropFirst() {
                        let parts = line.split(separator: ":", maxSplits: 1)
                        guard parts.count == 2 else { continue }
                        headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
                    }
                    let body = headers["transfer-encoding"] == "chunked" ? readChunks() : readBody(headers)
                    guard let body else { return nil }
                    return Request(method: first[0], target: first[1], headers: headers, body: body, connection: number)
                }
                guard fill() else { return nil }
            }
        }

        private func headEnd() -> Int? {
            guard buffer.count >= 4 else { return nil }
            return (0...(buffer.count - 4)).first {
                buffer[$0] == 13 && buffer[$0 + 1] == 10 && buffer[$0 + 2] == 13 && buffer[$0 + 3] == 10
            }
        }

        private func readBody(_ headers: [String: String]) -> [UInt8]? {
            let length = headers["content-length"].flatMap { Int($0) } ?? 0
            while buffer.count < length { guard fill() else { return nil } }
            defer { buffer.removeFirst(length) }
            return Array(buffer[..<length])
        }

        private func readChunks() -> [UInt8]? {
            var body: [UInt8] = []
            while true {
                while !buffer.contains(10) { guard fill() else { return nil } }
                let end = buffer.firstIndex(of: 10) ?? 0
                let size = String(decoding: buffer[..<end], as: UTF8.self).trimmingCharacters(
                    in: .whitespacesAndNewlines)
                buffer.removeFirst(end + 1)
                guard let count = Int(size, radix: 16) else { return nil }
                while buffer.count < count + 2 { guard fill() else { return nil } }
                body += buffer[..<count]
                buffer.removeFirst(count + 2)
                if count == 0 { return body }
            }
        }

        private func fill() -> Bool {
            let wait = buffer.count > pace.most ? .seconds(12) : pace.wait
            if wait > .zero { usleep(useconds_t(wait / .microseconds(1))) }
            var bytes = [UInt8](repeating: 0, count: 65_536)
            let count = read(socket, &bytes, bytes.count)
            guard count > 0 else { return false }
            buffer += bytes[..<count]
            return true
        }
    }
}
