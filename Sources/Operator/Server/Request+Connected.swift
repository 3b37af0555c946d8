import Hummingbird

extension Request {
    /// An answer that takes its time to be made, for as long as somebody is there to get it: its making is cancelled when the asker goes
    /// away.
    ///
    /// The connection serves nothing else afterwards, and the answer says so.
    func whileConnected(_ make: @escaping @Sendable () async throws -> Response) async throws -> Response {
        var response = try await body.consumeWithCancellationOnInboundClose { @Sendable @concurrent (_: RequestBody) in
            try await make()
        }
        response.headers[.connection] = "close"
        return response
    }
}
