import Foundation
import Glibc
import Threading

/// A door in front of a server: shut, connections end as soon as they are made, as of a server that is being restarted.
public final class TCPGate: Sendable {
    /// Where it listens.
    public let port: Int
    private let listener: Int32
    private struct State {
        var target: Int
        var isOpen = true
        var requests: [String] = []
        var answered = 0
        var refusedMethod: String?
        var refused = 0
        var unheard: String?
        var muted: Set<Int32> = []
        var lost = 0
        var connections: Set<Int32> = []
        var isOver = false
    }
    private let state: Locked<State>

    /// The request lines that went through since the last call, and how many bytes came back.
    public func traffic() -> (requests: [String], bytes: Int) {
        state.withLock { state in
            defer { (state.requests, state.answered) = ([], 0) }
            return (state.requests, state.answered)
        }
    }

    /// Cuts off whoever sends a request with this method from now on; nil lets all through.
    public func refuse(_ method: String?) { state.withLock { $0.refusedMethod = method } }

    /// How many requests were cut off by their method.
    public var refused: Int { state.withLock { $0.refused } }

    /// Loses the next answer to a request whose line holds these words: the server has done what it was asked to, and who
    /// asked cannot know.
    public func loseAnswer(to words: String) { state.withLock { $0.unheard = words } }

    /// How many answers were lost.
    public var lost: Int { state.withLock { $0.lost } }

    /// Leads to another server from now on, as a name does when a server is replaced.
    public func lead(to target: Int) {
        set(open: false)
        state.withLock { ($0.target, $0.isOpen) = (target, true) }
    }

    /// Runs `body` with a gate in front of a local port.
    public static func with(target: Int, _ body: (TCPGate) async throws -> Void) async throws {
        let gate = try TCPGate(target: target)
        defer { gate.end() }
        try await body(gate)
    }

    private init(target: Int) throws {
        state = Locked(State(target: target))
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = Self.address(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        listener = socket
        port = Int(UInt16(bigEndian: address.sin_port))
        guard isBound, listen(socket, 64) == 0 else {
            close(socket)
            throw TestServer.Failure(description: "no port for a gate")
        }
        Thread.detachNewThread { [self] in accept() }
    }

    /// Opens or shuts the gate; what is connected when it shuts is cut off.
    public func set(open: Bool) {
        state.withLock { state in
            state.isOpen = open
            if !open { for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) } }
        }
    }

    private func end() {
        set(open: false)
        state.withLock { $0.isOver = true }
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0, !state.withLock({ $0.isOver }) else { return }
            let target = state.withLock { $0.isOpen ? $0.target : nil }
            guard let target, let server = connected(to: target) else {
                close(client)
                continue
            }
            state.withLock { $0.connections.formUnion([client, server]) }
            let ends = Locked(2)
            for (from, to) in [(client, server), (server, client)] {
                Thread.detachNewThread { [self] in
                    copy(from, to, isRequest: from == client)
                    shutdown(from, Int32(SHUT_RDWR))
                    shutdown(to, Int32(SHUT_RDWR))
                    let left = ends.withLock { left in
                        left -= 1
                        return left
                    }
                    guard left == 0 else { return }
                    state.withLock { state in
                        state.connections.subtract([client, server])
                        state.muted.remove(server)
                    }
                    close(client)
                    close(server)
                }
            }
        }
    }

    /// A client sends a request at once, so its line begins what is received.
    private func note(_ bytes: ArraySlice<UInt8>, isRequest: Bool) {
        let line = isRequest ? String(decoding: bytes.prefix { $0 != 13 }, as: UTF8.self) : ""
        state.withLock { state in
            if !isRequest { state.answered += bytes.count }
            if line.hasSuffix(" HTTP/1.1") { state.requests.append(line) }
        }
    }

    private func isRefused(_ bytes: ArraySlice<UInt8>) -> Bool {
        state.withLock { state in
            guard let method = state.refusedMethod, bytes.starts(with: Array("\(method) ".utf8)) else { return false }
            state.refused += 1
            return true
        }
    }

    /// Whether the server's answer is to be lost: `bytes` come from it, or are a request to it.
    private func isLost(_ bytes: ArraySlice<UInt8>, server: Int32, isRequest: Bool) -> Bool {
        state.withLock { state in
            guard isRequest else {
                guard state.muted.contains(server) else { return false }
                state.lost += 1
                return true
            }
            let line = String(decoding: bytes.prefix { $0 != 13 }, as: UTF8.self)
            if let unheard = state.unheard, line.hasSuffix(" HTTP/1.1"), line.contains(unheard) {
                state.unheard = nil
                state.muted.insert(server)
            }
            return false
        }
    }

    private func copy(_ from: Int32, _ to: Int32, isRequest: Bool) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(from, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            note(buffer[..<count], isRequest: isRequest)
            if isRequest, isRefused(buffer[..<count]) { return }
            if isLost(buffer[..<count], server: isRequest ? to : from, isRequest: isRequest) { return }
            var sent = 0
            while sent < count {
                let done = buffer.withUnsafeBytes { bytes -> Int in
                    guard let start = bytes.baseAddress else { return -1 }
                    return send(to, start + sent, count - sent, Int32(MSG_NOSIGNAL))
                }
                guard done > 0 else { return }
                sent += done
            }
        }
    }

    private func connected(to target: Int) -> Int32? {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.address(target)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(server)
            return nil
        }
        return server
    }

    private static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }
}
