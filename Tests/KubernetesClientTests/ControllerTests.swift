import Foundation
import HTTPTransport
import KubernetesClient
import Logging
import ServiceLifecycle
import Testing

@Suite(.patience(minutes: 1))
struct ControllerTests {
    private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Runs a controller over the ConfigMaps of a cluster while a body works.
    private func running(
        _ cluster: FaultyCluster,
        wire: (Controller, Informer<ConfigMap>) -> Void = { $0.watch($1) },
        reconcile: @escaping @Sendable (ObjectKey, Informer<ConfigMap>) async throws -> ReconcileResult,
        _ body: (Controller) async throws -> Void
    ) async throws {
        let client = KubernetesClient(configuration: .init(server: cluster.url, proxy: .none))
        let informer = Informer(client: client, ConfigMap.self, logger: quiet)
        let controller = Controller(name: "test", logger: quiet) { try await reconcile($0, informer) }
        wire(controller, informer)
        let tasks = [Task { try await informer.run() }, Task { try await controller.run() }]
        defer { for task in tasks { task.cancel() } }
        try await body(controller)
    }

    @Test func `every object is reconciled, and again as it changes or goes`() async throws {
        let cluster = try FaultyCluster()
        defer { cluster.stop() }
        for index in 0..<10 { cluster.put("c\(index)", "1") }
        let seen = Noted([String: String]())
        try await running(cluster) { key, informer in
            seen.change { $0[key.name] = informer.store.get(key)?.data["value"] }
            return .done
        } _: { _ in
            await eventually("all were seen") { seen.value.count == 10 }
            cluster.put("c3", "2")
            cluster.remove("c4")
            await eventually("the change and the end were seen") { seen.value["c3"] == "2" && seen.value["c4"] == nil }
        }
    }

    @Test
    func `a controller that does not run, in a replica that does not lead, remembers nothing of what came and went`()
        async throws
    {
        let cluster = try FaultyCluster()
        defer { cluster.stop() }
        let client = KubernetesClient(configuration: .init(server: cluster.url, proxy: .none))
        let informer = Informer(client: client, ConfigMap.self, logger: quiet)
        let seen = Noted([String]())
        let controller = Controller(name: "test", logger: quiet) { key in
            seen.change { $0.append(key.name) }
            return .done
        }
        controller.watch(informer)
        let task = Task { try await informer.run() }
        defer { task.cancel() }
        try await informer.waitUntilSynced()
        for index in 0..<20 { cluster.put("run-\(index)") }
        await eventually("all were seen") { informer.store.count == 20 }
        for index in 1..<20 { cluster.remove("run-\(index)") }
        await eventually("all but one are gone") { informer.store.count == 1 }
        #expect(controller.queue.count == 0)

        let leading = Task { try await controller.run() }
        defer { leading.cancel() }
        await eventually("it works on what there is") { !seen.value.isEmpty }
        cluster.put("run-20")
        await eventually("it is woken from then on") { seen.value.contains("run-20") }
        #expect(seen.value == ["run-0", "run-20"])
    }

    @Test func `a failure is tried again, a terminal one waits for a change`() async throws {
        let cluster = try FaultyCluster()
        defer { cluster.stop() }
        cluster.put("flaky")
        cluster.put("broken")
        let tries = Noted([String: Int]())
        struct Flaky: Error {}
        try await running(cluster) { key, _ in
            let turn = tries.change {
                $0[key.name, default: 0] += 1; return $0[key.name, default: 0]
            }
            if key.name == "broken" { throw TerminalError("never") }
            if turn < 4 { throw Flaky() }
            return .done
        } _: { controller in
            await eventually("the flaky one came through") {
                tries.value["flaky"] == 4 && tries.value["broken"] != nil
            }
            #expect(tries.value["broken"] == 1)
            cluster.put("broken", "changed")
            await eventually("the broken one is tried again") { tries.value["broken"] == 2 }
            await eventually("its failures are forgotten") {
                controller.queue.failures(of: ObjectKey(namespace: "n", name: "flaky")) == 0
            }
        }
    }

