import Foundation
import HTTPTransport
import KubernetesClient
import Logging
import Testing

@Suite(.patience(minutes: 1))
struct LeaderElectionTests {
    /// An API server that holds one Lease and can be cut off for some of its clients.
    final class LeaseServer: @unchecked Sendable {
        private let lock = NSLock()
        private var lease: JSONValue?
        private var version = 0
        private var cut: Set<String> = []
        private var annotations = 0
        private var swallows = false
        private var swallowed = 0
        private var server: ScriptedServer?
        var url: String { server?.url ?? "" }

        var holder: String? { lock.withLock { lease?["spec", "holderIdentity"]?.stringValue } }
        var transitions: Int { lock.withLock { lease?["spec", "leaseTransitions"]?.intValue ?? 0 } }

        init() throws {
            server = try ScriptedServer { [weak self] in self?.serve($0, $1) }
        }

        /// How many writes were stored without an answer.
        var unanswered: Int { lock.withLock { swallowed } }

        func stop() { server?.stop() }
        /// Writes of the Lease that come in just before those of candidates.
        var overtaking: Int { lock.withLock { annotations } }
        func overtake(_ times: Int) { lock.withLock { annotations = times } }
        /// Stores the next write, and does not answer it.
        func swallowAnAnswer() { lock.withLock { swallows = true } }
        func cutOff(_ identity: String) { lock.withLock { _ = cut.insert(identity) } }
        func restore(_ identity: String) { lock.withLock { _ = cut.remove(identity) } }

        private func serve(_ request: ScriptedServer.Request, _ connection: ScriptedServer.Connection) {
            let identity = request.headers["authorization"]?.replacingOccurrences(of: "Bearer ", with: "") ?? ""
            if lock.withLock({ cut.contains(identity) }) { return connection.reset() }
            let (status, body): (Int, JSONValue) = lock.withLock {
                switch request.method {
                case "GET":
                    return lease.map { (200, $0) } ?? (404, ["kind": "Status", "reason": "NotFound", "code": 404])
                case "POST" where lease != nil:
                    return (409, ["kind": "Status", "reason": "AlreadyExists", "code": 409])
                default:
                    guard var new = try? JSONValue(parsing: request.body) else { return (400, [:]) }
                    if request.method == "PUT", annotations > 0 {
                        annotations -= 1
                        version += 1
                        lease?["metadata", "resourceVersion"] = .string(String(version))
                    }
                    if request.method == "PUT", new["metadata", "resourceVersion"]?.stringValue != String(version) {
                        return (409, ["kind": "Status", "reason": "Conflict", "code": 409])
                    }
                    version += 1
                    new["metadata", "resourceVersion"] = .string(String(version))
                    lease = new
                    return (200, new)
                }
            }
            let isSwallowed = lock.withLock {
                guard swallows, request.method == "PUT", status == 200 else { return false }
                swallows = false
                swallowed += 1
                return true
            }
            if isSwallowed {
                _ = connection.waitForClose(seconds: 120)
            } else {
                connection.respond(status, body.serialized())
            }
        }
    }

    private func elector(
        _ server: LeaseServer,
        _ identity: String,
        leaseDuration: Duration = .seconds(6),
        _ work: @escaping @Sendable () async throws -> Void
    ) -> LeaderElector {
        let client = KubernetesClient(
            configuration: .init(server: server.url, proxy: .none, credentials: .token(identity)),
            options: .init(requestsPerSecond: 0)
        )
        return LeaderElector(
            client: client,
            options: .init(
                name: "l",
                namespace: "n",
                identity: identity,
                leaseDuration: leaseDuration,
                renewDeadline: leaseDuration * 2 / 3,
                retryPeriod: .milliseconds(300)
            ),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            work: work
        )
    }

    /// Who works, and whether two ever did at once.
    private struct Working: Sendable {
        var now: Set<String> = []
        var overlaps = 0
        var history: [String] = []
    }

