/// Why a transfer did not complete.
///
/// The message names the host and what to do. It holds no secret: no header, no user information, no query.
public struct HTTPTransportError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: String, Sendable, Hashable {
        /// The URL, a header or an option cannot be used.
        case invalidRequest
        /// The host's name does not resolve.
        case nameResolution
        /// The proxy's name does not resolve, or it refuses.
        case proxy
        /// Nothing listens there, or the network does not lead there.
        case connectionFailed
        /// The server's certificate does not verify.
        case tlsVerification
        /// The TLS handshake failed for another reason.
        case tls
        /// A client certificate, key or CA cannot be read.
        case tlsMaterial
        /// The connection was not made in time.
        case connectTimeout
        /// The transfer took longer than allowed.
        case timeout
        /// Nothing came for longer than allowed.
        case idleTimeout
        /// The connection broke while the answer was read.
        case connectionLost
        /// The answer was not HTTP.
        case protocolViolation
        /// The body is larger than the caller allows.
        case bodyTooLarge
        /// The request's body could not be read.
        case upload
        /// The caller cancelled.
        case cancelled
        /// The client was shut down.
        case shutDown
        /// Another failure of the transport.
        case other
    }

    /// The kind of failure.
    public var code: Code
    /// What happened, to which host, and what to do.
    public var message: String

    /// An error from its parts.
    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }

    /// Whether the failure is of the network and may pass by itself.
    public var isTransient: Bool {
        switch code {
        case .nameResolution, .connectionFailed, .connectTimeout, .timeout, .idleTimeout, .connectionLost, .proxy: true
        default: false
        }
    }
}
