extension PostgreSQLError {
    /// What a failure's SQLSTATE means (PostgreSQL documentation, appendix A).
    ///
    /// - Parameter text: the server's own words.
    static func server(state: String?, text: String, place: String) -> PostgreSQLError {
        let (code, advice) = meaning(of: state ?? "", text)
        return PostgreSQLError(code, advice.map { "\(text); \($0)" } ?? text, sqlState: state)
    }

    private static func meaning(of state: String, _ text: String) -> (Code, String?) {
        switch state {
        case "28P01", "28000":
            return (.loginRefused, "check the user name and password in the Secret, and the server's pg_hba.conf")
        case "3D000": return (.unknownDatabase, "check the database's name")
        case "42501":
            return (.permissionDenied, "grant the role that right, or use another role")
        case "42P01": return (.unknownTable, "check the table's name and schema")
        case "42703": return (.unknownColumn, "check the column's name; mind that unquoted names are lower case")
        case "25006": return (.readOnly, "histories are read in a read-only transaction: a query must not write")
        case "57014": return (.timedOut, "make the query faster, or raise the statement time-out")
        case "53300": return (.serverBusy, "the server takes no more connections; try again later")
        case "08P01": return bouncer(text)
        default: break
        }
        switch state.prefix(2) {
        case "42": return (.invalidStatement, nil)
        case "22", "23": return (.invalidValue, nil)
        case "53", "57", "55", "40": return (.serverBusy, "try again later")
        case "08": return (.connectionLost, "try again later")
        default: return (.other, nil)
        }
    }

    /// The one state in which PgBouncer (1.18 is in Debian 12) puts whatever it refuses, so that its words have to tell; they
    /// are in English, or those of the server that it could not log in to.
    private static func bouncer(_ text: String) -> (Code, String?) {
        if text.contains("no such database") || text.contains(#/database ".*" does not exist/#) {
            return meaning(of: "3D000", text)
        }
        if text.contains("authentication failed") || text.contains("no such user")
            || text.contains(#/role ".*" does not exist/#)
        {
            return (
                .loginRefused, "check the user name and password in the Secret, and that PgBouncer knows them too"
            )
        }
        return (.connectionLost, "try again later")
    }

    /// What a failed connection means; libpq tells a SQLSTATE only where the server got to answer.
    static func connecting(_ words: String, place: String) -> PostgreSQLError {
        let text = oneLine(words)
        // A state has a digit, which the word before it (FATAL) has not; where several addresses or ways were tried, the first answer counts.
        if let match = text.firstMatch(
            of: #/: ((?=[A-Z]*[0-9])[0-9A-Z]{5}): (.*?)(?: LOCATION: .*| connection to server .*)?$/#)
        {
            return server(state: String(match.1), text: "\(place): \(match.2)", place: place)
        }
        let lower = text.lowercased()
        if lower.contains("ssl") || lower.contains("certificate") || lower.contains("tls") {
            return PostgreSQLError(
                .tls,
                "\(place): no protected connection (\(text)); check sslMode, and the CA certificate that it verifies with"
            )
        }
        if lower.contains("no password supplied") {
            return PostgreSQLError(
                .loginRefused, "\(place): the server asks for a password; give a Secret with username and password"
            )
        }
        let advice =
            lower.contains("could not translate host name")
            ? "the name does not resolve; check the host and the DNS"
            : "check that the server runs, that host and port are right, and that the network leads there"
        return PostgreSQLError(.unreachable, "\(place): cannot connect (\(text)); \(advice)")
    }

    /// libpq's messages end in line breaks, and have several lines, some indented, where several addresses were tried.
    static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
