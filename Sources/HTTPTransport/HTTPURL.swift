/// The parts of a URL that the transport needs.
enum HTTPURL {
    /// Scheme, host and port, without user information, path and query: safe in a message.
    static func redactedOrigin(_ url: String) -> String {
        guard let parts = parts(url) else { return "the URL" }
        return "\(parts.scheme)://\(parts.authority)"
    }

    /// The scheme, the authority without user information, and all that follows it.
    static func parts(_ url: String) -> (scheme: String, authority: String, rest: String)? {
        guard let colon = url.firstIndex(of: ":"), url[colon...].hasPrefix("://") else { return nil }
        let after = url[url.index(colon, offsetBy: 3)...]
        let end = after.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? after.endIndex
        var authority = after[..<end]
        if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
        guard !authority.isEmpty else { return nil }
        return (url[..<colon].lowercased(), String(authority), String(after[end...]))
    }

    /// The host, in brackets for IPv6, and the port of an authority.
    static func hostAndPort(_ authority: String, scheme: String) -> (host: String, port: String) {
        let standard = scheme == "https" ? "443" : "80"
        let bracket = authority.lastIndex(of: "]")
        guard let colon = authority.lastIndex(of: ":"), bracket.map({ $0 < colon }) ?? true else {
            return (authority, standard)
        }
        return (String(authority[..<colon]), String(authority[authority.index(after: colon)...]))
    }
}
