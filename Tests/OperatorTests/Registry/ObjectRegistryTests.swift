import Autoscaler
import ForecastEngine
import Foundation
import KubernetesClient
import ModelRegistry
import ObjectStore
import Playground
import TestServers
import Testing

@testable import Operator

/// Versions whose chunks are in a real S3 server, and what such a server does wrong. In front of it stands a gate that can
/// be shut.
@Suite(.serialized, .enabled(if: MotoServer.isInstalled, "moto is not installed"))
struct ObjectRegistryTests {
    /// A model with an object store, and the store as somebody sees who may do everything.
    struct Bench {
        let harness: OperatorHarness
        let folder: URL
        let server: MotoServer
        let gate: TCPGate

        var registry: JSONValue {
            [
                "s3": [
                    "endpoint": .string("http://127.0.0.1:\(gate.port)"), "bucket": "history", "prefix": "models/test",
                    "pathStyle": true, "credentialsSecret": ["name": "store"],
                ]
            ]
        }

        var objects: S3Client {
            S3Client(
                bucket: S3Bucket(
                    name: "history", endpoint: server.endpoint, pathStyle: true,
                    credentials: S3Credentials(
                        accessKeyID: server.accessKeyID, secretAccessKey: server.secretAccessKey)))
        }

        func secret(_ id: String? = nil, _ key: String? = nil) -> JSONValue {
            func encoded(_ text: String) -> JSONValue { .string(Data(text.utf8).base64EncodedString()) }
            return [
                "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "store", "namespace": "demo"],
                "data": [
                    "accessKeyID": encoded(id ?? server.accessKeyID),
                    "secretAccessKey": encoded((key ?? server.secretAccessKey) + "\n"),
                ],
            ]
        }

        /// The objects of the store, by their keys.
        func keys() async throws -> Set<String> { Set(try await objects.list(prefix: "").objects.map(\.key)) }

        /// What the manifests in the cluster name.
        func named() async throws -> Set<String> {
            let registry = ClusterRegistry(client: harness.client)
            var keys: Set<String> = []
            for name in try await harness.artifacts("manifest") {
                let manifest = try await registry.manifest(name, namespace: "demo")
                let store = try #require(manifest.store)
                keys.formUnion(manifest.chunks.map(store.key))
            }
            return keys
        }

        /// Waits until the store holds just what manifests name.
        func settled() async throws -> Set<String> {
            try await harness.wait("a store without surplus") {
                let keys = try await keys()
                return try await named() == keys ? keys : nil
            }
        }

        func wake() async throws {
            try await harness.patchModel(["metadata": ["annotations": ["wake": .string(UUID().uuidString)]]])
        }
    }

    private let general: JSONObject = ["targetRef": .null, "scaling": [:]]

    private func with(
        pods: Bool = false, scripts: [String: String] = [:], _ body: (Bench) async throws -> Void
    ) async throws {
        try await MotoServer.with(objects: [:]) { server in
            let port = try #require(URL(string: server.endpoint)?.port)
            try await TCPGate.with(target: port) { gate in
                let folder = FileManager.default.temporaryDirectory.appending(path: "presage-s3-\(UUID().uuidString)")
                defer { try? FileManager.default.removeItem(at: folder) }
                let runner = pods ? try RealPods.runner(scripts: scripts, in: folder) : nil
                try await OperatorHarness.with(pods: runner) { harness in
                    try await body(Bench(harness: harness, folder: folder, server: server, gate: gate))
                }
            }
        }
    }

    private func model(_ bench: Bench, _ changes: JSONObject = [:]) async throws {
        try await bench.harness.create(bench.secret())
        var spec = general
        spec["registry"] = bench.registry
        for (key, value) in changes { spec[key] = value }
        try await bench.harness.createModel(spec: spec)
    }

    // MARK: What works

