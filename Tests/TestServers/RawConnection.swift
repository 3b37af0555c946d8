import Foundation
import Glibc

/// A TCP connection to a local server, for what no HTTP client does: half a request, an answer that is not taken.
public final class RawConnection: Sendable {
    private let socket: Int32

    /// Connects.
    ///
    /// - Parameter buffer: how many bytes the system keeps that were not taken; what it likes where that is left out.
    public init(port: Int, buffer: Int32? = nil) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var buffer {
            setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &buffer, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else {
            Glibc.close(socket)
            throw TestServer.Failure(description: "nothing listens on port \(port): \(errno)")
        }
    }

    deinit { Glibc.close(socket) }

    /// Sends text as it is.
    public func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Says that nothing more will be sent, and goes on reading.
    public func finish() { Glibc.shutdown(socket, Int32(SHUT_WR)) }

    /// Takes what comes until the server ends the connection, so many bytes have come or so much time has passed.
    ///
    /// - Returns: what came, and whether the server has ended the connection.
    public func read(most: Int = .max, within time: Duration = .seconds(10)) async throws -> (
        bytes: [UInt8], hasEnded: Bool
    ) {
        let end = ContinuousClock.now + time
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < most {
            let count = recv(socket, &piece, min(piece.count, most - bytes.count), Int32(MSG_DONTWAIT))
            if count > 0 {
                bytes += piece[..<count]
            } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
                return (bytes, true)
            } else {
                guard ContinuousClock.now < end else { break }
                try await Task.sleep(for: .milliseconds(2))
            }
        }
        return (bytes, false)
    }

    /// What comes as an answer, until its head has come and the server says no more for a moment, or ends the connection.
    public func answer() async throws -> String {
        var text = ""
        for _ in 0..<200 {
            let (bytes, hasEnded) = try await read(within: .milliseconds(50))
            text += String(decoding: bytes, as: UTF8.self)
            if hasEnded || (bytes.isEmpty && !text.isEmpty) { break }
        }
        return text
    }
}
