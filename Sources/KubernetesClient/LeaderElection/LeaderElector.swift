import Foundation
public import Logging
import Metrics
public import ServiceLifecycle
import Threading

/// Runs something in one process at a time, by a Lease.
///
/// The candidate takes the Lease when nobody holds it, or when it has not been renewed for its duration by this
/// machine's own monotonic clock: what the holder's clock says does not matter. The leader renews it every
/// `retryPeriod`; when that fails for `renewDeadline`, the work is cancelled, well before the Lease ends and another
/// may begin. On a shutdown the Lease is given back, so that another need not wait.
///
/// A Lease cannot promise that there are never two: a process may be stopped between a check and a write. What is
/// written must therefore carry a resourceVersion or be the same whoever writes it.
public final class LeaderElector: Service {
    /// Which Lease, and how long things take.
    public struct Options: Sendable {
        /// The Lease's name.
        public var name: String
        /// The Lease's namespace.
        public var namespace: String
        /// Who this is: unique for each process.
        public var identity: String
        /// How long a silent leader is respected.
        public var leaseDuration: Duration
        /// After how long without a renewal the leader gives up.
        public var renewDeadline: Duration
        /// How often a leader renews and a candidate looks.
        public var retryPeriod: Duration

        /// Options; 15, 10 and 2 seconds by default.
        public init(
            name: String,
            namespace: String,
            identity: String,
            leaseDuration: Duration = .seconds(15),
            renewDeadline: Duration = .seconds(10),
            retryPeriod: Duration = .seconds(2)
        ) {
            self.name = name
            self.namespace = namespace
            self.identity = identity
            self.leaseDuration = leaseDuration
            self.renewDeadline = renewDeadline
            self.retryPeriod = retryPeriod
        }
    }

    private struct State: Sendable {
        /// When the last successful renewal was begun; nil while another leads.
        var renewedAt: Duration?
        /// The Lease as last seen to change, and when.
        var observed: Observation?
    }

    private struct Observation: Sendable {
        var lease: Lease
        var at: Duration
    }

    private let client: KubernetesClient
    private let options: Options
    private let logger: Logger
    private let random: @Sendable () -> Double
    private let work: @Sendable () async throws -> Void
    private let state = Locked(State())

    /// An elector; it does nothing until it runs.
    ///
    /// - Parameters:
    ///   - work: What the leader does. It is cancelled when the Lease is lost, and must then return soon.
    public init(
        client: KubernetesClient,
        options: Options,
        logger: Logger = Logger(label: "presage.leader"),
        random: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
        work: @escaping @Sendable () async throws -> Void
    ) {
        self.client = client
        self.options = options
        var logger = logger
        logger[metadataKey: "lease"] = "\(options.namespace)/\(options.name)"
        logger[metadataKey: "identity"] = "\(options.identity)"
        self.logger = logger
        self.random = random
        self.work = work
    }

    private var time: any TimeSource { client.time }

    /// Whether this process leads, as far as its own clock can tell: false as soon as the renewal is overdue, even
    /// where the process was stopped meanwhile and nothing has noticed yet.
    public var isLeader: Bool {
        guard let renewed = state.withLock({ $0.renewedAt }) else { return false }
        return time.monotonic() - renewed < options.renewDeadline
    }

    /// Contends, leads, and contends again, until the task is cancelled or a graceful shutdown begins.
    ///
    /// - Throws: What `work` throws.
    public func run() async throws {
        try await withGracefulShutdownHandler {
            while !Task.isShuttingDownGracefully, !Task.isCancelled {
                do {
                    try await cancelWhenGracefulShutdown { try await self.acquire() }
                } catch is CancellationError {
                    break
                }
                try await lead()
            }
        } onGracefulShutdown: {
        }
    }

    /// Looks at the Lease until it can be taken.
    private func acquire() async throws {
        logger.info("waiting to lead")
        while true {
            try Task.checkCancellation()
            do {
                if try await tryToTake() { return }
            } catch let error as KubernetesError {
                logger.warning("the Lease cannot be read or taken: \(error)")
            }
            // Jitter, so that candidates do not all look at once.
            try await time.sleep(for: options.retryPeriod * (1 + 0.2 * random()))
        }
    }

    /// Runs the work while the Lease is renewed.
    private func lead() async throws {
        logger.info("leading")
        Gauge(label: "leader_election_master_status", dimensions: [("name", options.name)]).record(1)
        defer {
            state.withLock { $0.renewedAt = nil }
            Gauge(label: "leader_election_master_status", dimensions: [("name", options.name)]).record(0)
        }
        try await withThrowingTaskGroup(of: End.self) { group in
            group.addTask {
                try await self.work()
                return .workDone
            }
            group.addTask {
                do { try await self.renewUntilLost() } catch is CancellationError { return .cancelled }
                return .lost
            }
            defer { group.cancelAll() }
            let end: End?
            do {
                end = try await group.next()
            } catch is CancellationError {
                end = .cancelled
            } catch {
                group.cancelAll()
                await self.release()
                throw error
            }
            group.cancelAll()
            if end == .lost {
                logger.error("the Lease could not be renewed in time; the work is stopped")
                Counter(label: "leader_election_slowpath_total", dimensions: [("name", options.name)]).increment()
            }
            // The work ends before the Lease is given back.
            while let _ = try? await group.next() {}
            if end != .lost { await self.release() }
            if end == .workDone, !Task.isShuttingDownGracefully, !Task.isCancelled {
                // Nothing is left to lead.
                throw CancellationError()
            }
        }
    }

