import Logging
import Metrics

/// The list-and-watch loop of one informer.
struct Reflector<Resource: KubernetesResource> {
    /// A watch that lasted this long was healthy.
    private static var healthy: Duration { .seconds(10) }

    let informer: Informer<Resource>
    private var version: String?
    private var streams: Bool
    private var backoff: Backoff

    init(informer: Informer<Resource>) {
        self.informer = informer
        self.streams = informer.options.streamsList
        self.backoff = Backoff(random: informer.random)
    }

    private var client: KubernetesClient { informer.client }

    /// Runs until the task is cancelled.
    mutating func run() async throws {
        while true {
            try Task.checkCancellation()
            let started = client.time.monotonic()
            do {
                if version == nil, !streams { try await list() }
                try await watch()
                // The server ended the watch, as it does after its timeout.
                if client.time.monotonic() - started < .seconds(1) { try await pause() }
            } catch let error as KubernetesError {
                if client.time.monotonic() - started > Self.healthy { backoff.reset() }
                try await recover(from: error)
            }
        }
    }

    private mutating func recover(from error: KubernetesError) async throws {
        count("reflector_errors_total", error.code.rawValue)
        switch error.code {
        case .expired:
            informer.logger.info("the version is too old; listing again", metadata: ["version": "\(version ?? "")"])
            let first = backoff.failures == 0 && version != nil
            version = nil
            if first {
                _ = backoff.next()
                return
            }
        case .invalid where version == nil && streams:
            informer.logger.info("the server does not stream lists; reading pages")
            streams = false
            return
        case .malformedResponse:
            // Cut or garbled: what follows cannot be trusted, what came before was whole.
            informer.logger.warning("\(error)")
        case .forbidden, .unauthorized, .notFound, .configuration, .credentialPlugin:
            informer.logger.error("\(error)")
        default: informer.logger.warning("\(error)")
        }
        try await pause()
    }

    private mutating func pause() async throws { try await client.time.sleep(for: backoff.next()) }

    /// Reads every page and replaces the store.
    private mutating func list() async throws {
        var options = ListOptions(
            labelSelector: informer.options.labelSelector,
            fieldSelector: informer.options.fieldSelector,
            limit: informer.options.pageSize
        )
        let target = client.target("list", informer.definition, informer.options.namespace, nil, nil)
        var objects = ListedObjects<Resource>()
        while true {
            let call = KubernetesClient.Call(path: target.path, query: options.query, what: target.what)
            let page = try await client.fetch(call, managedFields: informer.options.managedFields)
            guard case .object(var object) = page else {
                throw KubernetesError(code: .malformedResponse, message: "\(target.what): the answer is no list")
            }
            let items = object.removeValue(forKey: "items")
            guard case .array(let array)? = items ?? .array([]) else {
                throw KubernetesError(code: .malformedResponse, message: "\(target.what): items is no list")
            }
            for item in array { objects.take(read(item)) }
            let metadata = object["metadata"]
            if let next = metadata?["continue"]?.stringValue, !next.isEmpty {
                options.continueToken = next
                continue
            }
            guard let version = metadata?["resourceVersion"]?.stringValue, !version.isEmpty else {
                throw KubernetesError(
                    code: .malformedResponse, message: "\(target.what): the list has no resourceVersion")
            }
            informer.replace(with: objects)
            self.version = version
            count("reflector_lists_total", "list")
            return
        }
    }

    /// Watches from the last version; from nothing, the server streams the list first.
    private mutating func watch() async throws {
        let seconds = informer.options.watchTimeout.seconds * (1 + informer.random())
        let streaming = version == nil
        let options = WatchOptions(
            labelSelector: informer.options.labelSelector,
            fieldSelector: informer.options.fieldSelector,
            resourceVersion: version,
            sendInitialEvents: streaming,
            timeout: .seconds(Int(seconds)),
            idleTimeout: streaming ? .seconds(10) : informer.options.idleTimeout
        )
        let stream = try await client.watchRaw(
            informer.definition,
            namespace: informer.options.namespace,
            options: options,
            managedFields: informer.options.managedFields
        )
        defer { stream.cancel() }
        count("reflector_watches_total", "watch")
        var initial = streaming ? ListedObjects<Resource>() : nil
        var iterator = stream.makeAsyncIterator()
        while let event = try await iterator.next() {
            switch event.type {
            case .bookmark:
                version = event.version
                guard event.initialEventsEnd, let complete = initial else { break }
                informer.replace(with: complete)
                initial = nil
                count("reflector_lists_total", "stream")
                // The watch goes on, but under the short silence of a stream; the next one has the usual limit.
                return backoff.reset()
            case .added, .modified:
                let object = read(event.object)
                if initial != nil { initial?.take(object) } else { informer.apply(object) }
                if initial == nil { version = event.version }
            case .deleted:
                // One that cannot be read goes as well: its name is all that it takes.
                let key = ObjectKey(
                    namespace: event.object["metadata", "namespace"]?.stringValue,
                    name: event.object["metadata", "name"]?.stringValue ?? "")
                if initial != nil {
                    initial?.remove(key)
                } else {
                    informer.remove(key, last: try? resource(event.object))
                }
                if initial == nil { version = event.version }
            }
            if initial == nil, backoff.failures > 0 { backoff.reset() }
        }
    }

    private func resource(_ json: JSONValue) throws -> Resource {
        var resource = try Resource(json: json.typed(as: informer.definition))
        if informer.options.managedFields == .none { resource.metadata.managedFields = [] }
        informer.transform?(&resource)
        return resource
    }

    private func read(_ json: JSONValue) -> Reflected<Resource> {
        do {
            return .readable(try resource(json))
        } catch {
            let why = (error as? DecodingError)?.fieldDescription ?? "\(error)"
            let object = UnreadableObject(json: json, reason: why)
            count("reflector_unreadable_objects_total", informer.definition.qualifiedPlural)
            informer.logger.error(
                "an object cannot be read and is passed over",
                metadata: ["object": "\(object.key)", "why": "\(why)"]
            )
            return .unreadable(object)
        }
    }

    private func count(_ label: String, _ detail: String) {
        Counter(label: label, dimensions: [("name", informer.definition.qualifiedPlural), ("detail", detail)])
            .increment()
    }
}
