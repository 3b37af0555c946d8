/// How a client connects.
public struct HTTPClientConfiguration: Sendable, Hashable {
    /// Certificates and names.
    public var tls: TLSConfiguration
    /// Through what.
    public var proxy: HTTPProxy
    /// How long things may take, unless a request says otherwise.
    public var timeouts: HTTPTimeouts
    /// How many bytes of an answer may wait for the reader before the transfer pauses.
    public var bodyBuffer: Int
    /// Asks for HTTP/2 over TLS, and many requests on one connection.
    public var http2: Bool
    /// Sent as `User-Agent` unless a request has its own.
    public var userAgent: String

    /// A configuration; the defaults fit most servers.
    public init(
        tls: TLSConfiguration = TLSConfiguration(),
        proxy: HTTPProxy = .environment,
        timeouts: HTTPTimeouts = HTTPTimeouts(),
        bodyBuffer: Int = 1 << 20,
        http2: Bool = true,
        userAgent: String = "presage"
    ) {
        self.tls = tls
        self.proxy = proxy
        self.timeouts = timeouts
        self.bodyBuffer = bodyBuffer
        self.http2 = http2
        self.userAgent = userAgent
    }
}

/// Through what a client connects.
public enum HTTPProxy: Sendable, Hashable {
    /// As `https_proxy`, `http_proxy`, `all_proxy` and `no_proxy` say, in either case as curl reads them.
    case environment
    /// Directly, whatever the environment says.
    case none
    /// Through a proxy (`http`, `https`, `socks5`), but for the hosts in `except`: a comma-separated list of names,
    /// domains and CIDR ranges.
    case url(String, except: String? = nil)
}

/// Certificates and names of TLS connections.
public struct TLSConfiguration: Sendable, Hashable {
    /// Where something in PEM lies.
    public enum Material: Sendable, Hashable {
        /// In a file, read at each new connection.
        case file(String)
        /// Here.
        case bytes([UInt8])
    }

    /// A client certificate with its key.
    public struct Identity: Sendable, Hashable {
        /// The certificate, followed by intermediate ones.
        public var certificate: Material
        /// The private key.
        public var key: Material

        /// An identity from its parts.
        public init(certificate: Material, key: Material) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// The lowest version of TLS.
    public enum Version: Sendable, Hashable {
        /// TLS 1.2.
        case tls12
        /// TLS 1.3.
        case tls13
    }

    /// Whom to trust; nil for the system's authorities.
    public var certificateAuthority: Material?
    /// The client's own certificate.
    public var identity: Identity?
    /// The name to send and to verify in place of the URL's host.
    public var serverName: String?
    /// The lowest version to accept.
    public var minimumVersion: Version
    /// Accepts any certificate.
    ///
    /// For experiments only: anybody on the way can read and change everything.
    public var insecureSkipVerify: Bool

    /// A configuration; by default the system's authorities and TLS 1.2 or later.
    public init(
        certificateAuthority: Material? = nil,
        identity: Identity? = nil,
        serverName: String? = nil,
        minimumVersion: Version = .tls12,
        insecureSkipVerify: Bool = false
    ) {
        self.certificateAuthority = certificateAuthority
        self.identity = identity
        self.serverName = serverName
        self.minimumVersion = minimumVersion
        self.insecureSkipVerify = insecureSkipVerify
    }
}

extension TLSConfiguration.Material: CustomStringConvertible, CustomDebugStringConvertible {
    /// The file's path, or the number of bytes: never what they are.
    public var description: String {
        switch self {
        case .file(let path): path
        case .bytes(let bytes): "\(bytes.count) bytes"
        }
    }
    /// The same as ``description``.
    public var debugDescription: String { description }
}
