/// The beginning of an answer, and its body as it comes.
public struct HTTPResponse: Sendable {
    /// The status code.
    public let status: Int
    /// The header fields.
    public let headers: HTTPHeaders
    /// The body.
    public let body: HTTPResponseBody
}

/// The body of an answer: chunks in order, for one reader.
///
/// When the reader is slow the transfer pauses. When the body is let go before its end, or ``cancel()`` is called, or
/// the reading task is cancelled, the stream is closed.
public final class HTTPResponseBody: AsyncSequence, Sendable {
    /// A chunk.
    public typealias Element = [UInt8]

    private let transfer: Transfer

    init(transfer: Transfer) { self.transfer = transfer }

    deinit { transfer.cancel() }

    /// Closes the stream; a reader gets a `CancellationError`.
    public func cancel() { transfer.cancel() }

    /// An iterator; all iterators of a body take from the same stream.
    public func makeAsyncIterator() -> Iterator { Iterator(body: self) }

    /// The whole body.
    ///
    /// - Parameter limit: the most bytes to take; beyond, the transfer ends with `bodyTooLarge`.
    public func collect(upTo limit: Int = .max) async throws -> [UInt8] {
        var result: [UInt8] = []
        for try await chunk in self {
            if result.isEmpty, chunk.count <= limit {
                result = chunk
                continue
            }
            guard chunk.count <= limit - result.count else {
                cancel()
                throw HTTPTransportError(
                    code: .bodyTooLarge,
                    message: "\(transfer.host): the answer is larger than the \(limit) bytes allowed"
                )
            }
            result += chunk
        }
        return result
    }

    /// Reads a body chunk by chunk.
    public struct Iterator: AsyncIteratorProtocol {
        let body: HTTPResponseBody

        /// The next chunk; nil at the end.
        public mutating func next() async throws -> [UInt8]? { try await body.transfer.nextChunk() }
    }
}
