public import Logging
import Metrics
public import ServiceLifecycle
import Threading

/// Runs a reconciler: informers' events become keys in a queue, workers take them.
///
/// It starts once all its informers have synced, with all that they have then; until it runs, as in a replica that does not
/// lead for months, it remembers nothing. On a graceful shutdown the reconciles under way are finished and
/// nothing new is begun.
public final class Controller: Service {
    /// The controller's name, in logs and metrics.
    public let name: String
    /// The keys to work on; add one to wake the reconciler from elsewhere.
    public let queue: WorkQueue<ObjectKey>
    private let workers: Int
    private let reconciler: @Sendable (ObjectKey) async throws -> ReconcileResult
    private let time: any TimeSource
    private let logger: Logger
    private let sources: Locked<[Source]> = Locked([])

    /// Something that wakes the reconciler.
    private struct Source: Sendable {
        var isReady: @Sendable () async throws -> Void
        /// Adds the keys that there are, and from then on those of each event.
        var begin: @Sendable () -> Void
    }

    /// A controller.
    ///
    /// - Parameters:
    ///   - workers: How many keys are worked on at once; never one key by two.
    public init(
        name: String,
        workers: Int = 4,
        limits: WorkQueue<ObjectKey>.Limits = .init(),
        time: any TimeSource = SystemTime(),
        logger: Logger = Logger(label: "presage.controller"),
        reconcile: @escaping @Sendable (ObjectKey) async throws -> ReconcileResult
    ) {
        self.name = name
        self.workers = max(1, workers)
        self.queue = WorkQueue(name: name, limits: limits, time: time)
        self.time = time
        var logger = logger
        logger[metadataKey: "controller"] = "\(name)"
        self.logger = logger
        self.reconciler = reconcile
    }

    /// A controller of a reconciler.
    public convenience init(
        name: String,
        workers: Int = 4,
        limits: WorkQueue<ObjectKey>.Limits = .init(),
        time: any TimeSource = SystemTime(),
        logger: Logger = Logger(label: "presage.controller"),
        reconciler: some Reconciler
    ) {
        self.init(name: name, workers: workers, limits: limits, time: time, logger: logger) { key in
            try await reconciler.reconcile(key)
        }
    }

    /// Wakes the reconciler for each event of an informer's objects themselves, and for those that cannot be read.
    ///
    /// - Parameter predicate: Which events count; by default those that change the generation, labels, annotations,
    ///   finalizers or the deletion timestamp, so that the reconciler's own status writes do not wake it.
    public func watch<R: KubernetesResource>(
        _ informer: Informer<R>,
        where predicate: @escaping @Sendable (InformerEvent<R>) -> Bool = { $0.isSpecChange }
    ) {
        watch(informer) { predicate($0) ? [$0.object.key] : [] }
        add(informer) { [queue] in informer.onUnreadable { queue.add($0) } }
    }

    /// Wakes the reconciler for the controlling owner of each object.
    ///
    /// - Parameter owner: The owner's definition; the version does not count.
    public func watchOwned<R: KubernetesResource>(_ informer: Informer<R>, by owner: ResourceDefinition) {
        watch(informer) { event in
            let metadata = event.object.metadata
            guard let reference = metadata.controller, reference.kind == owner.kind,
                ResourceDefinition.split(apiVersion: reference.apiVersion).group == owner.group
            else { return [] }
            return [ObjectKey(namespace: owner.namespaced ? metadata.namespace : nil, name: reference.name)]
        }
    }

    /// Wakes the reconciler for the keys that a function finds for each event.
    public func watch<R: KubernetesResource>(
        _ informer: Informer<R>,
        mapping keys: @escaping @Sendable (InformerEvent<R>) -> [ObjectKey]
    ) {
        add(informer) { [queue] in
            informer.onEvent { event in
                for key in keys(event) { queue.add(key) }
            }
        }
    }

    private func add<R: KubernetesResource>(_ informer: Informer<R>, _ begin: @escaping @Sendable () -> Void) {
        sources.withLock { $0.append(Source(isReady: { try await informer.waitUntilSynced() }, begin: begin)) }
    }

    /// Works until the task is cancelled or a graceful shutdown begins.
    public func run() async throws {
        do {
            try await withGracefulShutdownHandler {
                let sources = sources.withLock { $0 }
                for source in sources { try await cancelWhenGracefulShutdown { try await source.isReady() } }
                for source in sources { source.begin() }
                logger.info("the controller starts", metadata: ["workers": "\(workers)"])
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<workers { group.addTask { await self.work() } }
                }
            } onGracefulShutdown: {
                self.queue.shutDown(dropping: true)
            }
        } catch is CancellationError {
            return
        }
    }

    private func work() async {
        while let key = await queue.next() {
            let started = time.monotonic()
            ControllerMetrics.active(name, 1)
            let outcome = await reconcile(key)
            ControllerMetrics.active(name, -1)
            ControllerMetrics.record(name, outcome: outcome, time.monotonic() - started)
            queue.done(key)
        }
    }

    private func reconcile(_ key: ObjectKey) async -> ControllerMetrics.Outcome {
        var logger = logger
        logger[metadataKey: "object"] = "\(key)"
        do {
            let result = try await reconciler(key)
            queue.forget(key)
            guard case .requeue(let delay) = result else { return .success }
            queue.add(key, after: delay)
            return .requeueAfter
        } catch is CancellationError where Task.isCancelled {
            return .success
        } catch let error as TerminalError {
            queue.forget(key)
            logger.error("\(error)")
            return .terminal
        } catch {
            // A conflict is the usual end of a race that the next try wins; it is no news, and no reason to wait for minutes.
            // Fields that another manager owns are: they stay so until somebody changes his mind.
            let conflict =
                (error as? KubernetesError).map { $0.code == .conflict && !$0.isFieldManagerConflict } ?? false
            logger.log(
                level: conflict ? .debug : .error, "\(error)", metadata: ["failures": "\(queue.failures(of: key))"])
            queue.addRateLimited(key, atMost: conflict ? queue.limits.afterConflict : nil)
            return .error
        }
    }
}

extension InformerEvent {
    /// Whether the event is more than a change of status: new, gone, resynced, or with another generation, labels,
    /// annotations, finalizers, owners or deletion timestamp.
    public var isSpecChange: Bool {
        guard case .updated(let before, let after) = self else { return true }
        let (old, new) = (before.metadata, after.metadata)
        if old.resourceVersion == new.resourceVersion || old.uid != new.uid { return true }
        // Without a generation (ConfigMaps, for example) every change counts.
        if new.generation == nil || old.generation != new.generation { return true }
        if old.labels != new.labels || old.annotations != new.annotations { return true }
        if old.finalizers != new.finalizers || old.ownerReferences != new.ownerReferences { return true }
        return old.deletionTimestamp != new.deletionTimestamp
    }
}
