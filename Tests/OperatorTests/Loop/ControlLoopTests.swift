import Autoscaler
import Foundation
import KubernetesClient
import ModelRegistry
import Testing
import Threading

@testable import Operator

/// What a person does with training runs: ask for one, hold it, cancel it, and say what its pods are like.
@Suite(.serialized)
struct ControlLoopTests {
    private let plain: JSONObject = ["targetRef": .null, "scaling": [:]]

    @Test func `a run is suspended and resumed`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: plain)
            let first = try await harness.firstRun()
            _ = try await harness.document(of: first)
            func suspend(_ value: Bool) async throws {
                _ = try await harness.client.patch(
                    TrainingJob.self, first, namespace: "demo", .merge(["spec": ["suspend": .bool(value)]]))
            }
            try await suspend(true)
            let held = try await harness.run(first) { $0.status?.phase == .suspended }
            #expect(held.status?.conditions?["Trained"]?.reason == "Suspended")
            let job = try await harness.client.get(Job.self, first, namespace: "demo")
            #expect(job["spec", "suspend"] == true)
            try await suspend(false)
            _ = try await harness.run(first) { $0.status?.phase == .running }
            let resumed = try await harness.client.get(Job.self, first, namespace: "demo")
            #expect(resumed["spec", "suspend"] == false)
            try await harness.train(first)
            _ = try await harness.model { $0.status?.production?.version == 1 }
        }
    }

    @Test func `nothing but suspend changes in a run`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: plain)
            let first = try await harness.firstRun()
            let error = await #expect(throws: KubernetesError.self) {
                _ = try await harness.client.patch(
                    TrainingJob.self, first, namespace: "demo", .merge(["spec": ["backoffLimit": 9]]))
            }
            #expect(error?.message.contains("only suspend changes") == true)
        }
    }

    @Test func `a deleted run takes its objects with it and the model carries on`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: plain)
            try await harness.trainFirst()
            try await harness.challenge("doomed")
            _ = try await harness.document(of: "doomed")
            try await harness.client.delete(TrainingJob.self, "doomed", namespace: "demo")
            let client = harness.client
            try await harness.wait("the end of its objects") { () async throws -> Bool? in
                let job = try await client.find(Job.self, "doomed", namespace: "demo")
                let role = try await client.find(Role.self, "doomed-trainer", namespace: "demo")
                let map = try await client.find(ConfigMap.self, "doomed-run", namespace: "demo")
                return job == nil && role == nil && map == nil ? true : nil
            }
            try await harness.challenge("next")
            try await harness.train("next", smape: 8, champion: 11)
            let model = try await harness.model { $0.status?.production?.version == 2 }
            #expect(model.status?.conditions?.isTrue("Ready") == true)
        }
    }

    @Test func `an annotation trains now, once`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: plain)
            try await harness.trainFirst()
            try await harness.nextSecond()
            let now = Timestamp(Date()).description
            try await harness.patchModel(["metadata": ["annotations": ["presage.dev/retrain-at": .string(now)]]])
            let answered = try await harness.model { $0.status?.retrainedAt == now }
            let name = try #require(answered.status?.lastTrainingJob)
            try await harness.train(name, smape: 8, champion: 11)
            _ = try await harness.model { $0.status?.production?.version == 2 }
            try await harness.patchModel(["metadata": ["annotations": ["wake": "up"]]])
            let runs = try await harness.client.list(TrainingJob.self, namespace: "demo").items
            #expect(runs.count == 2)
            #expect(runs.first { $0.name == name }?.metadata.labels["presage.dev/trigger"] == "Request")
        }
    }

    @Test func `a schedule trains at its time, and one that is too late is said to be missed, once`() async throws {
        let ahead = Locked(TimeInterval(0))
        try await OperatorHarness.with(ahead: ahead) { harness in
            // Not while this test runs.
            let hour = (Int(Date().timeIntervalSince1970) / 3600 + 12) % 24
            var spec = plain
            // The clock is set further than a finished run is usually kept: they must not go meanwhile.
            spec["training"] = [
                "schedule": .string("0 \(hour) * * *"), "startingDeadlineSeconds": 600,
                "ttlSecondsAfterFinished": 2_592_000,
            ]
            try await harness.createModel(spec: spec)
            try await harness.trainFirst()
            let due = try #require(
                try await harness.model { $0.status?.nextScheduleTime != nil }.status?.nextScheduleTime)
            try await harness.nextSecond()
            ahead.withLock { $0 = due.timeIntervalSinceNow + 60 }
            try await harness.patchModel(["metadata": ["annotations": ["wake": "1"]]])
            let run = try await harness.wait("the scheduled run") {
                try await harness.client.list(TrainingJob.self, namespace: "demo").items
                    .first { $0.metadata.labels["presage.dev/trigger"] == "Schedule" }?.metadata.name
            }
            let made = try await harness.model { $0.status?.lastScheduleTime != nil }
            #expect(made.status?.lastScheduleTime == due && made.status?.lastMissedScheduleTime == nil)
            try await harness.train(run, smape: 10, champion: 10, winner: .champion)
            _ = try await harness.model { $0.status?.production?.artifact == "\(run)-artifact" }

            // The next day the operator was away, and comes back an hour later.
            ahead.withLock { $0 += 86_400 + 3600 }
            try await harness.patchModel(["metadata": ["annotations": ["wake": "2"]]])
            let late = try await harness.model { $0.status?.lastMissedScheduleTime != nil }
            #expect(late.status?.lastMissedScheduleTime == due.addingTimeInterval(86_400))
            #expect(late.status?.history?.count { $0.type == "MissedSchedule" } == 1)
            #expect(late.status?.lastTrainingJob == run, "no run makes up for it")
            try await harness.wait("its Event") {
                try await harness.client.list(Event.self, namespace: "demo").items
                    .contains { $0["reason"] == "MissedSchedule" } ? true : nil
            }
        }
    }

    @Test func `a failed training leaves the champion serving and says so`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: plain)
            try await harness.trainFirst()
            try await harness.challenge("bad")
            _ = try await harness.document(of: "bad")
            try await harness.finishJob(
                "bad",
                condition: ["type": "Failed", "status": "True", "reason": "DeadlineExceeded", "message": "too slow"])
            let model = try await harness.model { $0.status?.conditions?["TrainingHealthy"]?.status == .false }
            #expect(model.status?.conditions?["TrainingHealthy"]?.reason == "DeadlineExceeded")
            #expect(model.status?.conditions?["TrainingHealthy"]?.message.contains("version 1 goes on serving") == true)
            #expect(model.status?.conditions?.isTrue("Trained") == true)
            #expect(model.status?.production?.version == 1)
        }
    }

    @Test func `the pods are as the model says, and the run's own inputs stay`() async throws {
        try await OperatorHarness.with { harness in
            var spec = plain
            spec["training"] = [
                "podLabels": ["kueue.x-k8s.io/queue-name": "night"], "podAnnotations": ["cost/team": "shop"],
                "priorityClassName": "low", "imagePullSecrets": [["name": "pull"]], "serviceAccountName": "trainer",
                "backoffLimit": 4, "activeDeadlineSeconds": 77, "nodeSelector": ["disk": "ssd"],
                "tolerations": [["key": "gpu", "operator": "Exists", "effect": "NoSchedule"]],
                "resources": ["requests": ["cpu": "2", "memory": "1Gi"], "limits": ["memory": "2Gi"]],
                "affinity": [
                    "nodeAffinity": [
                        "requiredDuringSchedulingIgnoredDuringExecution": [
                            "nodeSelectorTerms": [
                                ["matchExpressions": [["key": "pool", "operator": "In", "values": ["ml"]]]]
                            ]
                        ]
                    ]
                ],
                "env": [
                    ["name": "A", "value": "b"],
                    ["name": "S", "valueFrom": ["secretKeyRef": ["name": "s", "key": "k"]]],
                ],
                "volumes": [["name": "data", "persistentVolumeClaim": ["claimName": "c"]]],
                "volumeMounts": [["name": "data", "mountPath": "/data", "readOnly": true]],
            ]
            try await harness.createModel(spec: spec)
            let first = try await harness.firstRun()
            _ = try await harness.document(of: first)
            let job = try await harness.client.get(Job.self, first, namespace: "demo")
            #expect(job.metadata.labels["kueue.x-k8s.io/queue-name"] == "night")
            #expect(job.metadata.annotations["cost/team"] == "shop")
            #expect(job["spec", "backoffLimit"] == 4 && job["spec", "activeDeadlineSeconds"] == 77)
            let template = try #require(job["spec", "template"])
            #expect(template["metadata", "labels", "kueue.x-k8s.io/queue-name"] == "night")
            #expect(template["metadata", "annotations", "cost/team"] == "shop")
            let pod = try #require(template["spec"])
            #expect(pod["priorityClassName"] == "low" && pod["serviceAccountName"] == "trainer")
            #expect(pod["imagePullSecrets", 0, "name"] == "pull")
            #expect(pod["nodeSelector"] == ["disk": "ssd"] && pod["tolerations", 0, "key"] == "gpu")
            #expect(pod["tolerations", 0, "effect"] == "NoSchedule" && pod["tolerations", 0, "operator"] == "Exists")
            let terms = pod[
                "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"]
            #expect(terms?[0, "matchExpressions", 0, "values"] == ["ml"])
            let container = try #require(pod["containers", 0])
            let names = container["env"]?.arrayValue?.compactMap { $0["name"]?.stringValue }
            #expect(names == ["TMPDIR", "A", "S"])
            #expect(container["env", 2, "valueFrom", "secretKeyRef"] == ["name": "s", "key": "k"])
            #expect(container["resources", "requests"] == ["cpu": "2", "memory": "1Gi"])
            #expect(container["resources", "limits"] == ["memory": "2Gi"])
            let paths = container["volumeMounts"]?.arrayValue?.compactMap { $0["mountPath"]?.stringValue } ?? []
            #expect(paths.contains("/data") && paths.contains("/etc/presage/run"))
            let claims = pod["volumes"]?.arrayValue?.compactMap {
                $0["persistentVolumeClaim", "claimName"]?.stringValue
            }
            #expect(claims == ["c"])
        }
    }
}
