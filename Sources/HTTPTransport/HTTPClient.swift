/// Sends requests.
///
/// Every client works on the one thread of the process' transfer loop; connections are shared between clients whose
/// TLS and proxy settings are the same.
public struct HTTPClient: Sendable {
    /// How the client connects.
    public let configuration: HTTPClientConfiguration
    private let loop: TransferLoop

    /// A client.
    public init(configuration: HTTPClientConfiguration = HTTPClientConfiguration()) {
        self.configuration = configuration
        self.loop = .shared
    }

    /// Sends a request and returns when the head of the answer is there, whatever its status.
    ///
    /// - Throws: ``HTTPTransportError``, or `CancellationError`.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let transfer = Transfer(request: request, configuration: configuration, loop: loop)
        return try await transfer.run()
    }

    /// Sends a request and takes the whole answer.
    ///
    /// - Parameter limit: the most bytes of body to take.
    /// - Throws: ``HTTPTransportError``, or `CancellationError`.
    public func fetch(
        _ request: HTTPRequest,
        upTo limit: Int = .max
    ) async throws -> (status: Int, headers: HTTPHeaders, body: [UInt8]) {
        let response = try await send(request)
        let body = try await response.body.collect(upTo: limit)
        return (response.status, response.headers, body)
    }
}