    @Test func `a fleet's models lie in the store, the cluster holds manifests alone, and nothing is left over`()
        async throws
    {
        try await with(pods: true) { bench in
            let harness = bench.harness
            let file = try RealPods.panel(series: 12, days: 21, in: bench.folder)
            try await harness.create(bench.secret())
            var spec = RealPods.spec(file, ["parallelism": 3, "historyLimit": 1])
            spec["registry"] = bench.registry
            let table = bench.folder.appending(path: "forecast.csv")
            spec["output"] = ["csv": ["path": .string(table.path)]]
            try await harness.createModel(spec: spec)
            let first = try await harness.firstRun()
            let done = try await harness.run(first) { $0.isFinished }
            #expect(done.status?.phase == .succeeded, "\(String(describing: done.status?.conditions))")
            _ = try await harness.model { $0.status?.production?.version == 1 }
            // The pod that writes forecasts reads the version from the store too.
            _ = try await harness.model { $0.status?.conditions?.isTrue("ForecastsWritten") ?? false }
            #expect(try String(contentsOf: table, encoding: .utf8).contains("store_11"))
            #expect(try await harness.artifacts("chunk").isEmpty)
            #expect(try await harness.artifacts("shard").isEmpty)
            let keys = try await bench.settled()
            #expect(keys.count == 3 && keys.allSatisfy { $0.hasPrefix("models/test/demo/shop/") })

            // Each pod reads its part of the champion from the store; the recipe that loses goes from there.
            try await harness.challenge("second", spec: ["algorithm": ["name": "ETS"]])
            let second = try await harness.run("second") { $0.isFinished }
            #expect(second.status?.phase == .succeeded, "\(String(describing: second.status?.conditions))")
            #expect(second.status?.championVersion == 1 && second.status?.championSmape == done.status?.smape)
            let after = try await harness.model { $0.status?.production?.artifact == "second-artifact" }
            let points = try await harness.get("/api/v1/models/demo/shop/next_day")
            #expect(points.status == 200 && points.body.contains("store_7"), "\(points.body.prefix(300))")
            // With a limit of one version that which served before it stays, and nothing older.
            try await harness.challenge("third", spec: ["algorithm": ["name": "Theta"], "parallelism": 1])
            let third = try await harness.run("third") { $0.isFinished }
            #expect(third.status?.phase == .succeeded, "\(String(describing: third.status?.conditions))")
            #expect(after.status?.conditions?["RegistryUnavailable"] == nil)
            _ = try await bench.settled()
            let manifests = try await harness.artifacts("manifest")
            #expect(manifests.count <= 3)
        }
    }

    @Test func `a run may publish a manifest and no chunk, and its pod has the one Secret mounted`() async throws {
        try await with { bench in
            try await model(bench)
            let run = try await bench.harness.firstRun()
            let document = try await bench.harness.document(of: run)
            let role = try await bench.harness.client.get(Role.self, "\(run)-trainer", namespace: "demo")
            #expect(role["rules", 0, "resourceNames"] == [.string("\(run)-artifact")])
            let store = try #require(document.artifact.objects?.store)
            #expect(store.prefix == "models/test/demo/shop/\(document.model.uid)/\(document.trainingJob.uid)/")
            let job = try await bench.harness.client.get(Job.self, run, namespace: "demo")
            let volumes = job["spec", "template", "spec", "volumes"]?.arrayValue ?? []
            let secrets = volumes.first { $0["name"] == "secrets" }?["projected", "sources"]?.arrayValue ?? []
            #expect(secrets.count == 3 && secrets.allSatisfy { $0["secret", "name"] == "store" })
            #expect(secrets.compactMap { $0["secret", "optional"]?.boolValue } == [true], "the token alone may lack")
        }
    }

    @Test func `a trainer that knows no object store says so at once`() async throws {
        try await with(pods: true) { bench in
            let file = try RealPods.panel(series: 2, days: 14, in: bench.folder)
            try await bench.harness.create(bench.secret())
            var spec = RealPods.spec(file, ["image": "python"])
            spec["registry"] = bench.registry
            try await bench.harness.createModel(spec: spec)
            let first = try await bench.harness.firstRun()
            let failed = try await bench.harness.run(first) { $0.status?.phase == .failed }
            let condition = failed.status?.conditions?["Trained"]
            #expect(condition?.reason == "UnsupportedRegistry", "\(String(describing: condition))")
            #expect(condition?.message.contains("spec.registry") == true)
        }
    }