    private enum End: Sendable {
        case workDone, lost, cancelled
    }

    private func renewUntilLost() async throws {
        while true {
            try await time.sleep(for: options.retryPeriod)
            let deadline = state.withLock { ($0.renewedAt ?? .zero) + options.renewDeadline }
            var renewed = false
            while !renewed {
                let left = deadline - time.monotonic()
                guard left > .zero else { return }
                do {
                    renewed = try await withDeadline(left) { try await self.tryToTake() }
                    if !renewed {
                        guard isSeenAsHolder else { return }
                        // Another write came in between, such as a person's annotation: what it says is read first.
                        try await time.sleep(for: min(options.retryPeriod, .milliseconds(100)) * (1 + random()))
                    }
                } catch let error as KubernetesError {
                    logger.warning("the Lease could not be renewed: \(error)")
                    try await time.sleep(
                        for: min(options.retryPeriod, max(.milliseconds(10), deadline - time.monotonic())))
                }
            }
        }
    }

    /// Runs a request for at most a while: one that hangs must not outlast the Lease.
    private func withDeadline(_ limit: Duration, _ body: @escaping @Sendable () async throws -> Bool) async throws
        -> Bool
    {
        try await withThrowingTaskGroup(of: Bool?.self) { group in
            group.addTask { try await body() }
            group.addTask { [time] in
                try await time.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            if let answer = try await group.next() ?? nil { return answer }
            throw KubernetesError(code: .unavailable, message: "the API server did not answer within \(limit)")
        }
    }

    /// Takes or renews the Lease; false while another holds it.
    private func tryToTake() async throws -> Bool {
        let begun = time.monotonic()
        guard let current = try await client.find(Lease.self, options.name, namespace: options.namespace) else {
            var lease = Lease(metadata: ObjectMeta(name: options.name, namespace: options.namespace))
            fill(&lease, transitions: 0, acquired: nil)
            return try await store(begun) { try await self.client.create(lease) }
        }
        let observedAt = state.withLock { state in
            // Any change counts as a sign of life, whatever the times in it say.
            if let known = state.observed, known.lease.metadata.resourceVersion == current.metadata.resourceVersion {
                return known.at
            }
            state.observed = Observation(lease: current, at: time.monotonic())
            return time.monotonic()
        }
        let holder = current.holderIdentity ?? ""
        let mine = holder == options.identity
        let duration = current.leaseDurationSeconds.map { Duration.seconds($0) } ?? options.leaseDuration
        if !mine, !holder.isEmpty, time.monotonic() - observedAt < duration { return false }
        var lease = current
        let transitions = current.leaseTransitions + (mine ? 0 : 1)
        fill(&lease, transitions: transitions, acquired: mine ? current.acquireTime : nil)
        let changed = lease
        return try await store(begun) { try await self.client.update(changed) }
    }

    private func store(_ begun: Duration, _ write: () async throws -> Lease) async throws -> Bool {
        do {
            let stored = try await write()
            state.withLock { state in
                state.observed = Observation(lease: stored, at: begun)
                state.renewedAt = begun
            }
            return true
        } catch let error as KubernetesError where error.code == .conflict || error.code == .alreadyExists {
            return false
        }
    }

    private func fill(_ lease: inout Lease, transitions: Int, acquired: MicroTime?) {
        let now = MicroTime(time.now())
        lease.holderIdentity = options.identity
        lease.leaseDurationSeconds = max(1, Int(options.leaseDuration.seconds))
        lease.renewTime = now
        lease.acquireTime = acquired ?? now
        lease.leaseTransitions = transitions
    }

    /// Whether the Lease named us when it was last seen.
    private var isSeenAsHolder: Bool {
        state.withLock { $0.observed?.lease.holderIdentity == options.identity }
    }

    /// Gives the Lease back, if it is still ours.
    private func release() async {
        // Not a child of the cancelled task: the request must still go out.
        let task = Task {
            _ = try await self.withDeadline(.seconds(3)) {
                try await self.giveBack()
                return true
            }
        }
        do { try await task.value } catch { logger.warning("the Lease could not be given back: \(error)") }
    }

    private func giveBack() async throws {
        var seen = state.withLock { $0.observed?.lease }
        while var lease = seen, lease.holderIdentity == options.identity {
            lease.holderIdentity = ""
            lease.leaseDurationSeconds = 1
            lease.renewTime = MicroTime(time.now())
            do {
                _ = try await client.update(lease)
                return
            } catch let error as KubernetesError where error.code == .conflict {
                // Overtaken, such as by a person's annotation, or by the next leader.
                seen = try await client.find(Lease.self, options.name, namespace: options.namespace)
            }
        }
    }
}
