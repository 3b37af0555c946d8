import Foundation
import HTTPTransport
import KubernetesClient
import Logging
import Testing

@Suite(.patience(minutes: 2))
struct InformerTests {
    /// What a handler was told, checked as it comes: nothing out of order for a key, nothing twice.
    struct Mirror: Sendable {
        var versions: [String: Int] = [:]
        var mistakes: [String] = []
        var events = 0

        mutating func take(_ event: InformerEvent<ConfigMap>) {
            events += 1
            let name = event.object.metadata.name
            let version = Int(event.object.metadata.resourceVersion ?? "") ?? 0
            switch event {
            case .added:
                if versions[name] != nil { mistakes.append("added twice: \(name)") }
                versions[name] = version
            case .updated(let old, _):
                if versions[name] != Int(old.metadata.resourceVersion ?? "") { mistakes.append("wrong old: \(name)") }
                if let before = versions[name], before >= version { mistakes.append("out of order: \(name)") }
                versions[name] = version
            case .deleted:
                if versions.removeValue(forKey: name) == nil { mistakes.append("deleted what was not there: \(name)") }
            }
            if !event.object.metadata.managedFields.isEmpty { mistakes.append("managed fields: \(name)") }
        }
    }

    private func quiet() -> Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

    private func client(_ cluster: FaultyCluster) -> KubernetesClient {
        KubernetesClient(
            configuration: .init(server: cluster.url, proxy: .none),
            options: .init(requestsPerSecond: 0),
            time: QuickTime()
        )
    }

    /// Runs an informer while a body works.
    private func running(
        _ cluster: FaultyCluster,
        idle: Duration = .seconds(30),
        _ body: (Informer<ConfigMap>, Noted<Mirror>) async throws -> Void
    ) async throws {
        let informer = Informer(
            client: client(cluster),
            ConfigMap.self,
            options: .init(namespace: "n", idleTimeout: idle),
            indexes: ["value": { [$0.data["value"] ?? ""] }],
            logger: quiet()
        )
        let mirror = Noted(Mirror())
        informer.onEvent { event in mirror.change { $0.take(event) } }
        let task = Task { try await informer.run() }
        defer { task.cancel() }
        try await body(informer, mirror)
        task.cancel()
        try await task.value
    }

    private func converges(_ cluster: FaultyCluster, _ informer: Informer<ConfigMap>, _ mirror: Noted<Mirror>) async {
        func versions() -> [String: String] {
            Dictionary(
                informer.store.all.map { ($0.metadata.name, $0.metadata.resourceVersion ?? "") },
                uniquingKeysWith: { $1 })
        }
        await eventually("the store equals the server") { versions() == cluster.contents }
        await eventually("the handlers saw the same") {
            mirror.value.versions.mapValues(String.init) == cluster.contents
        }
        #expect(mirror.value.mistakes == [])
    }

    @Test func `what is there is listed, what happens is followed`() async throws {
        let cluster = try FaultyCluster()
        defer { cluster.stop() }
        for index in 0..<20 { cluster.put("c\(index)", "v\(index % 2)") }
        try await running(cluster) { informer, mirror in
            try await informer.waitUntilSynced()
            #expect(informer.store.count == 20)
            #expect(informer.store.list(index: "value", value: "v1").count == 10)
            cluster.put("c0", "changed")
            cluster.put("new", "v1")
            cluster.remove("c1")
            await converges(cluster, informer, mirror)
            #expect(informer.store.get(namespace: "n", name: "c0")?.data["value"] == "changed")
            #expect(informer.store.list(index: "value", value: "v1").map(\.metadata.name).sorted().contains("new"))
            #expect(!informer.store.list(index: "value", value: "v1").contains { $0.metadata.name == "c1" })
            #expect(cluster.requests.filter { $0.query("watch") == nil }.count == 1)
        }
    }

    @Test func `a handler that comes late is told of everything`() async throws {
        let cluster = try FaultyCluster()
        defer { cluster.stop() }
        for index in 0..<5 { cluster.put("c\(index)") }
        try await running(cluster) { informer, _ in
            try await informer.waitUntilSynced()
            let late = Noted(Mirror())
            informer.onEvent { event in late.change { $0.take(event) } }
            #expect(late.value.versions.count == 5)
            cluster.put("c9")
            await converges(cluster, informer, late)
        }
    }

    @Test func `a resync tells handlers of every object again`() async throws {
        let cluster = try FaultyCluster()
        defer { cluster.stop() }
        for index in 0..<3 { cluster.put("c\(index)") }
        let informer = Informer(
            client: client(cluster), ConfigMap.self, options: .init(namespace: "n", resync: .milliseconds(200)),
            logger: quiet())
        let told = Noted([String: Int]())
        informer.onEvent { event in
            guard case .updated(let old, let new) = event else { return }
            #expect(old.metadata.resourceVersion == new.metadata.resourceVersion)
            told.change { $0[new.metadata.name, default: 0] += 1 }
        }
        let task = Task { try await informer.run() }
        await eventually("all came twice again") { told.value.count == 3 && told.value.values.allSatisfy { $0 >= 2 } }
        task.cancel()
        try await task.value
    }

