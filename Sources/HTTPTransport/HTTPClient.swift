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
        let response = try await Transfer(request: request, configuration: configuration, loop: loop).run()
        guard request.takesPacked, let coding = response.headers["Content-Encoding"]?.lowercased(),
            !["gzip", "x-gzip", "identity", ""].contains(coding)
        else { return response }
        // libcurl refuses what it cannot undo. But many objects were stored with a word there that is no coding at all, such
        // as `utf-8` or `aws-chunked`: then the answer is taken as it is.
        response.body.cancel()
        var plain = request
        plain.takesPacked = false
        return try await send(plain)
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
