import Foundation

/// How to reach a PostgreSQL server, in libpq's terms.
public struct PostgreSQLSettings: Sendable, Hashable {
    /// How far a connection is protected, by libpq's own names.
    public enum SSLMode: String, Sendable, Codable, CaseIterable {
        /// Never encrypted.
        case disable
        /// Encrypted where the server insists.
        case allow
        /// Encrypted where the server can.
        case prefer
        /// Always encrypted, whoever the server is.
        case require
        /// Encrypted, and the server's certificate has to verify.
        case verifyCA = "verify-ca"
        /// Encrypted, and the certificate has to carry the server's name too.
        case verifyFull = "verify-full"
    }

    /// The server's name or address; one that starts with `/` is the folder of a Unix socket.
    public var host: String
    /// The port.
    public var port: Int
    /// The database.
    public var database: String
    /// The role to log in as.
    public var user: String?
    /// Its password; it appears in no description and no error.
    public var password: String?
    /// How far the connection is protected.
    public var sslMode: SSLMode
    /// The file of the authority that signed the server's certificate, PEM; the system's authorities where nil.
    public var rootCertificate: String?
    /// Name look-up, connection and handshake together.
    public var connectTimeout: Duration
    /// How long the server may work on one statement before it gives up.
    ///
    /// There is always a limit: without one a server that stands still would be waited for without end.
    public var statementTimeout: Duration
    /// How much longer than ``statementTimeout`` the server may be silent before it is taken to hang.
    var grace = Duration.seconds(30)

    /// Makes settings.
    public init(
        host: String, port: Int = 5432, database: String, user: String? = nil, password: String? = nil,
        sslMode: SSLMode = .prefer, rootCertificate: String? = nil, connectTimeout: Duration = .seconds(10),
        statementTimeout: Duration = .seconds(300)
    ) {
        self.host = host
        self.port = port
        self.database = database
        self.user = user
        self.password = password
        self.sslMode = sslMode
        self.rootCertificate = rootCertificate
        self.connectTimeout = connectTimeout
        self.statementTimeout = statementTimeout
    }

    /// The server and database as a person would name them: `db.example.com:5432/metrics`.
    public var place: String { host.hasPrefix("/") ? "\(host)/\(database)" : "\(host):\(port)/\(database)" }

    /// Keywords and values for libpq.
    ///
    /// No `~/.pgpass` of wherever this runs has a say, nor, after ``forgetEnvironment()``, a `PGHOSTADDR`.
    var keywords: [(String, String)] {
        var pairs = [
            ("host", host), ("port", String(port)), ("dbname", database), ("sslmode", sslMode.rawValue),
            ("application_name", "presage"), ("client_encoding", "UTF8"), ("passfile", "/dev/null"),
            // A server that vanished is noticed by these and not by waiting for the next row for ever.
            ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "60000"),
        ]
        if let user { pairs.append(("user", user)) }
        if let password { pairs.append(("password", password)) }
        if let rootCertificate {
            pairs.append(("sslrootcert", rootCertificate))
        } else if sslMode == .verifyCA || sslMode == .verifyFull {
            pairs.append(("sslrootcert", Self.systemAuthorities))
        }
        return pairs
    }

    /// Takes libpq's variables (`PGHOSTADDR`, `PGOPTIONS`, `PGSERVICE`, …) out of this process's environment.
    ///
    /// libpq takes from them whatever it is not told, and most of it cannot be told to be nothing: they would lead a
    /// login to another server than the settings name. To be called before there are other threads.
    public static func forgetEnvironment() {
        for name in ProcessInfo.processInfo.environment.keys where name.hasPrefix("PG") { unsetenv(name) }
    }

    /// Where Debian and its descendants keep the authorities.
    static let systemAuthorities = "/etc/ssl/certs/ca-certificates.crt"
}

extension PostgreSQLSettings: CustomStringConvertible, CustomDebugStringConvertible {
    /// The place and the role, without the password.
    public var description: String { "PostgreSQLSettings(\(user.map { "\($0)@" } ?? "")\(place))" }
    /// The same as ``description``.
    public var debugDescription: String { description }
}
