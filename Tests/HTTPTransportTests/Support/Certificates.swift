import Foundation

/// A certificate authority with a server's and a client's certificate, in a directory of their own.
final class Certificates: Sendable {
    static let available = Command.path("openssl") != nil

    let directory: URL

    /// Makes certificates on a thread of its own, for the programs are waited for.
    ///
    /// - Parameter days: How long the server's certificate is valid from now.
    static func make(days: Int = 2) async throws -> Certificates {
        try await onThread { try Certificates(days: days) }
    }

    private init(days: Int) throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("presage-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        try openssl(
            ["req", "-x509"] + key + [
                "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Presage test CA",
            ]
        )
        for (name, subject) in [("server", "/CN=localhost"), ("client", "/O=presage/CN=tester")] {
            try openssl(["req", "-new"] + key + ["-keyout", "\(name).key", "-out", "\(name).csr", "-subj", subject])
            let extensions = name == "server" ? "subjectAltName=DNS:localhost" : "extendedKeyUsage=clientAuth"
            try Data(extensions.utf8).write(to: directory.appendingPathComponent("\(name).ext"))
            try openssl([
                "x509", "-req", "-in", "\(name).csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                "-days", String(name == "server" ? days : 2), "-extfile", "\(name).ext", "-out", "\(name).pem",
            ])
        }
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    private func openssl(_ arguments: [String]) throws {
        try Command.run("openssl", arguments, in: directory)
    }
}

/// `openssl s_server`, answering every request with a status page.
final class TLSServer: @unchecked Sendable {
    let port: Int
    private let process: Process

    /// Starts a server on a thread of its own.
    static func start(_ certificates: Certificates, arguments: [String] = []) async throws -> TLSServer {
        try await onThread { try TLSServer(certificates, arguments: arguments) }
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

/// Programs that tests need.
enum Command {
    struct Failed: Error {
        var command: String
    }

    static func path(_ name: String) -> String? {
        let directories = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return directories.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    static func run(_ name: String, _ arguments: [String], in directory: URL) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path(name) ?? "/nonexistent/\(name)")
        process.arguments = arguments
        process.currentDirectoryURL = directory
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(command: "\(name) \(arguments)") }
    }
}

/// Runs what blocks away from the threads that tests share.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}
