import Foundation

/// A PgBouncer in front of a PostgreSQL, which hands its one connection on after every transaction; gone after `with`.
///
/// It knows the databases `metrics`, `missing` (which the server behind it does not have) and `away` (whose server is not
/// there), and beside the server's own role one called `stranger` (password `str4nger-pass`) that the server does not know.
public struct PgBouncerServer: Sendable {
    /// The port.
    public let port: Int

    /// Debian keeps it where only root's `PATH` leads.
    private static let program = URL(fileURLWithPath: "/usr/sbin/pgbouncer")

    /// Whether it can be started here.
    public static var isInstalled: Bool {
        PostgresServer.isInstalled && FileManager.default.isExecutableFile(atPath: program.path)
    }

    /// Starts one in front of `server`, runs `body` and stops it.
    public static func with(
        _ server: PostgresServer, _ body: (PgBouncerServer) async throws -> Void
    ) async throws {
        let (program, dropped) = PostgresServer.dropping(program)
        try await TestServer.running(program) { port, folder in
            let users = folder.appending(path: "users.txt")
            try "\"\(server.user)\" \"\(server.password)\"\n\"stranger\" \"str4nger-pass\"\n"
                .write(to: users, atomically: true, encoding: .utf8)
            let settings = folder.appending(path: "pgbouncer.ini")
            try """
            [databases]
            metrics = host=127.0.0.1 port=\(server.port)
            missing = host=127.0.0.1 port=\(server.port)
            away = host=127.0.0.1 port=1
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = \(port)
            unix_socket_dir =
            auth_type = plain
            auth_file = \(users.path)
            pool_mode = transaction
            default_pool_size = 1
            query_wait_timeout = 1
            """.write(to: settings, atomically: true, encoding: .utf8)
            return dropped + [settings.path]
        } _: { port, _ in
            try await body(PgBouncerServer(port: port))
        }
    }
}
