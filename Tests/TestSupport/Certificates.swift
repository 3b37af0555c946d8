public import Foundation
import Threading

/// A certificate authority with a server's and a client's certificate, in a directory of their own.
public final class Certificates: Sendable {
    /// Whether certificates can be made here.
    public static let available = Command.path("openssl") != nil

    /// Where `ca`, `server` and `client` lie, each as `.pem` and `.key`.
    public let directory: URL

    /// Makes certificates on a thread of its own, for the programs are waited for.
    ///
    /// - Parameter days: How long the server's certificate is valid from now.
    public static func make(days: Int = 2) async throws -> Certificates {
        try await onThread("presage-test") { try Certificates(days: days) }
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

    /// The path of one of the files.
    public func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    private func openssl(_ arguments: [String]) throws {
        try Command.run("openssl", arguments, in: directory)
    }
}
