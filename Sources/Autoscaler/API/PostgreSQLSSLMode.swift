/// How far the connection to a PostgreSQL server is protected, by libpq's own names.
public enum PostgreSQLSSLMode: String, Sendable, Codable, CaseIterable {
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