    @Test func `a key is not lost where something within its reconcile was cancelled, and not the controller`()
        async throws
    {
        let cluster = try FaultyCluster()
        defer { cluster.stop() }
        cluster.put("a")
        let turns = Noted(0)
        try await running(cluster) { _, _ in
            let turn = turns.change {
                $0 += 1; return $0
            }
            if turn == 1 { throw CancellationError() }
            return .done
        } _: { _ in
            await eventually("it is tried again") { turns.value == 2 }
        }
    }

    @Test func `a reconciler may ask to be called again`() async throws {
        let cluster = try FaultyCluster()
        defer { cluster.stop() }
        cluster.put("a")
        let turns = Noted(0)
        try await running(cluster) { _, _ in
            turns.change {
                $0 += 1; return $0
            } < 3 ? .requeue(after: .milliseconds(10)) : .done
        } _: { _ in
            await eventually("it was called three times") { turns.value == 3 }
        }
    }

    @Test func `owners and mapped objects are woken`() async throws {
        let server = try ScriptedServer { request, connection in
            if request.query("watch") == "true" {
                connection.beginChunked()
                _ = connection.waitForClose(seconds: 120)
            } else {
                connection.respond(
                    200,
                    #"{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"child","namespace":"n","labels":{"for":"mapped"},"ownerReferences":[{"apiVersion":"presage.dev/v9","kind":"TrainingJob","name":"parent","uid":"u","controller":true},{"apiVersion":"v1","kind":"Other","name":"no","uid":"u"}]}}]}"#
                )
            }
        }
        defer { server.stop() }
        let informer = Informer(client: KubernetesClient(server), ConfigMap.self, logger: quiet)
        let seen = Noted(Set<String>())
        let controller = Controller(name: "test", logger: quiet) { key in
            seen.change { _ = $0.insert(key.description) }
            return .done
        }
        let owner = ResourceDefinition(
            group: "presage.dev", version: "v1alpha1", plural: "trainingjobs", kind: "TrainingJob")
        controller.watchOwned(informer, by: owner)
        controller.watch(informer) { event in
            [ObjectKey(namespace: "m", name: event.object.metadata.labels["for"] ?? "")]
        }
        let tasks = [Task { try await informer.run() }, Task { try await controller.run() }]
        defer { for task in tasks { task.cancel() } }
        await eventually("both were woken") { seen.value == ["n/parent", "m/mapped"] }
    }

    @Test func `a change of status alone wakes nobody`() throws {
        func event(_ old: String, _ new: String) throws -> InformerEvent<KubernetesObject> {
            .updated(
                old: try KubernetesObject(json: try JSONValue(parsing: old)),
                new: try KubernetesObject(json: try JSONValue(parsing: new))
            )
        }
        let base = #"{"metadata":{"name":"a","uid":"u","generation":1,"resourceVersion":"1"}}"#
        #expect(
            try !event(base, base.replacing(#""resourceVersion":"1""#, with: #""resourceVersion":"2""#)).isSpecChange)
        #expect(try event(base, base).isSpecChange)
        for change in [
            #""generation":2"#, #""generation":1,"labels":{"a":"b"}"#, #""generation":1,"finalizers":["f"]"#,
            #""generation":1,"deletionTimestamp":"2026-11-21T09:30:00Z""#,
        ] {
            let changed = base.replacing(#""generation":1"#, with: change).replacing(
                #"Version":"1""#, with: #"Version":"2""#)
            #expect(try event(base, changed).isSpecChange)
        }
    }

    @Test func `a graceful shutdown finishes what is under way and begins nothing`() async throws {
        let started = Noted(0)
        let finished = Noted(0)
        let isReleased = Noted(false)
        let controller = Controller(name: "test", workers: 2, logger: quiet) { _ in
            started.change { $0 += 1 }
            while !isReleased.value { try await Task.sleep(for: .milliseconds(5)) }
            finished.change { $0 += 1 }
            return .done
        }
        for index in 0..<10 { controller.queue.add(ObjectKey(name: "k\(index)")) }
        let group = ServiceGroup(services: [controller], logger: quiet)
        let task = Task { try await group.run() }
        await eventually("two are under way") { started.value == 2 }
        await group.triggerGracefulShutdown()
        await eventually("what waits is dropped") { controller.queue.count == 0 }
        isReleased.change { $0 = true }
        try await task.value
        #expect(started.value == 2)
        #expect(finished.value == 2)
    }
}
