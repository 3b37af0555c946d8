import Foundation
public import Logging
import Metrics
public import ServiceLifecycle
import Threading

/// Keeps a store of a kind's objects up to date: lists, then watches, for as long as it runs.
///
/// Events reach the handlers in the order in which they happened, each after the store was changed. When a watch
/// breaks, falls silent or is ended by the server, it goes on from the last version seen; when that version is too old
/// (410), everything is listed again and the handlers see the difference.
///
/// An object that cannot be read as `Resource` does not stop the others, as it does in client-go, whose reflector lists again
/// until it can be. Nor is its last readable state kept: nobody may act on a spec that is no longer the object's, and after
/// a restart nothing would be known of it anyway. It leaves the store as if it were deleted and lies in
/// ``Store/unreadable`` from then on, so that a reconciler can tell the two apart and say what is wrong.
public final class Informer<Resource: KubernetesResource>: Service {
    /// What to watch, and how.
    public struct Options: Sendable {
        /// The namespace; nil for all.
        public var namespace: String?
        /// A label selector.
        public var labelSelector: String?
        /// A field selector.
        public var fieldSelector: String?
        /// Which managed fields are kept.
        public var managedFields: KeptManagedFields
        /// How often every object is reported as updated though nothing happened; nil for never.
        public var resync: Duration?
        /// How many objects a page of the list holds.
        public var pageSize: Int
        /// Whether to let the server stream the list (1.34 and later by default); where it cannot, pages are read.
        public var streamsList: Bool
        /// The longest silence of a watch; servers send a bookmark about once a minute.
        public var idleTimeout: Duration
        /// The shortest time after which the server is asked to end a watch; the longest is twice that.
        public var watchTimeout: Duration

        /// Options; by default all namespaces, without managed fields, no resync.
        public init(
            namespace: String? = nil,
            labelSelector: String? = nil,
            fieldSelector: String? = nil,
            managedFields: KeptManagedFields = .none,
            resync: Duration? = nil,
            pageSize: Int = 500,
            streamsList: Bool = false,
            idleTimeout: Duration = .seconds(150),
            watchTimeout: Duration = .seconds(300)
        ) {
            self.namespace = namespace
            self.labelSelector = labelSelector
            self.fieldSelector = fieldSelector
            self.managedFields = managedFields
            self.resync = resync
            self.pageSize = pageSize
            self.streamsList = streamsList
            self.idleTimeout = idleTimeout
            self.watchTimeout = watchTimeout
        }
    }

    /// A function that is told of each change; it must return quickly, for the watch waits.
    public typealias Handler = @Sendable (InformerEvent<Resource>) -> Void

    /// The objects.
    public let store: Store<Resource>
    /// How the server addresses the kind.
    public let definition: ResourceDefinition
    let client: KubernetesClient
    let options: Options
    let transform: (@Sendable (inout Resource) -> Void)?
    let logger: Logger
    let random: @Sendable () -> Double

    private struct State: Sendable {
        var handlers: [Handler] = []
        var unreadableHandlers: [@Sendable (ObjectKey) -> Void] = []
        var synced = false
        var waiters: [Int: CheckedContinuation<Void, any Error>] = [:]
        var nextWaiter = 0
        /// How many objects could not be read when that was last counted.
        var unreadable: Int?
    }

    private let state = Locked(State())
    /// Held while the store changes and the handlers are told, so that a late handler misses nothing.
    private let dispatch = NSLock()

    /// An informer; it does nothing until it runs.
    ///
    /// - Parameters:
    ///   - definition: How the server addresses the kind; needed for a ``KubernetesObject``.
    ///   - indexes: Look-ups in the store by name.
    ///   - outline: What the indexes find of an object that cannot be read.
    ///   - transform: Changes each object before it is stored, for example to drop what nobody reads.
    ///   - random: Gives numbers from 0 up to 1, for jitter.
    public init(
        client: KubernetesClient,
        _ type: Resource.Type = Resource.self,
        definition: ResourceDefinition? = nil,
        options: Options = Options(),
        indexes: [String: Store<Resource>.IndexFunction] = [:],
        outline: @escaping Store<Resource>.OutlineFunction = { _ in nil },
        transform: (@Sendable (inout Resource) -> Void)? = nil,
        logger: Logger = Logger(label: "presage.informer"),
        random: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
    ) {
        self.client = client
        self.definition = definition ?? Resource.definition
        self.options = options
        self.store = Store(indexes: indexes, outline: outline)
        self.transform = transform
        var logger = logger
        logger[metadataKey: "resource"] = "\((definition ?? Resource.definition).qualifiedPlural)"
        self.logger = logger
        self.random = random
    }

