import Foundation

/// A PostgreSQL of its own in a folder of its own, on a free port of 127.0.0.1; gone after `with`.
///
/// The role `presage` (password `s3cret-pass`) owns the database `metrics`; passwords are checked.
public struct PostgresServer: Sendable {
    /// The port.
    public let port: Int
    /// The owner of the database.
    public let user = "presage"
    /// Its password.
    public let password = "s3cret-pass"
    /// The database.
    public let database = "metrics"

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
    public static func with(_ body: (PostgresServer) async throws -> Void) async throws {
        guard let programs else { throw TestServer.Failure(description: "PostgreSQL is not installed") }
        let folder = try TestServer.scratch("postgres")
        defer { try? FileManager.default.removeItem(at: folder) }
        let secret = folder.appending(path: "password")
        let server = PostgresServer(port: try TestServer.freePort())
        try Data(server.password.utf8).write(to: secret)
        try asServer(
            folder, programs.appending(path: "initdb"),
            [
                "-D", folder.appending(path: "data").path, "-U", server.user, "--pwfile", secret.path, "-A",
                "scram-sha-256", "-E", "UTF8", "--no-locale", "--no-sync",
            ])
        let process = Process()
        let log = folder.appending(path: "log")
        try Data().write(to: log)
        let (program, arguments) = dropping(
            programs.appending(path: "postgres"),
            [
                "-D", folder.appending(path: "data").path, "-p", "\(server.port)", "-h", "127.0.0.1", "-k", "", "-c",
                "fsync=off", "-c", "timezone=America/New_York",
            ])
        process.executableURL = program
        process.arguments = arguments
        process.standardError = try FileHandle(forWritingTo: log)
        process.standardOutput = process.standardError
        process.standardInput = FileHandle.nullDevice
        try process.run()
        defer {
            process.interrupt()
            process.waitUntilExit()
        }
        try await TestServer.wait(for: server.port, of: process, log: log)
        try server.sql("CREATE DATABASE metrics", database: "postgres")
        try await body(server)
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
    private static func dropping(_ program: URL, _ arguments: [String]) -> (URL, [String]) {
        guard getuid() == 0 else { return (program, arguments) }
        return (
            URL(fileURLWithPath: "/usr/bin/setpriv"),
            ["--reuid=postgres", "--regid=postgres", "--clear-groups", program.path] + arguments
        )
    }

    private static func asServer(_ folder: URL, _ program: URL, _ arguments: [String]) throws {
        if getuid() == 0 {
            try TestServer.run(URL(fileURLWithPath: "/bin/chown"), ["-R", "postgres", folder.path])
        }
        let (program, arguments) = dropping(program, arguments)
        try TestServer.run(program, arguments)
    }
}