    // MARK: The store is away

    @Test func `a store that is away at publication is waited for, and one that stays away ends the run`() async throws
    {
        try await with(pods: true) { bench in
            let harness = bench.harness
            let file = try RealPods.panel(series: 2, days: 14, in: bench.folder)
            try await harness.create(bench.secret())
            var spec = RealPods.spec(file)
            spec["registry"] = bench.registry
            try await harness.createModel(spec: spec)
            _ = try await harness.model { $0.status?.production?.version == 1 }

            // The champion is read, then the store goes: the pod has to find it away when it publishes.
            try await harness.challenge("patient", spec: ["algorithm": ["name": "Theta"]])
            try await harness.wait("the pod") {
                try await harness.client.list(
                    Pod.self, namespace: "demo", options: ListOptions(labelSelector: "job-name=patient")
                ).items.isEmpty ? nil : true
            }
            bench.gate.set(open: false)
            try await Task.sleep(for: .seconds(4))
            bench.gate.set(open: true)
            let patient = try await harness.run("patient") { $0.isFinished }
            #expect(patient.status?.phase == .succeeded, "\(String(describing: patient.status?.conditions))")

            // One that stays away is no fault of the history's: the Job may try again.
            try await harness.challenge("lost", spec: ["backoffLimit": 0])
            try await harness.wait("the Job") { try await harness.client.find(Job.self, "lost", namespace: "demo") }
            bench.gate.set(open: false)
            let lost = try await harness.wait("the end of the run", within: 90) {
                let run = try await harness.client.get(TrainingJob.self, "lost", namespace: "demo")
                return run.isFinished ? run : nil
            }
            let condition = try #require(lost.status?.conditions?["Trained"])
            #expect(condition.reason == "StoreUnreachable", "\(condition)")
            #expect(condition.message.contains("127.0.0.1:\(bench.gate.port)"))
            let model = try await harness.model { $0.status?.conditions?["TrainingHealthy"]?.status == .false }
            #expect(model.status?.production?.version != nil)
            bench.gate.set(open: true)
            _ = try await bench.settled()
        }
    }

    @Test func `a store that is away when a version is decided about holds the decision, and loses nothing`()
        async throws
    {
        try await with { bench in
            let harness = bench.harness
            try await model(bench)
            try await harness.trainFirst()
            try await harness.challenge("better")
            try await harness.train("better", smape: 5, champion: 10) { _ in bench.gate.set(open: false) }
            let waiting = try await harness.run("better") {
                $0.status?.conditions?["Trained"]?.reason == "StoreUnreachable"
            }
            #expect(waiting.isFinished == false)
            #expect(waiting.status?.conditions?["Trained"]?.message.contains("It is decided about as soon as") == true)
            let before = try await harness.model { $0.status?.conditions?.isTrue("RegistryUnavailable") ?? false }
            #expect(before.status?.production?.version == 1)
            #expect(before.status?.conditions?["ArtifactDamaged"] == nil, "nobody knows of any damage")
            #expect(before.status?.conditions?.isTrue("Trained") == true)
            bench.gate.set(open: true)
            let done = try await harness.run("better") { $0.isFinished }
            #expect(done.status?.promoted == true)
            // The store may be found back before the run is decided about or after it, each in a status of its own.
            _ = try await harness.model {
                $0.status?.production?.version == 2 && $0.status?.conditions?["RegistryUnavailable"] == nil
            }
        }
    }

