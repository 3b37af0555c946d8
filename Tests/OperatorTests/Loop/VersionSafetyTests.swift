import Autoscaler
import ForecastEngine
import Foundation
import KubernetesClient
import Logging
import ModelRegistry
import Testing

@testable import Operator

/// Versions that somebody changes at the wrong moment: late leaders, names used twice, bytes that rot.
@Suite(.serialized)
struct VersionSafetyTests {
    private let general: JSONObject = ["targetRef": .null, "scaling": [:]]

    @Test func `a late delete does not take a version that was pinned meanwhile`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: general)
            try await harness.trainFirst()
            try await harness.challenge("better")
            try await harness.train("better", smape: 5, champion: 10)
            let model = try await harness.model { $0.status?.production?.version == 2 }

            // A leader reads the versions, decides that version 1 goes, and is held up.
            let late = store(harness)
            let seen = try await late.live(model)
            let old = try #require(seen.production(pinned: 1))
            try await harness.patchModel(["spec": ["promotion": ["pinnedVersion": 1]]])
            _ = try await harness.model { $0.status?.production?.version == 1 }
            try await late.prune([old])

            let now = try #require(try await late.live(model).production(pinned: nil))
            #expect(now.name == old.name && now.record?.version == 1)
            let artifact = try await ClusterRegistry(client: harness.client).load(now.manifest, namespace: "demo")
            #expect(artifact.models.count == 2, "its chunks are there too")

            // What nobody has changed goes, with its chunks.
            let surplus = try #require(try await late.live(model).production(pinned: 2))
            try await late.prune([surplus])
            for name in surplus.configMaps {
                #expect(try await harness.client.find(ConfigMap.self, name, namespace: "demo") == nil)
            }
        }
    }

    @Test func `a deletion that a crash has interrupted is finished by whoever comes next`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: general)
            try await harness.trainFirst()
            try await harness.challenge("better")
            try await harness.train("better", smape: 5, champion: 10)
            let model = try await harness.model { $0.status?.production?.version == 2 }
            let old = try #require(try await store(harness).live(model).production(pinned: 1))
            // What a process leaves behind that dies after its first write.
            _ = try await harness.client.patch(
                ConfigMap.self, old.name, namespace: "demo",
                .merge(["metadata": ["annotations": [VersionStore.doomedAnnotation: "true"]]]))
            await harness.restartOperator()
            try await harness.patchModel(["metadata": ["annotations": ["wake": "up"]]])
            for name in old.configMaps {
                try await harness.wait("the end of \(name)") {
                    try await harness.client.find(ConfigMap.self, name, namespace: "demo") == nil ? true : nil
                }
            }
            #expect(try await harness.model { $0.status != nil }.status?.production?.version == 2)
        }
    }

    @Test func `a run that takes the name of an older one has published nothing yet, and is told so`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: general)
            try await harness.trainFirst()
            try await harness.challenge("better")
            try await harness.train("better", smape: 5, champion: 10)
            let first = try await harness.run("better") { $0.status?.phase == .succeeded }
            try await harness.client.delete(TrainingJob.self, "better", namespace: "demo")
            try await harness.wait("the Job to be gone") {
                try await harness.client.find(Job.self, "better", namespace: "demo") == nil ? true : nil
            }

            let versions = store(harness)
            try await harness.challenge("better")
            let second = try await harness.run("better") { $0.status?.phase?.isFinished ?? false }
            #expect(second.uid != first.uid)
            #expect(try await versions.isPublished(by: second, jobState: .complete) == false)
            #expect(
                try await versions.isPublished(by: first, jobState: .complete) == false,
                "a finished run is not asked for")
            #expect(second.status?.phase == .failed && second.status?.version == nil)
            #expect(second.status?.conditions?["Trained"]?.reason == "NameTaken")
            #expect(second.status?.conditions?["Trained"]?.message.contains("generateName") == true)
            let model = try await harness.model { $0.status?.conditions?["TrainingHealthy"]?.status == .false }
            #expect(model.status?.production?.version == 2)
        }
    }

    @Test func `a candidate whose bytes are not what its manifest says is never promoted`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: general)
            try await harness.trainFirst()
            try await harness.challenge("better")
            try await harness.train("better", smape: 5, champion: 10) { manifest in
                _ = try await harness.client.patch(
                    ConfigMap.self, manifest.chunks[0].name, namespace: "demo",
                    .merge(["binaryData": [manifest.chunks[0].name: "AAAA"]]))
            }
            let run = try await harness.run("better") { $0.status?.phase == .failed }
            let condition = try #require(run.status?.conditions?["Trained"])
            #expect(condition.reason == "ArtifactDamaged" && condition.message.contains("better-artifact-0"))
            #expect(run.status?.promoted == false)
            let model = try await harness.model { $0.status?.conditions?["TrainingHealthy"]?.status == .false }
            #expect(model.status?.production?.version == 1)
            #expect(try await store(harness).live(model).decided.last?.record?.decision == .damaged)
        }
    }

    @Test func `a candidate that rots while it waits is not approved, and a pin to such a version is refused`()
        async throws
    {
        try await OperatorHarness.with { harness in
            var spec = general
            spec["promotion"] = ["approval": "Manual"]
            try await harness.createModel(spec: spec)
            try await harness.trainFirst()
            let first = try await harness.model { $0.status?.production?.version == 1 }
            try await harness.challenge("second")
            try await harness.train("second", smape: 5, champion: 10)
            _ = try await harness.model { $0.status?.candidate?.version == 2 }
            try await rot("second-artifact-0", harness)
            try await harness.patchModel(["spec": ["promotion": ["approvedVersion": 2]]])
            let model = try await harness.model { $0.status?.candidate == nil }
            #expect(model.status?.production?.version == 1)
            #expect(model.status?.history?.contains { $0.type == "Damaged" && $0.version == 2 } == true)

            // The number is spent: what stands in Git approves nothing else.
            try await harness.challenge("third")
            try await harness.train("third", smape: 5, champion: 10)
            _ = try await harness.model { $0.status?.candidate?.version == 3 }
            try await harness.patchModel(["spec": ["promotion": ["approvedVersion": 3]]])
            _ = try await harness.model { $0.status?.production?.version == 3 }

            try await rot("\(try #require(first.status?.production?.artifact))-0", harness)
            try await harness.patchModel(["spec": ["promotion": ["pinnedVersion": 1]]])
            let refused = try await harness.model { $0.status?.conditions?.isTrue("Stalled") ?? false }
            #expect(refused.status?.conditions?["Ready"]?.message.contains("spec.promotion.pinnedVersion") == true)
            #expect(refused.status?.production?.version == 3)
        }
    }

    @Test func `a damaged artifact in production is told by condition and Event, and what was applied stays`()
        async throws
    {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            try await harness.createModel()
            try await harness.trainFirst()
            let healthy = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
            let applied = try await harness.deploymentJSON()["spec"]
            let chunk = "\(try #require(healthy.status?.production?.artifact))-0"
            let intact = try await rot(chunk, harness)
            // The operator that has read it goes on serving; the next one cannot.
            await harness.restartOperator()
            let model = try await harness.model { $0.status?.conditions?.isTrue("ArtifactDamaged") ?? false }
            let condition = try #require(model.status?.conditions?["ArtifactDamaged"])
            #expect(condition.reason == "DigestMismatch")
            #expect(condition.message.contains(chunk) && condition.message.contains("pinnedVersion"))
            #expect(model.status?.conditions?["Scaled"]?.reason == "ArtifactDamaged")
            #expect(model.status?.production?.version == 1 && model.status?.recommendation != nil)
            #expect(try await harness.deploymentJSON()["spec"] == applied)
            try await harness.wait("the Event") {
                try await harness.client.list(Event.self, namespace: "demo").items
                    .contains { $0["reason"]?.stringValue == "ArtifactDamaged" && $0["type"]?.stringValue == "Warning" }
                    ? true : nil
            }

            // Put back from a backup, it serves again.
            try await harness.client.delete(ConfigMap.self, chunk, namespace: "demo")
            _ = try await harness.client.create(intact)
            try await harness.patchModel(["metadata": ["annotations": ["wake": "up"]]])
            _ = try await harness.model { $0.status?.conditions?["ArtifactDamaged"] == nil }
            _ = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
        }
    }

    @Test func `a version that was decided on before a crash is sealed after it`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: general)
            let run = try await harness.firstRun()
            let record = PromotionRecord(
                decision: .promoted, version: 1, revision: 0, sequence: 1, decidedAt: Date(timeIntervalSince1970: 0),
                reason: "decided before the crash")
            try await harness.train(run, record: record)
            let done = try await harness.run(run) { $0.status?.phase == .succeeded }
            #expect(done.status?.promotionReason == "decided before the crash", "it is read, not decided again")
            let name = try #require(done.status?.manifest)
            for name in [name, "\(name)-0"] {
                let stored = try await harness.client.get(ConfigMap.self, name, namespace: "demo")
                #expect(stored.immutable, "\(name)")
            }
        }
    }

    @Test func `chunks without a manifest go with the run that failed`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: general)
            let run = try await harness.firstRun()
            let document = try await harness.document(of: run)
            var labels = document.artifact.labels
            labels[ArtifactLabels.kind] = ArtifactLabels.chunk
            for index in 0...1 {
                var chunk = ConfigMap(
                    metadata: ObjectMeta(
                        name: "\(document.artifact.name)-\(index)", namespace: "demo", labels: labels))
                chunk.binaryData = [chunk.metadata.name: [1, 2, 3]]
                _ = try await harness.client.create(chunk)
            }
            try await harness.finishJob(
                run, condition: ["type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"])
            _ = try await harness.run(run) { $0.status?.phase == .failed }
            let left = try await harness.client.list(
                ConfigMap.self, namespace: "demo",
                options: ListOptions(labelSelector: "\(ArtifactLabels.kind)=\(ArtifactLabels.chunk)"))
            #expect(left.items.isEmpty)
        }
    }

    @Test func `a manifest that cannot be read ends the run, and is not tried for ever`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: general)
            let run = try await harness.firstRun()
            let document = try await harness.document(of: run)
            var labels = document.artifact.labels
            labels[ArtifactLabels.kind] = ArtifactLabels.manifest
            _ = try await harness.client.create(
                ConfigMap(
                    metadata: ObjectMeta(name: document.artifact.name, namespace: "demo", labels: labels),
                    content: ["data": ["manifest.json": "{\"half\": "]]))
            try await harness.finishJob(run, condition: ["type": "Complete", "status": "True"])
            let failed = try await harness.run(run) { $0.status?.phase == .failed }
            #expect(failed.status?.conditions?["Trained"]?.reason == "ArtifactMissing")
            #expect(failed.status?.conditions?["Trained"]?.message.contains("that can be read") == true)
        }
    }

    @Test func `the number of failed series is theirs, not the list's`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: general)
            let run = try await harness.firstRun()
            try await harness.train(run, failures: 250)
            let done = try await harness.run(run) { $0.status?.phase == .succeeded }
            #expect(done.status?.failedSeries == 250)
        }
    }

    /// What a leader holds, without its informers.
    private func store(_ harness: OperatorHarness) -> VersionStore {
        VersionStore(
            client: harness.client, manifests: Store<ConfigMap>(),
            artifacts: ArtifactCache(registry: ClusterRegistry(client: harness.client)), logger: Logger(label: "test"))
    }

    /// Replaces a sealed chunk by other bytes of the same length; returns what it was.
    @discardableResult
    private func rot(_ name: String, _ harness: OperatorHarness) async throws -> ConfigMap {
        let stored = try await harness.wait("\(name) to be sealed") {
            let chunk = try await harness.client.get(ConfigMap.self, name, namespace: "demo")
            return chunk.immutable ? chunk : nil
        }
        var intact = stored
        intact.metadata = ObjectMeta(
            name: name, namespace: "demo", labels: stored.metadata.labels,
            ownerReferences: stored.metadata.ownerReferences)
        var bytes = try #require(stored.binaryData[name])
        bytes[bytes.count / 2] ^= 1
        var rotten = intact
        rotten.binaryData = [name: bytes]
        try await harness.client.delete(ConfigMap.self, name, namespace: "demo")
        _ = try await harness.client.create(rotten)
        return intact
    }
}
