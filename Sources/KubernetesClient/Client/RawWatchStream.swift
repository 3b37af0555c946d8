import HTTPTransport

/// The events of a watch as JSON, for the informer.
struct RawWatchEvent: Sendable {
    enum Kind: Sendable {
        case added, modified, deleted, bookmark
    }

    var type: Kind
    var object: JSONValue
    /// The object's resourceVersion.
    var version: String
    var initialEventsEnd = false
}

/// A watch, line by line.
struct RawWatchStream: AsyncSequence, Sendable {
    let body: HTTPResponseBody
    let what: String
    let managedFields: KeptManagedFields

    func makeAsyncIterator() -> Iterator {
        Iterator(
            what: what, body: body, chunks: body.makeAsyncIterator(),
            reader: WatchReader(what: what, managedFields: managedFields))
    }

    func cancel() { body.cancel() }

    struct Iterator: AsyncIteratorProtocol {
        let what: String
        let body: HTTPResponseBody
        var chunks: HTTPResponseBody.Iterator
        var reader: WatchReader

        /// The next event; nil when the server ended the watch.
        ///
        /// A last line without an end was cut and does not count: the watch goes on from the last whole event.
        mutating func next() async throws -> RawWatchEvent? {
            while true {
                if let event = try reader.next() { return event }
                do {
                    guard let chunk = try await chunks.next() else { return nil }
                    reader.append(chunk)
                } catch let error as HTTPTransportError {
                    throw KubernetesError(code: .transport, message: "\(what): \(error.message)", transport: error)
                }
            }
        }
    }
}
