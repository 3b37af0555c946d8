import Autoscaler
import Foundation
import KubernetesClient
import Playground
import Testing
import Threading

@testable import Operator

/// What pods and clusters do to a training: each ends in a condition that says what to do, and leaves the champion serving.
@Suite(.serialized)
struct PodFaultTests {
    /// A model whose first version serves.
    private func serving(_ harness: OperatorHarness, _ folder: URL, _ training: JSONObject = [:]) async throws {
        let file = try RealPods.panel(series: 2, days: 14, in: folder)
        try await harness.createModel(spec: RealPods.spec(file, training))
        _ = try await harness.model { $0.status?.production?.version == 1 }
    }

    @Test func `a pod that the kernel kills for its memory`() async throws {
        try await RealPods.with(scripts: ["greedy": "kill -9 $$"]) { harness, folder in
            try await serving(harness, folder)
            try await harness.challenge("greedy", spec: ["pod": ["image": "greedy"], "backoffLimit": 1])
            let (reason, message) = try await harness.failure(of: "greedy")
            #expect(reason == "OOMKilled")
            #expect(message.contains("resources.limits.memory") && message.contains("BackoffLimitExceeded"))
            let pods = try await harness.client.list(
                Pod.self, namespace: "demo", options: ListOptions(labelSelector: "job-name=greedy"))
            #expect(pods.items.count == 2, "one more try, as asked")
        }
    }