    @Test func `what was read before goes on serving while the store is away; an operator that begins then says so`()
        async throws
    {
        try await with { bench in
            let harness = bench.harness
            try await harness.createDeployment()
            try await harness.create(bench.secret())
            try await harness.createModel(spec: ["registry": bench.registry])
            try await harness.trainFirst()
            _ = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
            let applied = try await harness.deploymentJSON()["spec"]
            bench.gate.set(open: false)
            #expect(try await harness.get("/api/v1/models/demo/shop/next_day").status == 200)
            try await bench.wake()
            let serving = try await harness.model { $0.metadata.annotations["wake"] != nil }
            #expect(serving.status?.conditions?.isTrue("Scaled") == true)

            await harness.restartOperator()
            let model = try await harness.model { $0.status?.conditions?.isTrue("RegistryUnavailable") ?? false }
            let condition = try #require(model.status?.conditions?["RegistryUnavailable"])
            #expect(condition.reason == "StoreUnreachable" && condition.message.contains("What is in production stays"))
            #expect(model.status?.production?.version == 1 && model.status?.recommendation != nil)
            #expect(try await harness.deploymentJSON()["spec"] == applied)
            let answer = try await harness.get("/api/v1/models/demo/shop/next_day")
            #expect(answer.status == 503 && answer.body.contains("ArtifactUnavailable"))

            bench.gate.set(open: true)
            _ = try await harness.model { $0.status?.conditions?["RegistryUnavailable"] == nil }
            _ = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
            #expect(try await harness.get("/api/v1/models/demo/shop/next_day").status == 200)
        }
    }

    // MARK: Who may

    @Test func `without a Secret that opens the store a run does not begin, and says what to do`() async throws {
        try await with { bench in
            let harness = bench.harness
            var spec = general
            spec["registry"] = bench.registry
            try await harness.createModel(spec: spec)
            let name = try await harness.firstRun()
            func waits(_ reason: String, _ words: String) async throws {
                let run = try await harness.run(name) { $0.status?.conditions?["Trained"]?.reason == reason }
                let message = run.status?.conditions?["Trained"]?.message ?? ""
                #expect(run.status?.phase == .pending && message.contains(words), "\(message)")
                let model = try await harness.model {
                    $0.status?.conditions?["RegistryUnavailable"]?.reason == reason
                }
                #expect(model.status?.conditions?.isTrue("Ready") == true)
            }
            try await waits("SecretNotFound", "demo/store")
            // What the API server answers where the team has made no Role.
            harness.playground.setGate(
                RequestGate(before: { request in
                    guard request.path.hasSuffix("/secrets/store"), request.method == "GET" else { return nil }
                    return .status(code: 403, reason: "Forbidden", retryAfterSeconds: nil)
                }))
            try await waits("SecretForbidden", "resourceName store")
            harness.playground.setGate(nil)

            var poor = bench.secret()
            poor["data"] = ["accessKeyID": .string(Data("AKIA".utf8).base64EncodedString())]
            try await harness.create(poor)
            try await waits("SecretInvalid", "its keys are: accessKeyID")
            for (id, key, words) in [
                ("AKIANOBODY", bench.server.secretAccessKey, "check accessKeyID"),
                (bench.server.accessKeyID, "wr0ng-secret", "check secretAccessKey"),
                (bench.server.powerlessKeyID, bench.server.powerlessSecret, "AccessDenied"),
            ] {
                try await harness.client.delete(Secret.self, "store", namespace: "demo")
                try await harness.create(bench.secret(id, key))
                try await harness.wait("the words \(words)") {
                    let run = try await harness.client.get(TrainingJob.self, name, namespace: "demo")
                    return run.status?.conditions?["Trained"]?.message.contains(words) == true ? true : nil
                }
                try await waits("StoreRefused", words)
                let text = try await harness.model { _ in true }.jsonValue().jsonString()
                #expect(!text.contains("wr0ng-secret") && !text.contains(bench.server.powerlessSecret))
            }
            try await harness.client.delete(Secret.self, "store", namespace: "demo")
            try await harness.create(bench.secret())
            try await harness.trainFirst()
            _ = try await harness.model { $0.status?.conditions?["RegistryUnavailable"] == nil }
        }
    }

    // MARK: Objects that rot

