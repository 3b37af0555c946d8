import Foundation
import TestSupport
import Threading

/// `openssl s_server`, answering every request with a status page.
final class TLSServer: @unchecked Sendable {
    let port: Int
    private let process: Process

    /// Starts a server on a thread of its own.
    static func start(_ certificates: Certificates, arguments: [String] = []) async throws -> TLSServer {
        try await onThread("presage-test") { try TLSServer(certificates, arguments: arguments) }
    }

    private init(_ certificates: Certificates, arguments: [String]) throws {
        // The kernel gives a free port; another process could take it meanwhile, which is unlikely enough.
        let probe = try ScriptedServer(accepts: false)
        port = probe.port
        probe.stop()
        process = Process()
        process.executableURL = URL(fileURLWithPath: Command.path("openssl") ?? "")
        process.arguments =
            ["s_server", "-accept", "127.0.0.1:\(port)", "-www", "-quiet"]
            + ["-cert", certificates.path("server.pem"), "-key", certificates.path("server.key")] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        for _ in 0..<400 where !Self.listens(port) { usleep(10_000) }
    }

    func stop() {
        // Not SIGTERM, which a child of a dispatch thread inherits as blocked.
        kill(process.processIdentifier, SIGKILL)
    }

    private static func listens(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        address.sin_port = in_port_t(port).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
