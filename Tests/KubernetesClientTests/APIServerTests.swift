import Foundation
import HTTPTransport
import KubernetesClient
import Logging
import Testing

/// The client against an API server: the playground, and a real one where there is one at hand.
@Suite(.patience(minutes: 5), .serialized)
struct APIServerTests {
    private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func configMap(_ namespace: String, _ name: String, _ data: [String: String] = [:]) -> ConfigMap {
        var object = ConfigMap(metadata: ObjectMeta(name: name, namespace: namespace))
        object.data = data
        return object
    }

    private func deployment(_ namespace: String) -> JSONValue {
        [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": ["name": "web", "namespace": .string(namespace)],
            "spec": [
                "replicas": 2, "selector": ["matchLabels": ["app": "web"]],
                "template": [
                    "metadata": ["labels": ["app": "web"]],
                    "spec": [
                        "containers": [
                            ["name": "app", "image": "app:1", "resources": ["requests": ["cpu": "100m"]]]
                        ]
                    ],
                ],
            ],
        ]
    }

    @Test(arguments: APIServer.atHand) func `objects are made, read, changed four ways and deleted`(server: APIServer)
        async throws
    {
        try await server.inNamespace { client, namespace in
            let made = try await client.create(configMap(namespace, "a", ["k": "v"]))
            #expect(made.metadata.uid != nil)
            await #expect { try await client.create(configMap(namespace, "a")) } throws: {
                ($0 as? KubernetesError)?.code == .alreadyExists
            }
            var changed = made
            changed.data["k"] = "w"
            let updated = try await client.update(changed)
            #expect(updated.data == ["k": "w"])
            await #expect { try await client.update(changed) } throws: { ($0 as? KubernetesError)?.code == .conflict }
            let merged: ConfigMap = try await client.patch(
                ConfigMap.self, "a", namespace: namespace, .merge(["data": ["k": JSONValue.null, "m": "1"]]))
            #expect(merged.data == ["m": "1"])
            let operation: JSONValue = [["op": "add", "path": "/data/j", "value": "2"]]
            let patched: ConfigMap = try await client.patch(ConfigMap.self, "a", namespace: namespace, .json(operation))
            #expect(patched.data == ["m": "1", "j": "2"])
            let strategic: ConfigMap = try await client.patch(
                ConfigMap.self, "a", namespace: namespace, .strategic(["metadata": ["labels": ["x": "y"]]])
            )
            #expect(strategic.metadata.labels == ["x": "y"])
            let dry = try await client.apply(
                configMap(namespace, "dry", ["a": "b"]), fieldManager: "t", options: .init(dryRun: true))
            #expect(dry.data == ["a": "b"])
            #expect(try await client.find(ConfigMap.self, "dry", namespace: namespace) == nil)
            await #expect {
                try await client.delete(ConfigMap.self, "a", namespace: namespace, options: .init(uid: "other"))
            } throws: {
                ($0 as? KubernetesError)?.code == .conflict
            }
            try await client.delete(ConfigMap.self, "a", namespace: namespace, options: .init(propagation: .background))
            #expect(try await client.find(ConfigMap.self, "a", namespace: namespace) == nil)
        }
    }

    @Test(arguments: APIServer.atHand)
    func `server-side apply owns its fields, conflicts by name, and takes over by force`(server: APIServer) async throws
    {
        try await server.inNamespace { client, namespace in
            let made: Deployment = try await client.apply(Deployment.self, deployment(namespace), fieldManager: "git")
            #expect(made.replicas == 2)
            var ours = deployment(namespace)
            ours["spec"] = [
                "template": ["spec": ["containers": [["name": "app", "resources": ["requests": ["cpu": "250m"]]]]]]
            ]
            do {
                let _: Deployment = try await client.apply(Deployment.self, ours, fieldManager: "presage")
                Issue.record("applied over another manager")
            } catch let error as KubernetesError {
                #expect(error.code == .conflict)
                #expect(error.fieldManagerConflicts.map(\.manager) == ["git"])
                #expect(
                    error.fieldManagerConflicts.first?.field
                        == #".spec.template.spec.containers[name="app"].resources.requests.cpu"#)
            }
            let taken: Deployment = try await client.apply(Deployment.self, ours, fieldManager: "presage", force: true)
            #expect(taken.containers.first?["resources", "requests", "cpu"] == "250m")
            // Where a controller manager runs, it owns the status beside them.
            let managers = taken.metadata.managedFields.compactMap(\.manager).filter { $0 != "kube-controller-manager" }
            #expect(managers.sorted() == ["git", "presage"])
            // What the type does not name came back whole.
            #expect(taken["spec", "strategy", "type"] == "RollingUpdate")
            let stored: Deployment = try await client.patch(
                Deployment.self, "web", namespace: namespace, .merge(["status": ["observedGeneration": 7]]),
                subresource: "status")
            #expect(stored.observedGeneration == 7)
            #expect(stored.metadata.generation == taken.metadata.generation)
        }
    }

    @Test(arguments: APIServer.atHand) func `an invalid object gives causes that name the field`(server: APIServer)
        async throws
    {
        try await server.inNamespace { client, namespace in
            var bad = deployment(namespace)
            bad["spec", "replicas"] = -1
            do {
                let _: Deployment = try await client.create(try Deployment(json: bad))
                Issue.record("was stored")
            } catch let error as KubernetesError {
                #expect(error.code == .invalid)
                #expect(error.status?.details?.causes?.first?.field == "spec.replicas")
            }
        }
    }

    @Test(arguments: APIServer.atHand) func `a watch brings every change, and 410 when its version is compacted`(
        server: APIServer
    ) async throws {
        try await server.inNamespace { client, namespace in
            let begin: ResourceList<ConfigMap> = try await client.list(ConfigMap.self, namespace: namespace)
            let watch: WatchStream<ConfigMap> = try await client.watch(
                ConfigMap.self, namespace: namespace,
                options: .init(labelSelector: "t=1", resourceVersion: begin.resourceVersion)
            )
            var object = configMap(namespace, "w", ["n": "1"])
            object.metadata.labels = ["t": "1"]
            var stored = try await client.create(object)
            stored.data["n"] = "2"
            _ = try await client.update(stored)
            try await client.delete(ConfigMap.self, "w", namespace: namespace)
            var seen: [String] = []
            for try await event in watch {
                switch event {
                case .added(let object): seen.append("added \(object.data["n"] ?? "")")
                case .modified(let object): seen.append("modified \(object.data["n"] ?? "")")
                case .deleted(let object): seen.append("deleted \(object.data["n"] ?? "")")
                case .bookmark: break
                }
                if seen.count == 3 { break }
            }
            #expect(seen == ["added 1", "modified 2", "deleted 2"])
            // More changes than the playground remembers; a real server has long forgotten its first.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<600 {
                    group.addTask { _ = try await client.create(configMap(namespace, "o\(index)")) }
                }
                try await group.waitForAll()
            }
            await #expect {
                let old: WatchStream<ConfigMap> = try await client.watch(
                    ConfigMap.self, namespace: namespace, options: .init(resourceVersion: "1")
                )
                for try await _ in old {}
            } throws: { ($0 as? KubernetesError)?.code == .expired }
        }
    }

    @Test(arguments: APIServer.atHand) func `an informer follows a thousand objects through changes and pages`(
        server: APIServer
    ) async throws {
        try await server.inNamespace { client, namespace in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<1000 {
                    group.addTask { _ = try await client.create(configMap(namespace, "c\(index)", ["n": "0"])) }
                }
                try await group.waitForAll()
            }
            for streams in [false, true] {
                let informer = Informer(
                    client: client, ConfigMap.self,
                    options: .init(namespace: namespace, pageSize: 300, streamsList: streams), logger: quiet
                )
                let mirror = Noted(InformerTests.Mirror())
                informer.onEvent { event in mirror.change { $0.take(event) } }
                let task = Task { try await informer.run() }
                try await informer.waitUntilSynced()
                #expect(informer.store.all.filter { $0.metadata.name.hasPrefix("c") }.count == (streams ? 999 : 1000))
                let mark = streams ? "two" : "one"
                for index in 0..<50 {
                    let _: ConfigMap = try await client.patch(
                        ConfigMap.self, "c\(index)", namespace: namespace, .merge(["data": ["n": .string(mark)]]))
                }
                if !streams { try await client.delete(ConfigMap.self, "c999", namespace: namespace) }
                await eventually("every change arrived") {
                    informer.store.all.filter { $0.data["n"] == mark }.count == 50
                        && informer.store.get(namespace: namespace, name: "c999") == nil
                }
                #expect(mirror.value.mistakes == [])
                task.cancel()
                try await task.value
            }
        }
    }

    @Test(arguments: APIServer.atHand) func `discovery finds the built-in kinds`(server: APIServer) async throws {
        try await server.withClient { client in
            let found = try await client.discover()
            for definition in [
                Deployment.definition, ConfigMap.definition, Lease.definition, Role.definition, Namespace.definition,
            ] {
                #expect(found.contains(definition))
            }
            #expect(try await client.definition(apiVersion: "apps/v1", kind: "Deployment") == Deployment.definition)
        }
    }

    @Test(.enabled(if: APIServer.kubeconfig != nil, "needs HTTP/2; make test-integration"))
    func `a cold client's burst of requests shares one connection`() async throws {
        try await APIServer.real.withClient { client in
            // Another name than other tests', whose connections this client may not take.
            var configuration = client.configuration
            configuration.server = configuration.server.replacingOccurrences(of: "127.0.0.1", with: "localhost")
            let port = try #require(URL(string: configuration.server)?.port)
            let cold = KubernetesClient(configuration: configuration, options: .init(requestsPerSecond: 0))
            let before = try Connections.established(to: port)
            let answered = await withTaskGroup(of: Int.self) { group in
                // A server takes 100 streams a connection at least.
                for _ in 0..<90 {
                    group.addTask { (try? await cold.get(Namespace.self, "default")) == nil ? 0 : 1 }
                }
                return await group.reduce(0, +)
            }
            #expect(answered == 90)
            let opened = try Connections.established(to: port).subtracting(before)
            #expect(opened.count == 1, "\(opened.count) connections")
        }
    }

    @Test(arguments: APIServer.atHand) func `one leads by a Lease, and gives it back`(server: APIServer) async throws {
        try await server.inNamespace { client, namespace in
            let leading = Noted([String]())
            func elector(_ identity: String) -> LeaderElector {
                LeaderElector(
                    client: client,
                    options: .init(
                        name: "l", namespace: namespace, identity: identity, retryPeriod: .milliseconds(300)),
                    logger: quiet
                ) {
                    leading.change { $0.append(identity) }
                    while true { try await Task.sleep(for: .milliseconds(20)) }
                }
            }
            let (a, b) = (elector("a"), elector("b"))
            let taskA = Task { try await a.run() }
            await eventually("a leads") { leading.value == ["a"] && a.isLeader }
            let taskB = Task { try await b.run() }
            try await Task.sleep(for: .seconds(1))
            #expect(!b.isLeader)
            taskA.cancel()
            await eventually("b leads") { leading.value == ["a", "b"] && b.isLeader }
            taskB.cancel()
            await eventually("nobody holds it") {
                (try? await client.get(Lease.self, "l", namespace: namespace))?.holderIdentity == ""
            }
        }
    }

    @Test(arguments: APIServer.atHand) func `events are stored and counted`(server: APIServer) async throws {
        try await server.inNamespace { client, namespace in
            let object = try await client.create(configMap(namespace, "e"))
            let recorder = EventRecorder(client: client, component: "presage", instance: "test", logger: quiet)
            let task = Task { try await recorder.run() }
            for _ in 0..<3 { recorder.record(object, .warning, reason: "Tested", message: "it happened") }
            try await eventually("the event counts three") {
                let events: ResourceList<Event> = try await client.list(
                    Event.self, namespace: namespace, options: .init(fieldSelector: "involvedObject.name=e")
                )
                return events.items.count == 1 && events.items[0].count == 3
            }
            task.cancel()
            try await task.value
        }
    }

    @Test(arguments: APIServer.atHand) func `a wrong token is refused with advice`(server: APIServer) async throws {
        try await server.withClient { client in
            var configuration = client.configuration
            configuration.credentials = .token("wrong")
            configuration.tls.identity = nil
            do {
                let _: Namespace = try await KubernetesClient(configuration: configuration)
                    .get(Namespace.self, "default")
                Issue.record("answered")
            } catch let error as KubernetesError {
                #expect(error.code == .unauthorized)
            }
        }
    }
}