    /// Whether the first list is complete.
    public var hasSynced: Bool { state.withLock { $0.synced } }

    /// Adds a handler; it is told of every object already in the store as added.
    public func onEvent(_ handler: @escaping Handler) {
        dispatch.lock()
        defer { dispatch.unlock() }
        for object in store.all { handler(.added(object)) }
        state.withLock { $0.handlers.append(handler) }
    }

    /// Adds a handler that is told the name of every object that cannot be read, whenever it changes or goes.
    public func onUnreadable(_ handler: @escaping @Sendable (ObjectKey) -> Void) {
        dispatch.lock()
        defer { dispatch.unlock() }
        for key in store.unreadable.keys { handler(key) }
        state.withLock { $0.unreadableHandlers.append(handler) }
    }

    /// Waits until the first list is complete.
    public func waitUntilSynced() async throws {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let ready = state.withLock { state in
                    if state.synced || Task.isCancelled { return true }
                    state.waiters[id] = continuation
                    return false
                }
                guard ready else { return }
                if Task.isCancelled {
                    continuation.resume(throwing: CancellationError())
                } else {
                    continuation.resume()
                }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume(throwing: CancellationError())
        }
    }

    /// Lists and watches until the task is cancelled or a graceful shutdown begins.
    public func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        var reflector = Reflector(informer: self)
                        try await reflector.run()
                    }
                    if let resync = self.options.resync {
                        group.addTask {
                            while true {
                                try await self.client.time.sleep(for: resync)
                                self.resync()
                            }
                        }
                    }
                    try await group.next()
                    group.cancelAll()
                }
            }
        } catch is CancellationError {
            return
        }
    }

    /// Stores an object and tells the handlers.
    func apply(_ object: Reflected<Resource>) {
        dispatch.lock()
        defer { dispatch.unlock() }
        store(object)
        count()
    }

    /// Removes an object and tells the handlers.
    ///
    /// - Parameter last: its last state; what the store has where that cannot be read.
    func remove(_ key: ObjectKey, last: Resource?) {
        dispatch.lock()
        defer { dispatch.unlock() }
        remove(key, orLast: last)
        count()
    }

    /// Replaces everything and tells the handlers the difference.
    func replace(with objects: ListedObjects<Resource>) {
        dispatch.lock()
        for key in store.keys + store.unreadable.keys
        where objects.readable[key] == nil && objects.unreadable[key] == nil {
            remove(key, orLast: nil)
        }
        for object in objects.readable.values { store(.readable(object)) }
        for object in objects.unreadable.values { store(.unreadable(object)) }
        count()
        dispatch.unlock()
        let waiters = state.withLock { state in
            state.synced = true
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }

    private func store(_ object: Reflected<Resource>) {
        switch object {
        case .readable(let object):
            guard let old = store.set(object) else { return tell(.added(object)) }
            // The same version again: a resumed watch repeats, or a list brings what is known.
            if let version = object.metadata.resourceVersion, version == old.metadata.resourceVersion,
                object.metadata.uid == old.metadata.uid
            {
                return
            }
            tell(.updated(old: old, new: object))
        case .unreadable(let object):
            let isKnown = store.unreadable(object.key).map { $0.version == object.version } ?? false
            if let old = store.set(object) { tell(.deleted(old)) }
            if !isKnown { tell(unreadable: object.key) }
        }
    }

    private func remove(_ key: ObjectKey, orLast last: Resource?) {
        let wasUnreadable = store.unreadable(key) != nil
        if let known = store.remove(key) { tell(.deleted(last ?? known)) }
        if wasUnreadable { tell(unreadable: key) }
    }

    private func count() {
        let count = store.unreadable.count
        let isNews = state.withLock { state in
            defer { state.unreadable = count }
            return state.unreadable != count
        }
        guard isNews else { return }
        let gauge = Gauge(label: "informer_unreadable_objects", dimensions: [("name", definition.qualifiedPlural)])
        gauge.record(count)
    }

    private func resync() {
        dispatch.lock()
        defer { dispatch.unlock() }
        for object in store.all { tell(.updated(old: object, new: object)) }
    }

    private func tell(_ event: InformerEvent<Resource>) {
        for handler in state.withLock({ $0.handlers }) { handler(event) }
    }

    private func tell(unreadable key: ObjectKey) {
        for handler in state.withLock({ $0.unreadableHandlers }) { handler(key) }
    }
}
