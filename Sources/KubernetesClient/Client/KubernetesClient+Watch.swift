import HTTPTransport

extension KubernetesClient {
    /// Watches a kind.
    ///
    /// The sequence ends when the server ends the watch, and throws when it breaks.
    ///
    /// - Parameter namespace: nil for all namespaces.
    /// - Throws: ``KubernetesError`` with code `expired` where the version is too old (410), here or from the sequence.
    public func watch<R: KubernetesResource>(
        _ type: R.Type = R.self,
        namespace: String? = nil,
        options: WatchOptions = WatchOptions(),
        definition: ResourceDefinition? = nil
    ) async throws -> WatchStream<R> {
        let definition = definition ?? R.definition
        let target = target("watch", definition, namespace, nil, nil)
        let response = try await open(
            Call(
                path: target.path,
                query: options.query,
                timeouts: HTTPTimeouts(total: nil, idle: options.idleTimeout),
                limited: false,
                what: target.what
            )
        )
        return WatchStream(body: response.body, what: target.what, definition: definition)
    }
}

/// The events of a watch, for one reader; letting it go closes the watch.
public struct WatchStream<Resource: KubernetesResource>: AsyncSequence, Sendable {
    let body: HTTPResponseBody
    let what: String
    let definition: ResourceDefinition

    /// An iterator.
    public func makeAsyncIterator() -> Iterator {
        Iterator(what: what, definition: definition, body: body, chunks: body.makeAsyncIterator())
    }

    /// Closes the watch.
    public func cancel() { body.cancel() }

    /// Reads events line by line.
    public struct Iterator: AsyncIteratorProtocol {
        let what: String
        let definition: ResourceDefinition
        let body: HTTPResponseBody
        var chunks: HTTPResponseBody.Iterator
        var lines = LineSplitter()

        /// The next event; nil when the server ended the watch.
        public mutating func next() async throws -> WatchEvent<Resource>? {
            while true {
                if let line = try lines.next() {
                    if line.isEmpty { continue }
                    return try WatchDecoder.decode(line, what: what, definition: definition)
                }
                do {
                    guard let chunk = try await chunks.next() else {
                        // A line without an end was cut: the watch goes on from the last whole event.
                        return nil
                    }
                    lines.append(chunk)
                } catch let error as HTTPTransportError {
                    throw KubernetesError(
                        code: .transport,
                        message: "\(what): \(error.message)",
                        transport: error
                    )
                }
            }
        }
    }
}