    @Test func `a pod that failed is told of while another one is tried`() async throws {
        try await RealPods.with { harness, folder in
            try await harness.createModel(spec: RealPods.spec(folder.appending(path: "nothing.csv").path))
            let model = try await harness.model {
                $0.status?.conditions?["Trained"]?.message.contains("failed before") ?? false
            }
            let message = try #require(model.status?.conditions?["Trained"]?.message)
            #expect(message.hasPrefix("the first training is under way: the pod of Job "), "\(message)")
            #expect(message.contains("is at work; 1 failed before, and it is tried again: "), "\(message)")
            #expect(message.contains("nothing.csv: cannot be read: No such file or directory"), "\(message)")
            let run = try #require(
                try await harness.client.list(TrainingJob.self, namespace: "demo").items.first)
            #expect(run.status?.phase == .running && run.status?.conditions?["Trained"]?.reason == "Retrying")
        }
    }

    @Test func `an evicted pod is replaced, and costs no try`() async throws {
        let script = """
            if mkdir "$0.once" 2>/dev/null; then exec sleep 600; fi
            exec \(RealPods.presage) "$@"
            """
        try await RealPods.with(scripts: ["slow-at-first": script]) { harness, folder in
            try await serving(harness, folder)
            try await harness.challenge("moved", spec: ["pod": ["image": "slow-at-first"], "backoffLimit": 0])
            let client = harness.client
            let name = try await harness.wait("a running pod") {
                try await client.list(
                    Pod.self, namespace: "demo", options: ListOptions(labelSelector: "job-name=moved")
                ).items.first { $0["status", "phase"] == "Running" }?.metadata.name
            }
            // A pod runs a moment before its process does anything: the next one must see that this one was there.
            let mark = folder.appending(path: "slow-at-first.once")
            try await harness.wait("the pod's own mark") {
                FileManager.default.fileExists(atPath: mark.path) ? true : nil
            }
            // What a kubelet writes when its node runs out of memory.
            _ = try await client.patch(
                Pod.self, name, namespace: "demo",
                .merge([
                    "status": [
                        "phase": "Failed", "reason": "Evicted", "message": "The node was low on resource: memory.",
                        "conditions": [
                            ["type": "DisruptionTarget", "status": "True", "reason": "TerminationByKubelet"]
                        ],
                    ]
                ]), subresource: "status")
            let moved = try await harness.run("moved") { $0.isFinished }
            #expect(moved.status?.phase == .succeeded, "\(String(describing: moved.status?.conditions))")
        }
    }

    @Test func `an image that cannot be pulled is named while the run waits, and its deadline ends it`() async throws {
        try await RealPods.with { harness, folder in
            try await serving(harness, folder)
            let versions = Locked<[String?]>([])
            harness.playground.setGate(
                RequestGate(before: { request in
                    if request.path.hasSuffix("/pods"), request.query["labelSelector"]?.contains("lost") ?? false {
                        versions.withLock { $0.append(request.query["resourceVersion"]) }
                    }
                    return nil
                }))
            try await harness.challenge(
                "lost", spec: ["pod": ["image": "example.com/no/such:1"], "activeDeadlineSeconds": 3600])
            let waiting = try await harness.run("lost") { $0.status?.conditions?["Trained"]?.reason == "ErrImagePull" }
            #expect(waiting.status?.phase == .running)
            let asked = versions.withLock { $0 }
            #expect(!asked.isEmpty && asked.allSatisfy { $0 == "0" }, "no server goes to etcd for it")
            #expect(waiting.status?.conditions?["Trained"]?.message.contains("example.com/no/such:1") == true)
            let job = try await harness.client.get(Job.self, "lost", namespace: "demo")
            #expect(job["spec", "activeDeadlineSeconds"] == 3600)
            // Nobody waits for an hour here.
            _ = try await harness.client.patch(
                Job.self, "lost", namespace: "demo", .merge(["spec": ["activeDeadlineSeconds": 1]]))
            let (reason, _) = try await harness.failure(of: "lost")
            #expect(reason == "DeadlineExceeded")
        }
    }

    @Test func `a ConfigMap that is not there is named by run and model, which go on when it comes`() async throws {
        try await RealPods.with { harness, folder in
            let panel = try String(contentsOfFile: RealPods.panel(series: 2, days: 14, in: folder), encoding: .utf8)
            var spec = RealPods.spec("")
            spec["source"] = ["csv": ["configMap": ["name": "sales", "key": "panel.csv"], "recorded": true]]
            try await harness.createModel(spec: spec)
            let told = "ConfigMap sales does not exist in namespace demo; create it"
            let model = try await harness.model { $0.status?.conditions?["Trained"]?.message.contains(told) == true }
            #expect(model.status?.conditions?["Trained"]?.reason == "Learning")
            let name = try await harness.firstRun()
            let run = try await harness.run(name) { $0.status?.conditions?["Trained"]?.reason == "SourceNotFound" }
            #expect(run.status?.conditions?["Trained"]?.message.contains("spec.source.csv.configMap.name") == true)

            let metadata: JSONValue = ["name": "sales", "namespace": "demo"]
            try await harness.create([
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": ["other.csv": .string(panel)],
            ])
            let key = "ConfigMap sales has no key panel.csv, only other.csv"
            _ = try await harness.run(name) { $0.status?.conditions?["Trained"]?.message.contains(key) == true }

            _ = try await harness.client.patch(
                ConfigMap.self, "sales", namespace: "demo", .merge(["data": ["panel.csv": .string(panel)]]))
            _ = try await harness.model { $0.status?.production?.version == 1 }
        }
    }

    @Test func `a corrected spec is trained at once, and the run that waits for what was wrong goes`() async throws {
        try await RealPods.with { harness, folder in
            let panel = try String(contentsOfFile: RealPods.panel(series: 2, days: 14, in: folder), encoding: .utf8)
            try await harness.create([
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "sales", "namespace": "demo"],
                "data": ["panel.csv": .string(panel)],
            ])
            var spec = RealPods.spec("")
            spec["source"] = ["csv": ["configMap": ["name": "sails", "key": "panel.csv"], "recorded": true]]
            try await harness.createModel(spec: spec)
            let first = try await harness.firstRun()
            _ = try await harness.run(first) { $0.status?.conditions?["Trained"]?.reason == "SourceNotFound" }
            try await harness.patchModel(["spec": ["source": ["csv": ["configMap": ["name": "sales"]]]]])
            _ = try await harness.model { $0.status?.production?.version == 1 }
            let old = try await harness.client.find(TrainingJob.self, first, namespace: "demo")
            #expect(old == nil)
        }
    }

    @Test func `a pod that does not begin is told of, with the Secrets that it mounts`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "presage-pods-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let ahead = Locked(TimeInterval(0))
        try await OperatorHarness.with(pods: try RealPods.runner(in: folder), ahead: ahead) { harness in
            var spec = RealPods.spec("")
            spec["source"] = [
                "csv": [
                    "url": "https://files.example/sales.csv",
                    "auth": ["bearerToken": ["name": "sales-login", "key": "token"]],
                ]
            ]
            try await harness.createModel(spec: spec)
            let name = try await harness.firstRun()
            _ = try await harness.run(name) { $0.status?.conditions?["Trained"]?.reason == "Running" }
            ahead.withLock { $0 = 60 }
            let told = "a Secret that has to exist: sales-login"
            let run = try await harness.run(name) { $0.status?.conditions?["Trained"]?.message.contains(told) == true }
            #expect(run.status?.conditions?["Trained"]?.reason == "ContainerCreating")
            _ = try await harness.model { $0.status?.conditions?["Trained"]?.message.contains(told) == true }
        }
    }

    @Test func `a trainer that takes too long`() async throws {
        try await RealPods.with(scripts: ["slow": "exec sleep 600"]) { harness, folder in
            try await serving(harness, folder)
            try await harness.challenge("slow", spec: ["pod": ["image": "slow"], "activeDeadlineSeconds": 2])
            let (reason, message) = try await harness.failure(of: "slow")
            #expect(reason == "DeadlineExceeded" && message.contains("deadline"))
        }
    }

    @Test func `a history that cannot be used is not tried again`() async throws {
        try await RealPods.with { harness, folder in
            try await serving(harness, folder)
            let file = folder.appending(path: "broken.csv")
            try Data("unique_id,ds,y\na,2026-01-01,much\n".utf8).write(to: file)
            try await harness.challenge(
                "broken",
                spec: ["source": ["csv": ["path": .string(file.path), "recorded": true]], "backoffLimit": 5])
            let (_, message) = try await harness.failure(of: "broken")
            #expect(message.contains("line 2") && message.contains("PodFailurePolicy"))
            let broken = try await harness.run("broken") { $0.isFinished }
            let stage = try #require(broken.status?.conditions?["Validated"])
            #expect(stage.status == .false && stage.reason == "InvalidNumber" && stage.message.contains("line 2"))
            let pods = try await harness.client.list(
                Pod.self, namespace: "demo", options: ListOptions(labelSelector: "job-name=broken"))
            #expect(pods.items.count == 1)
        }
    }

    @Test func `a trainer that keeps to no form ends its run all the same`() async throws {
        // The last argument is where the report goes.
        let script = """
            for log; do :; done
            cat > "$log" <<'REPORT'
            {"succeeded": false, "reason": "no data, sorry!", "message": "nothing there", "stages": [{"name": "step one",
            "succeeded": false, "reason": "it's empty", "message": "", "time": "2026-01-01T00:00:00Z"}]}
            REPORT
            exit 65
            """
        try await RealPods.with(scripts: ["rude": script]) { harness, folder in
            try await serving(harness, folder)
            try await harness.challenge("rude", spec: ["pod": ["image": "rude"]])
            let (reason, message) = try await harness.failure(of: "rude")
            #expect(reason == "NoDataSorry" && message.contains("nothing there"))
            let run = try await harness.run("rude") { $0.isFinished }
            #expect(run.status?.conditions?["StepOne"]?.reason == "ItSEmpty")
        }
    }

    @Test(arguments: [1, 2])
    func `a namespace whose quota is used up`(shards: Int) async throws {
        try await RealPods.with { harness, folder in
            try await serving(harness, folder)
            let count = try await harness.client.list(ConfigMap.self, namespace: "demo").items.count
            // Room for the run's document, and for no artifact.
            try await harness.create([
                "apiVersion": "v1", "kind": "ResourceQuota", "metadata": ["name": "small", "namespace": "demo"],
                "spec": ["hard": ["count/configmaps": .string("\(count + 1)")]],
            ])
            try await harness.challenge(
                "full", spec: ["backoffLimit": 0, "parallelism": .int(Int64(shards)), "algorithm": ["name": "Theta"]])
            let (reason, message) = try await harness.failure(of: "full")
            #expect(reason == "RegistryFull")
            #expect(message.contains("exceeded quota: small") && message.contains("historyLimit"))

            // Without room for even the document nothing starts, and the run goes on when there is room.
            try await harness.challenge("waiting", spec: ["algorithm": ["name": "Theta"]])
            let waiting = try await harness.run("waiting") {
                $0.status?.conditions?["Trained"]?.reason == "RegistryFull"
            }
            #expect(waiting.status?.phase == .pending)
            try await harness.client.delete(
                KubernetesObject.self, "small", namespace: "demo",
                definition: ResourceDefinition(
                    group: "", version: "v1", plural: "resourcequotas", kind: "ResourceQuota"))
            _ = try await harness.client.patch(
                TrainingJob.self, "waiting", namespace: "demo", .merge(["metadata": ["annotations": ["wake": "up"]]]))
            let done = try await harness.run("waiting") { $0.isFinished }
            #expect(done.status?.phase == .succeeded, "\(String(describing: done.status?.conditions))")
        }
    }

    @Test func `finished runs go when their time is over, but for the failure that counts the tries`() async throws {
        try await RealPods.with { harness, folder in
            try await serving(harness, folder, ["ttlSecondsAfterFinished": 0])
            let first = try await harness.model { $0.status?.production != nil }
            let client = harness.client
            try await harness.wait("the end of the first run") { () async throws -> Bool? in
                try await client.list(TrainingJob.self, namespace: "demo").items.isEmpty ? true : nil
            }
            #expect(first.status?.production?.version == 1)
            try await harness.challenge(
                "bad", spec: ["source": ["csv": ["path": "/no/such.csv", "recorded": true]], "backoffLimit": 0])
            _ = try await harness.failure(of: "bad")
            try await Task.sleep(for: .seconds(1))
            #expect(try await client.find(TrainingJob.self, "bad", namespace: "demo") != nil)
        }
    }
}