    @Test(arguments: ["cut", "changed", "longer", "gone"])
    func `an object that is not what the manifest says is never promoted, and never served`(how: String) async throws {
        try await with { bench in
            let harness = bench.harness
            try await model(bench)
            func spoil(_ manifest: VersionManifest) async throws {
                let store = try #require(manifest.store)
                let key = store.key(of: manifest.chunks[0])
                var bytes = try await bench.objects.read(key, upTo: 1 << 24)
                switch how {
                case "cut": bytes.removeLast(bytes.count / 2)
                case "changed": bytes[bytes.count / 2] ^= 1
                case "longer": bytes += [0, 0, 0]
                default:
                    try await bench.objects.delete(key)
                    return
                }
                try await bench.objects.put(key, bytes, contentType: "application/octet-stream")
            }
            try await harness.trainFirst()
            try await harness.challenge("better")
            try await harness.train("better", smape: 5, champion: 10) { try await spoil($0) }
            let run = try await harness.run("better") { $0.status?.phase == .failed }
            let condition = try #require(run.status?.conditions?["Trained"])
            #expect(condition.reason == "ArtifactDamaged" && condition.message.contains("artifact"), "\(condition)")
            let healthy = try await harness.model { $0.status?.conditions?["TrainingHealthy"]?.status == .false }
            #expect(healthy.status?.production?.version == 1)

            let registry = ClusterRegistry(client: harness.client)
            let name = try #require(healthy.status?.production?.artifact)
            try await spoil(try await registry.manifest(name, namespace: "demo"))
            await harness.restartOperator()
            let model = try await harness.model { $0.status?.conditions?.isTrue("ArtifactDamaged") ?? false }
            let reason = model.status?.conditions?["ArtifactDamaged"]?.reason
            #expect(reason == (how == "gone" ? "MissingChunk" : "DigestMismatch"))
            #expect(model.status?.production?.version == 1)
            #expect(model.status?.conditions?["RegistryUnavailable"] == nil)
        }
    }

    // MARK: Who comes late, and what is left behind

    @Test func `an operator that is killed between the objects and the manifest deletes nothing that is needed`()
        async throws
    {
        try await with { bench in
            let harness = bench.harness
            try await model(bench)
            let run = try await harness.firstRun()
            let document = try await harness.document(of: run)
            let store = try #require(document.artifact.objects?.store)
            // What a pod has written that is still at work.
            let early = store.prefix + String(repeating: "a", count: 64)
            try await bench.objects.put(early, [1], contentType: "application/octet-stream")
            await harness.restartOperator()
            try await bench.wake()
            _ = try await harness.model { $0.metadata.annotations["wake"] != nil }
            try await Task.sleep(for: .seconds(1))
            #expect(try await bench.keys().contains(early))

            try await harness.train(run) { _ in await harness.restartOperator() }
            _ = try await harness.model { $0.status?.production?.version == 1 }
            // With the run's end goes what its manifest does not name.
            let keys = try await bench.settled()
            #expect(!keys.contains(early) && !keys.isEmpty)
        }
    }

    @Test func `a run that fails leaves no object behind`() async throws {
        try await with { bench in
            let harness = bench.harness
            try await model(bench)
            let run = try await harness.firstRun()
            let store = try #require(try await harness.document(of: run).artifact.objects?.store)
            let foreign = store.prefix + "notes.txt"
            for key in [store.prefix + String(repeating: "b", count: 64), foreign] {
                try await bench.objects.put(key, [1], contentType: "text/plain")
            }
            try await harness.finishJob(
                run, condition: ["type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"])
            _ = try await harness.run(run) { $0.status?.phase == .failed }
            try await harness.wait("the end of the object") { try await bench.keys() == [foreign] ? true : nil }
        }
    }

    @Test func `a pod that publishes late changes nothing of a version that was decided about`() async throws {
        try await with { bench in
            let harness = bench.harness
            try await model(bench)
            try await harness.trainFirst()
            let before = try await bench.settled()
            let run = try await harness.firstRun()
            let document = try await harness.document(of: run)
            let registry = ClusterRegistry(client: harness.client)
            let manifest = try await registry.manifest("\(run)-artifact", namespace: "demo")
            let times = (0..<200).map { $0 * 3600 }
            let other = try TrainedModel.fit(
                TimeSeries(id: "other", times: times, values: times.map { Double($0 % 7) }),
                recipe: Recipe(.naive), horizon: 1)
            // Cut off for hours on its node, then back, with other data.
            let answered = try await registry.publish(
                NewVersion(
                    manifest: manifest, artifact: try ModelArtifact(models: [other]).encode(),
                    naming: document.artifact))
            #expect(answered == manifest, "it is told what stands")
            #expect(try await bench.keys().count == before.count + 1)
            let models = try await registry.load(manifest, namespace: "demo").models
            #expect(Set(models.map(\.seriesID)) == ["web/cpu", "web/memory"])
            await harness.restartOperator()
            #expect(try await bench.settled() == before)
        }
    }

