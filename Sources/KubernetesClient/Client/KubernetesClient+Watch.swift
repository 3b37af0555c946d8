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
        let stream = try await watchRaw(definition, namespace: namespace, options: options, managedFields: .all)
        return WatchStream(stream: stream, definition: definition)
    }

    func watchRaw(
        _ definition: ResourceDefinition,
        namespace: String?,
        options: WatchOptions,
        managedFields: KeptManagedFields
    ) async throws -> RawWatchStream {
        let target = target("watch", definition, namespace, nil, nil)
        let response = try await open(
            Call(
                path: target.path,
                query: options.query,
                timeouts: HTTPTimeouts(total: nil, idle: options.idleTimeout),
                limited: false,
                isStream: true,
                what: target.what
            )
        )
        return RawWatchStream(body: response.body, what: target.what, managedFields: managedFields)
    }
}

/// The events of a watch, for one reader; letting it go closes the watch.
public struct WatchStream<Resource: KubernetesResource>: AsyncSequence, Sendable {
    let stream: RawWatchStream
    let definition: ResourceDefinition

    /// An iterator.
    public func makeAsyncIterator() -> Iterator {
        Iterator(raw: stream.makeAsyncIterator(), definition: definition)
    }

    /// Closes the watch.
    public func cancel() { stream.cancel() }

    /// Reads events one by one.
    public struct Iterator: AsyncIteratorProtocol {
        var raw: RawWatchStream.Iterator
        let definition: ResourceDefinition

        /// The next event; nil when the server ended the watch.
        public mutating func next() async throws -> WatchEvent<Resource>? {
            guard let event = try await raw.next() else { return nil }
            if event.type == .bookmark {
                return .bookmark(resourceVersion: event.version, initialEventsEnd: event.initialEventsEnd)
            }
            let object: Resource
            do { object = try Resource(json: event.object.typed(as: definition)) } catch {
                let why = (error as? DecodingError)?.fieldDescription ?? "\(error)"
                throw KubernetesError(
                    code: .malformedResponse,
                    message: "\(raw.what): an object cannot be read as \(Resource.self): \(why)"
                )
            }
            switch event.type {
            case .added: return .added(object)
            case .modified: return .modified(object)
            case .deleted, .bookmark: return .deleted(object)
            }
        }
    }
}