    private func work(_ working: Noted<Working>, _ identity: String) -> @Sendable () async throws -> Void {
        {
            working.change { state in
                if !state.now.isEmpty { state.overlaps += 1 }
                state.now.insert(identity)
                state.history.append(identity)
            }
            defer { working.change { _ = $0.now.remove(identity) } }
            while true { try await Task.sleep(for: .milliseconds(20)) }
        }
    }

    @Test func `one of three leads, and when it stops another takes over at once`() async throws {
        let server = try LeaseServer()
        defer { server.stop() }
        let working = Noted(Working())
        // So long that nobody loses it, however busy the machine is, and nobody waits for its end.
        let electors = ["a", "b", "c"].map {
            ($0, elector(server, $0, leaseDuration: .seconds(3600), work(working, $0)))
        }
        var tasks: [String: Task<Void, any Error>] = [:]
        for (identity, elector) in electors { tasks[identity] = Task { try await elector.run() } }
        defer { for task in tasks.values { task.cancel() } }
        await eventually("somebody leads") { working.value.now.count == 1 }
        let first = try #require(working.value.now.first)
        #expect(server.holder == first)
        #expect(electors.filter { $0.1.isLeader }.map(\.0) == [first])
        try await Task.sleep(for: .milliseconds(700))
        #expect(working.value.history == [first])
        let begun = ContinuousClock.now
        tasks[first]?.cancel()
        // The Lease was given back: its end is an hour away.
        await eventually("another leads") { working.value.now.first.map { $0 != first } ?? false }
        #expect(ContinuousClock.now - begun < .seconds(5))
        #expect(working.value.overlaps == 0)
        #expect(server.transitions >= 1)
    }

    @Test func `a Lease that others write to stays its leader's, who gives it back all the same`() async throws {
        let server = try LeaseServer()
        defer { server.stop() }
        let working = Noted(Working())
        let a = elector(server, "a", work(working, "a"))
        let task = Task { try await a.run() }
        defer { task.cancel() }
        await eventually("a leads") { working.value.now == ["a"] }
        server.overtake(3)
        await eventually("it was overtaken") { server.overtaking == 0 }
        try await Task.sleep(for: .milliseconds(400))
        #expect(working.value.history == ["a"] && a.isLeader && server.transitions == 0)
        server.overtake(2)
        task.cancel()
        await eventually("the Lease is given back") { server.holder == "" }
        #expect(working.value.history == ["a"])
    }

    @Test func `a leader that cannot renew stops its work before another begins`() async throws {
        let server = try LeaseServer()
        defer { server.stop() }
        let working = Noted(Working())
        let a = elector(server, "a", work(working, "a"))
        let taskA = Task { try await a.run() }
        await eventually("a leads") { working.value.now == ["a"] }
        let b = elector(server, "b", work(working, "b"))
        let taskB = Task { try await b.run() }
        defer { taskA.cancel(); taskB.cancel() }
        server.cutOff("a")
        await eventually("b leads") { working.value.now == ["b"] }
        #expect(working.value.overlaps == 0)
        #expect(!a.isLeader)
        #expect(b.isLeader)
        server.restore("a")
        try await Task.sleep(for: .milliseconds(600))
        #expect(working.value.now == ["b"])
        taskB.cancel()
        await eventually("a leads again") { working.value.now == ["a"] }
        #expect(working.value.overlaps == 0)
    }

    @Test func `a Lease whose renewal was stored and not answered is given back all the same`() async throws {
        let server = try LeaseServer()
        defer { server.stop() }
        let working = Noted(Working())
        let elector = elector(server, "a", leaseDuration: .seconds(3600), work(working, "a"))
        let task = Task { try await elector.run() }
        await eventually("a leads") { working.value.now == ["a"] }
        server.swallowAnAnswer()
        await eventually("a renewal is under way") { server.unanswered == 1 }
        task.cancel()
        try await task.value
        #expect(server.holder == "")
    }

    @Test func `what the work throws ends the elector, and the Lease is given back`() async throws {
        let server = try LeaseServer()
        defer { server.stop() }
        struct Failed: Error {}
        let elector = elector(server, "a") { throw Failed() }
        await #expect(throws: Failed.self) { try await elector.run() }
        #expect(server.holder == "")
    }
}