    @Test func `objects of another model, and of one with the same name in another cluster, are nobody's surplus`()
        async throws
    {
        try await with { bench in
            let harness = bench.harness
            let digest = String(repeating: "c", count: 64)
            let others = ["models/test/demo/shop/other-uid/run/\(digest)", "models/test/demo/shopping/m/run/\(digest)"]
            for key in others { try await bench.objects.put(key, [1], contentType: "text/plain") }
            try await model(bench)
            try await harness.trainFirst()
            _ = try await harness.wait("the sweep") {
                try await bench.keys() == bench.named().union(others) ? true : nil
            }
            try await harness.client.delete(ForecastModel.self, "shop", namespace: "demo")
            try await harness.wait("the end of the model") {
                try await harness.client.find(ForecastModel.self, "shop", namespace: "demo") == nil ? true : nil
            }
            #expect(try await bench.keys() == Set(others))
        }
    }

    @Test func `a deleted model waits for its store, takes its objects along, and Retain keeps them`() async throws {
        try await with { bench in
            let harness = bench.harness
            try await model(bench, ["deletionPolicy": "Retain"])
            try await harness.trainFirst()
            let kept = try await bench.settled()
            let held = try await harness.model { _ in true }
            #expect(!held.metadata.finalizers.contains(ForecastModelReconciler.registryFinalizer))
            try await harness.client.delete(ForecastModel.self, "shop", namespace: "demo")
            try await harness.wait("the end of the model") {
                try await harness.client.find(ForecastModel.self, "shop", namespace: "demo") == nil ? true : nil
            }
            #expect(try await bench.keys() == kept)

            // A model of the same name takes them over, and takes them along when it goes.
            var spec = general
            spec["registry"] = bench.registry
            try await harness.createModel(spec: spec)
            _ = try await harness.model {
                $0.status?.production?.version == 1
                    && $0.metadata.finalizers.contains(ForecastModelReconciler.registryFinalizer)
            }
            bench.gate.set(open: false)
            try await harness.client.delete(ForecastModel.self, "shop", namespace: "demo")
            try await Task.sleep(for: .seconds(2))
            #expect(try await harness.client.find(ForecastModel.self, "shop", namespace: "demo") != nil)
            #expect(try await bench.keys() == kept)
            bench.gate.set(open: true)
            try await harness.wait("the end of the second model") {
                try await harness.client.find(ForecastModel.self, "shop", namespace: "demo") == nil ? true : nil
            }
            #expect(try await bench.keys().isEmpty)
        }
    }

    @Test func `a model whose Secret went first is let go, and an Event says what is left where`() async throws {
        try await with { bench in
            let harness = bench.harness
            try await model(bench)
            try await harness.trainFirst()
            try await harness.client.delete(Secret.self, "store", namespace: "demo")
            try await harness.client.delete(ForecastModel.self, "shop", namespace: "demo")
            try await harness.wait("the end of the model") {
                try await harness.client.find(ForecastModel.self, "shop", namespace: "demo") == nil ? true : nil
            }
            try await harness.wait("the Event") {
                try await harness.client.list(Event.self, namespace: "demo").items
                    .contains {
                        $0["reason"]?.stringValue == "ObjectsLeft"
                            && $0["note"]?.stringValue?.contains("s3://history/models/test/demo/shop/") == true
                            || $0["message"]?.stringValue?.contains("s3://history/models/test/demo/shop/") == true
                    } ? true : nil
            }
        }
    }
}