    @Test(arguments: FaultyCluster.Fault.allCases)
    func `after a fault the store converges`(fault: FaultyCluster.Fault) async throws {
        let cluster = try FaultyCluster()
        defer { cluster.stop() }
        for index in 0..<5 { cluster.put("c\(index)") }
        let left = Noted(6)
        cluster.setFaults { _ in
            left.change {
                $0 -= 1; return $0 >= 0 && $0 % 2 == 1
            } ? fault : nil
        }
        try await running(cluster, idle: .milliseconds(700)) { informer, mirror in
            for round in 0..<8 {
                for index in 0..<4 { cluster.put("c\(index)", "round \(round)") }
                if round == 4 { cluster.remove("c4") }
                if round == 5 { cluster.put("c4") }
                try await Task.sleep(for: .milliseconds(15))
            }
            await converges(cluster, informer, mirror)
            #expect(cluster.injected[fault, default: 0] > 0)
        }
    }

    @Test func `a 410 restarts the list`() async throws {
        let cluster = try FaultyCluster()
        defer { cluster.stop() }
        cluster.put("stays")
        cluster.put("goes")
        try await running(cluster) { informer, mirror in
            try await informer.waitUntilSynced()
            cluster.remove("goes")
            cluster.put("comes")
            cluster.compact()
            await converges(cluster, informer, mirror)
            cluster.put("after")
            await converges(cluster, informer, mirror)
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func `under a storm of random faults nothing is lost or out of order`(seed: UInt64) async throws {
        let cluster = try FaultyCluster()
        defer { cluster.stop() }
        let generator = Noted(SeededGenerator(seed: seed))
        cluster.setFaults { request in
            // No watch stays whole, or the storm would end with the first that does.
            let watch = request.query("watch") == "true"
            return generator.change { generator in
                guard watch || Double.random(in: 0..<1, using: &generator) < 0.6 else { return nil }
                return FaultyCluster.Fault.allCases.filter { !watch || $0 != .slow }.randomElement(using: &generator)
            }
        }
        try await running(cluster, idle: .milliseconds(600)) { informer, mirror in
            for _ in 0..<400 {
                let (name, action) = generator.change {
                    ("c\(Int.random(in: 0..<30, using: &$0))", Int.random(in: 0..<100, using: &$0))
                }
                switch action {
                case 0: cluster.compact()
                case 1..<25: cluster.remove(name)
                default: cluster.put(name, "\(action)")
                }
                if action % 7 == 0 { try await Task.sleep(for: .milliseconds(10)) }
            }
            await eventually("faults were injected") {
                cluster.put("last")
                return cluster.injected.values.reduce(0, +) >= 10
            }
            cluster.setFaults { _ in nil }
            await converges(cluster, informer, mirror)
        }
    }

    @Test func `a streamed list replaces pages where the server has it, and pages come back where it does not`()
        async throws
    {
        for streams in [true, false] {
            let server = try ScriptedServer { request, connection in
                if request.query("sendInitialEvents") == "true" {
                    guard streams else {
                        return connection.respond(
                            422,
                            #"{"kind":"Status","reason":"Invalid","code":422,"message":"sendInitialEvents is forbidden"}"#
                        )
                    }
                    connection.beginChunked()
                    for name in ["a", "b"] {
                        connection.chunk(
                            #"{"type":"ADDED","object":{"metadata":{"name":"\#(name)","resourceVersion":"5"}}}"# + "\n")
                    }
                    connection.chunk(
                        #"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9","annotations":{"k8s.io/initial-events-end":"true"}}}}"#
                            + "\n")
                    _ = connection.waitForClose(seconds: 120)
                } else if request.query("watch") == "true" {
                    connection.beginChunked()
                    _ = connection.waitForClose(seconds: 120)
                } else {
                    connection.respond(
                        200,
                        #"{"metadata":{"resourceVersion":"9"},"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]}"#
                    )
                }
            }
            defer { server.stop() }
            let informer = Informer(
                client: KubernetesClient(server), ConfigMap.self, options: .init(streamsList: true), logger: quiet())
            let task = Task { try await informer.run() }
            defer { task.cancel() }
            try await informer.waitUntilSynced()
            #expect(Set(informer.store.all.map(\.metadata.name)) == ["a", "b"])
            await eventually("the watch goes on from the bookmark") {
                server.requests.contains { $0.query("watch") == "true" && $0.query("resourceVersion") == "9" }
            }
            #expect(server.requests.contains { $0.query("watch") == nil } == !streams)
        }
    }

    @Test func `a stopped informer closes its watch and stops`() async throws {
        let closed = Noted(false)
        let server = try ScriptedServer { request, connection in
            if request.query("watch") == "true" {
                connection.beginChunked()
                let isClosed = connection.waitForClose(seconds: 120)
                closed.change { $0 = isClosed }
            } else {
                connection.respond(200, #"{"metadata":{"resourceVersion":"10"},"items":[]}"#)
            }
        }
        defer { server.stop() }
        let informer = Informer(client: KubernetesClient(server), ConfigMap.self, logger: quiet())
        let task = Task { try await informer.run() }
        try await informer.waitUntilSynced()
        await eventually("the watch is open") { server.requests.count == 2 }
        task.cancel()
        try await task.value
        await eventually("the server saw the end") { closed.value }
    }

    @Test func `waiting for a sync ends when the task is cancelled`() async throws {
        let informer = Informer(
            client: KubernetesClient(configuration: .init(server: "http://127.0.0.1:1")), ConfigMap.self)
        let task = Task { try await informer.waitUntilSynced() }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
