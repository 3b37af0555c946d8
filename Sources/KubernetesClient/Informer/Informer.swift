import Foundation
public import Logging
public import ServiceLifecycle
import Threading

/// Keeps a store of a kind's objects up to date: lists, then watches, for as long as it runs.
///
/// Events reach the handlers in the order in which they happened, each after the store was changed. When a watch
/// breaks, falls silent or is ended by the server, it goes on from the last version seen; when that version is too old
/// (410), everything is listed again and the handlers see the difference. An object that cannot be read as `Resource`
/// is reported and passed over, so that one bad object does not stop the others.
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
        var synced = false
        var waiters: [Int: CheckedContinuation<Void, any Error>] = [:]
        var nextWaiter = 0
    }

    private let state = Locked(State())
    /// Held while the store changes and the handlers are told, so that a late handler misses nothing.
    private let dispatch = NSLock()

    /// An informer; it does nothing until it runs.
    ///
    /// - Parameters:
    ///   - definition: How the server addresses the kind; needed for a ``KubernetesObject``.
    ///   - indexes: Look-ups in the store by name.
    ///   - transform: Changes each object before it is stored, for example to drop what nobody reads.
    ///   - random: Gives numbers from 0 up to 1, for jitter.
    public init(
        client: KubernetesClient,
        _ type: Resource.Type = Resource.self,
        definition: ResourceDefinition? = nil,
        options: Options = Options(),
        indexes: [String: Store<Resource>.IndexFunction] = [:],
        transform: (@Sendable (inout Resource) -> Void)? = nil,
        logger: Logger = Logger(label: "presage.informer"),
        random: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
    ) {
        self.client = client
        self.definition = definition ?? Resource.definition
        self.options = options
        self.store = Store(indexes: indexes)
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
    func apply(_ object: Resource) {
        dispatch.lock()
        defer { dispatch.unlock() }
        if let old = store.set(object) {
            // The same version again: a resumed watch repeats, or the list had it already.
            if let version = object.metadata.resourceVersion, version == old.metadata.resourceVersion { return }
            tell(.updated(old: old, new: object))
        } else {
            tell(.added(object))
        }
    }

    /// Removes an object and tells the handlers.
    ///
    /// - Parameter last: its last state; what the store has where that cannot be read.
    func remove(_ key: ObjectKey, last: Resource?) {
        dispatch.lock()
        defer { dispatch.unlock() }
        if let known = store.remove(key) { tell(.deleted(last ?? known)) }
    }

    /// Replaces everything and tells the handlers the difference.
    func replace(with objects: [ObjectKey: Resource]) {
        dispatch.lock()
        for key in store.keys where objects[key] == nil {
            if let old = store.remove(key) { tell(.deleted(old)) }
        }
        for (_, object) in objects {
            if let old = store.set(object) {
                let same = old.metadata.uid == object.metadata.uid
                if same, old.metadata.resourceVersion == object.metadata.resourceVersion { continue }
                tell(.updated(old: old, new: object))
            } else {
                tell(.added(object))
            }
        }
        dispatch.unlock()
        let waiters = state.withLock { state in
            state.synced = true
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }

    private func resync() {
        dispatch.lock()
        defer { dispatch.unlock() }
        for object in store.all { tell(.updated(old: object, new: object)) }
    }

    private func tell(_ event: InformerEvent<Resource>) {
        for handler in state.withLock({ $0.handlers }) { handler(event) }
    }
}
