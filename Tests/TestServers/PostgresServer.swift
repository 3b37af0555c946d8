import Foundation

/// A PostgreSQL of its own in a folder of its own, on a free port of 127.0.0.1; gone after `with`.
///
/// The role `presage` (password `s3cret-pass`) owns the database `metrics`; passwords are checked.
public struct PostgresServer: Sendable {
    /// The port.
    public let port: Int
    /// The owner of the database.
    public let user = Self.user
    /// Its password.
    public let password = Self.password
    /// The database.
    public let database = "metrics"
    /// Its certificate, PEM, which no authority has signed; nil where it does not speak TLS.
    public let certificate: String?

    private static let user = "presage"
    private static let password = "s3cret-pass"

    /// Where Debian keeps the newest server's programs; nil where there is none.
    private static var programs: URL? {
        let root = URL(fileURLWithPath: "/usr/lib/postgresql")
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? [])
            .sorted { (Int($0) ?? 0) < (Int($1) ?? 0) }
        return versions.last.map { root.appending(path: "\($0)/bin") }
    }

    /// Whether a server can be started here.
    public static var isInstalled: Bool { programs != nil }

    /// Starts a server, runs `body` and stops it.
    ///
    /// - Parameter speaksTLS: whether it has a certificate.
    public static func with(
        speaksTLS: Bool = false, _ body: (PostgresServer) async throws -> Void
    ) async throws {
        guard let programs else { throw TestServer.Failure(description: "PostgreSQL is not installed") }
        let folder = try TestServer.scratch("postgres")
        let data = folder.appending(path: "data").path
        let secret = folder.appending(path: "password")
        try Data(password.utf8).write(to: secret)
        var certificate: String?
        var settings: [String] = []
        if speaksTLS {
            let (key, file) = (folder.appending(path: "key.pem").path, folder.appending(path: "cert.pem").path)
            try TestServer.certificate(key: key, certificate: file)
            certificate = try String(contentsOfFile: file, encoding: .utf8)
            settings = ["-c", "ssl=on", "-c", "ssl_key_file=\(key)", "-c", "ssl_cert_file=\(file)"]
        }
        try asServer(
            folder, programs.appending(path: "initdb"),
            [
                "-D", data, "-U", user, "--pwfile", secret.path, "-A", "scram-sha-256", "-E", "UTF8", "--no-locale",
                "--no-sync",
            ])
        let (program, dropped) = dropping(programs.appending(path: "postgres"))
        try await TestServer.running(
            // The port answers earlier than the database does. Killed, it would leave shared memory behind.
            program, in: folder, ready: .words("database system is ready to accept connections"), endedBy: SIGINT,
            arguments: { port, _ in
                dropped + [
                    "-D", data, "-p", "\(port)", "-h", "127.0.0.1", "-k", "", "-c", "fsync=off", "-c",
                    "timezone=America/New_York",
                ] + settings
            }
        ) { port, _ in
            let server = PostgresServer(port: port, certificate: certificate)
            try server.sql("CREATE DATABASE metrics", database: "postgres")
            try await body(server)
        }
    }

    /// Runs SQL with `psql`, which knows nothing of what is tested; returns its rows, fields separated by `|`.
    @discardableResult
    public func sql(_ text: String, database: String? = nil) throws -> String {
        guard let psql = TestServer.program("psql") else { throw TestServer.Failure(description: "no psql") }
        let output = try TestServer.run(
            psql,
            [
                "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", "\(port)", "-U", user, "-d",
                database ?? self.database, "-c", text,
            ], environment: ["PGPASSWORD": password])
        return output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The server refuses to run as root; Debian's package brings a user for it.
    ///
    /// - Returns: the program to start, and what stands before the arguments.
    static func dropping(_ program: URL) -> (URL, [String]) {
        guard getuid() == 0 else { return (program, []) }
        return (
            URL(fileURLWithPath: "/usr/bin/setpriv"),
            ["--reuid=postgres", "--regid=postgres", "--clear-groups", program.path]
        )
    }

    private static func asServer(_ folder: URL, _ program: URL, _ arguments: [String]) throws {
        if getuid() == 0 {
            try TestServer.run(URL(fileURLWithPath: "/bin/chown"), ["-R", "postgres", folder.path])
        }
        let (program, dropped) = dropping(program)
        try TestServer.run(program, dropped + arguments)
    }
}
