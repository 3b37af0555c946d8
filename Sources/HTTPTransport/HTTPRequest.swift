/// A request.
public struct HTTPRequest: Sendable {
    /// The method, such as `GET`.
    public var method: String
    /// The absolute URL, `http` or `https`.
    public var url: String
    /// The header fields.
    public var headers: HTTPHeaders
    /// What is sent.
    public var body: HTTPRequestBody
    /// How long things may take; nil for the client's own.
    public var timeouts: HTTPTimeouts?
    /// Signs the request for AWS; nil to leave it.
    public var signature: AWSSignature?
    /// How many redirects to follow; none by default, for a redirect may carry credentials to another host.
    public var maximumRedirects: Int
    /// Whether the server must not get it twice; false by default.
    ///
    /// A connection that was kept and ends without a word is taken for one that the server had closed in idleness, and the
    /// request is sent again. But the server may have done what it was asked and died. What is to be sent once gets a
    /// connection of its own, whose end is an error.
    public var isSentOnce: Bool
    /// Whether the answer has no end, as that of a watch or of a log that is followed; false by default.
    ///
    /// Streams that take a connection each leave a part of the connections to requests, which come to an end, and wait for
    /// one another.
    public var isStream: Bool
    /// Whether the answer may come packed with gzip, which is undone (`Content-Encoding`); false by default. It may be sent
    /// twice then.
    public var takesPacked: Bool

    /// A request from its parts.
    public init(
        method: String = "GET",
        url: String,
        headers: HTTPHeaders = [:],
        body: HTTPRequestBody = .none,
        timeouts: HTTPTimeouts? = nil,
        signature: AWSSignature? = nil,
        maximumRedirects: Int = 0,
        isSentOnce: Bool = false,
        isStream: Bool = false,
        takesPacked: Bool = false
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeouts = timeouts
        self.signature = signature
        self.maximumRedirects = maximumRedirects
        self.isSentOnce = isSentOnce
        self.isStream = isStream
        self.takesPacked = takesPacked
    }
}

/// What a request sends.
public enum HTTPRequestBody: Sendable {
    /// Nothing.
    case none
    /// Bytes.
    case bytes([UInt8])
    /// Chunks that come as the network takes them; `length` in bytes where it is known.
    case stream(length: Int?, AsyncThrowingStream<[UInt8], any Error>)
}

/// How long parts of a transfer may take; nil for no limit.
public struct HTTPTimeouts: Sendable, Hashable {
    /// Name look-up, connection and TLS handshake together.
    public var connect: Duration?
    /// The whole transfer, and the wait for a connection before it.
    public var total: Duration?
    /// The longest silence, in either direction, and without a total the longest wait for a connection.
    public var idle: Duration?

    /// Limits; by default 10 s to connect and no others.
    public init(connect: Duration? = .seconds(10), total: Duration? = nil, idle: Duration? = nil) {
        self.connect = connect
        self.total = total
        self.idle = idle
    }
}

/// Credentials and scope of an AWS Signature Version 4, which libcurl computes.
public struct AWSSignature: Sendable, Hashable {
    /// The access key's identifier.
    public var accessKeyID: String
    /// The secret key.
    public var secretAccessKey: String
    /// The token of temporary credentials.
    public var sessionToken: String?
    /// The region, such as `eu-central-1`.
    public var region: String
    /// The service, such as `s3`.
    public var service: String

    /// A signature from its parts.
    public init(
        accessKeyID: String,
        secretAccessKey: String,
        sessionToken: String? = nil,
        region: String,
        service: String = "s3"
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.region = region
        self.service = service
    }
}

extension AWSSignature: CustomStringConvertible, CustomDebugStringConvertible {
    /// The scope, without the secrets.
    public var description: String { "AWSSignature(\(region), \(service), redacted)" }
    /// The scope, without the secrets.
    public var debugDescription: String { description }
}
