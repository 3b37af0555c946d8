public import HTTPTransport

/// Where a cluster is and how to prove who asks.
public struct ClusterConfiguration: Sendable {
    /// The API server's URL, without a slash at its end.
    public var server: String
    /// The namespace of requests that name none.
    public var namespace: String
    /// Whom to trust, and the client's certificate.
    public var tls: TLSConfiguration
    /// Through what to connect.
    public var proxy: HTTPProxy
    /// How to prove who asks.
    public var credentials: Credentials
    /// Where the configuration came from, for messages.
    public var source: String

    /// How to prove who asks, beside a client certificate.
    public enum Credentials: Sendable, Hashable {
        /// Not at all, or by the client certificate alone.
        case none
        /// A bearer token.
        case token(String)
        /// A file that holds a bearer token and is read again as it changes.
        case tokenFile(String)
        /// HTTP basic authentication.
        case basic(user: String, password: String)
        /// A program that prints credentials.
        case exec(ExecPlugin)
    }

    /// A configuration from its parts.
    public init(
        server: String,
        namespace: String = "default",
        tls: TLSConfiguration = TLSConfiguration(),
        proxy: HTTPProxy = .environment,
        credentials: Credentials = .none,
        source: String = "the program"
    ) {
        var server = server
        while server.hasSuffix("/") { server.removeLast() }
        self.server = server
        self.namespace = namespace
        self.tls = tls
        self.proxy = proxy
        self.credentials = credentials
        self.source = source
    }
}

extension ClusterConfiguration.Credentials: CustomStringConvertible, CustomDebugStringConvertible {
    /// The kind, never the secret.
    public var description: String {
        switch self {
        case .none: "none"
        case .token: "token (redacted)"
        case .tokenFile(let path): "token file \(path)"
        case .basic: "basic (redacted)"
        case .exec(let plugin): "exec \(plugin.command)"
        }
    }
    /// The same as ``description``.
    public var debugDescription: String { description }
}
