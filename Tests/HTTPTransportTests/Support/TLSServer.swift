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
        process = Process()
        process.executableURL = URL(fileURLWithPath: Command.path("openssl") ?? "")
        process.arguments =
            ["s_server", "-accept", "127.0.0.1:0", "-www"]
            + ["-cert", certificates.path("server.pem"), "-key", certificates.path("server.key")] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        port = try Self.port(output.fileHandleForReading)
        // What it says of each connection is of no interest, and must not fill the pipe.
        output.fileHandleForReading.readabilityHandler = { handle in
            if handle.availableData.isEmpty { handle.readabilityHandler = nil }
        }
    }

    func stop() {
        // Not SIGTERM, which a child of a dispatch thread inherits as blocked.
        kill(process.processIdentifier, SIGKILL)
    }

    /// The port that the kernel has chosen, from the line that is printed once connections are accepted:
    /// `ACCEPT 127.0.0.1:34567`.
    private static func port(_ output: FileHandle) throws -> Int {
        var line: [UInt8] = []
        while let byte = try output.read(upToCount: 1)?.first {
            if byte != 0x0A {
                line.append(byte)
                continue
            }
            let text = String(decoding: line, as: UTF8.self)
            if text.hasPrefix("ACCEPT "), let port = text.split(separator: ":").last.flatMap({ Int($0) }) {
                return port
            }
            line = []
        }
        throw POSIXError(.EIO)
    }
}
