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

extension PostgreSQLSSLMode {
    /// Why the mode cannot stand beside an authority to verify by; nil where it can.
    ///
    /// libpq verifies by it in every mode that encrypts, but in `allow` and `prefer` it goes on in plain text where that fails.
    func conflict(withAuthority ca: KeyReference?) -> String? {
        guard ca != nil, [.disable, .allow, .prefer].contains(self) else { return nil }
        return
            "\(rawValue) talks in plain text with a server that ca does not vouch for: say verify-full (verify-ca where its "
            + "certificate carries another name), or remove ca"
    }
}
