import Autoscaler
import ForecastEngine
import Foundation
import KubernetesClient
import ModelRegistry
import Playground
import Testing
import Threading

@testable import Operator

@Suite(.serialized)
struct TrainingLoopTests {
    @Test func `a loser is refused, a winner is promoted, a rollback outlives its pin`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            try await harness.createModel()
            try await harness.trainFirst()

            try await harness.challenge("worse")
            try await harness.train("worse", smape: 14, champion: 11, winner: .champion)
            let worse = try await harness.run("worse") { $0.status?.phase == .succeeded }
            #expect(worse.status?.promoted == false && worse.status?.version == 1)
            #expect(worse.status?.smape == 14 && worse.status?.championSmape == 11)
            let refreshed = try await harness.model { $0.status?.production?.revision == 1 }
            #expect(refreshed.status?.production?.version == 1 && refreshed.status?.production?.smape == 11)

            try await harness.challenge("better")
            try await harness.train("better", smape: 8, champion: 11)
            let better = try await harness.run("better") { $0.status?.phase == .succeeded }
            #expect(better.status?.promoted == true && better.status?.version == 2)
            let promoted = try await harness.model { $0.status?.production?.version == 2 }
            #expect(promoted.status?.production?.smape == 8)

            try await harness.patchModel(["spec": ["promotion": ["pinnedVersion": 1]]])
            _ = try await harness.model { $0.status?.production?.version == 1 }
            try await harness.patchModel(["spec": ["promotion": ["pinnedVersion": .null]]])
            _ = try await harness.model { $0.spec.promotion.pinnedVersion == nil && $0.status?.observedGeneration == 3 }
            let after = try await harness.model { $0.status?.production != nil }
            #expect(after.status?.production?.version == 1)
        }
    }

    @Test func `status is rebuilt from the versions when it is lost`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: ["targetRef": .null, "scaling": [:]])
            try await harness.trainFirst()
            _ = try await harness.client.patch(
                ForecastModel.self, "shop", namespace: "demo", .json([["op": "remove", "path": "/status"]]),
                subresource: "status")
            try await harness.patchModel(["metadata": ["annotations": ["wake": "up"]]])
            let model = try await harness.model { $0.status?.production?.version == 1 }
            #expect(model.status?.conditions?.isTrue("Trained") == true)
            let runs = try await harness.client.list(TrainingJob.self, namespace: "demo").items
            #expect(runs.count == 1, "no second training is started")
        }
    }

    @Test func `a start that was broken off goes on with what it has made, though there is room for no more`()
        async throws
    {
        try await OperatorHarness.with { harness in
            let (posts, isBroken) = (Locked<[String: Int]>([:]), Locked(true))
            harness.playground.setGate(
                RequestGate(before: { request in
                    guard request.method == "POST" else { return nil }
                    let plural = String(request.path.split(separator: "/").last ?? "")
                    posts.withLock { $0[plural, default: 0] += 1 }
                    return plural == "roles" && isBroken.withLock { $0 } ? Fault.internalError : nil
                }))
            let count = try await harness.client.list(ConfigMap.self, namespace: "demo").items.count
            try await harness.create([
                "apiVersion": "v1", "kind": "ResourceQuota", "metadata": ["name": "small", "namespace": "demo"],
                "spec": ["hard": ["count/configmaps": .string("\(count + 1)")]],
            ])
            try await harness.createModel(spec: ["targetRef": .null, "scaling": [:]])
            let run = try await harness.firstRun()
            try await harness.wait("the start to be broken off") { posts.withLock { $0["roles"] } }
            // Another operator goes on, which remembers nothing of it.
            await harness.stopOperator()
            isBroken.withLock { $0 = false }
            await harness.restartOperator()
            _ = try await harness.run(run) { $0.status?.phase == .running }
            let made = posts.withLock { $0 }
            #expect(made["configmaps", default: 0] >= 2 && made["serviceaccounts"] == 1 && made["jobs"] == 1, "\(made)")
        }
    }

    @Test func `runs of one model go one after the other`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: ["targetRef": .null, "scaling": [:]])
            let first = try await harness.firstRun()
            // Its Job is there before its status says so, and what the operator has not seen it does not wait for.
            _ = try await harness.run(first) { $0.status?.phase == .running }
            try await harness.challenge("next")
            let queued = try await harness.run("next") { $0.status?.phase == .pending }
            #expect(queued.status?.conditions?["Trained"]?.reason == "Queued")
            #expect(queued.status?.conditions?["Trained"]?.message.contains(first) == true)
            try await harness.train(first)
            let document = try await harness.document(of: "next")
            #expect(document.champion?.version == 1, "it is scored against what the first one made")
        }
    }

    @Test func `a failed Job fails the run with a reason and leaves nothing in production`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel()
            let first = try await harness.firstRun()
            _ = try await harness.document(of: first)
            try await harness.finishJob(
                first,
                condition: [
                    "type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "failed 3 times",
                ])
            let run = try await harness.run(first) { $0.status?.phase == .failed }
            #expect(run.status?.conditions?["Trained"]?.reason == "BackoffLimitExceeded")
            let model = try await harness.model { $0.status?.conditions?["Trained"]?.reason == "BackoffLimitExceeded" }
            #expect(model.status?.conditions?["Trained"]?.message.contains(first) == true)
            #expect(model.status?.production == nil)
        }
    }

    @Test func `a Job that completes without a version is a failure that names the contract`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel()
            let first = try await harness.firstRun()
            _ = try await harness.document(of: first)
            try await harness.finishJob(first, condition: ["type": "Complete", "status": "True"])
            let run = try await harness.run(first) { $0.status?.phase == .failed }
            #expect(run.status?.conditions?["Trained"]?.reason == "ArtifactMissing")
            #expect(run.status?.conditions?["Trained"]?.message.contains("trainer-contract") == true)
        }
    }

    @Test func `the run's rights are its own artifact and nothing else`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel()
            let first = try await harness.firstRun()
            let document = try await harness.document(of: first)
            let role = try await harness.client.get(Role.self, "\(first)-trainer", namespace: "demo")
            let rule = try #require(role["rules", 0])
            #expect(rule["resources"] == ["configmaps"])
            let names = rule["resourceNames"]?.arrayValue?.compactMap(\.stringValue) ?? []
            #expect(names.contains(document.artifact.name) && names.allSatisfy { $0.hasPrefix(document.artifact.name) })
            #expect(role["rules"]?.arrayValue?.count == 1 && rule["verbs"] == ["create", "patch", "get"])
            let job = try await harness.client.get(Job.self, first, namespace: "demo")
            let container = job["spec", "template", "spec", "containers", 0]
            #expect(container?["securityContext", "readOnlyRootFilesystem"] == true)
            #expect(job["spec", "template", "spec", "securityContext", "runAsNonRoot"] == true)
            #expect(job.metadata.controller?.kind == "TrainingJob")
            // They end with the run.
            try await harness.train(first)
            _ = try await harness.run(first) { $0.isFinished }
            let account = "\(first)-trainer"
            #expect(try await harness.client.find(RoleBinding.self, account, namespace: "demo") == nil)
            #expect(try await harness.client.find(Role.self, account, namespace: "demo") == nil)
            #expect(try await harness.client.find(ServiceAccount.self, account, namespace: "demo") == nil)
        }
    }

    @Test func `an account that only has the name of the run's own is not taken away with the run`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.create([
                "apiVersion": "v1", "kind": "ServiceAccount",
                "metadata": ["name": "mine-trainer", "namespace": "demo"],
            ])
            try await harness.createModel(spec: ["targetRef": .null, "scaling": [:]])
            try await harness.trainFirst()
            try await harness.create([
                "apiVersion": "presage.dev/v1alpha1", "kind": "TrainingJob",
                "metadata": ["name": "mine", "namespace": "demo"],
                "spec": ["modelRef": ["name": "shop"], "pod": ["serviceAccountName": "mine-trainer"]],
            ])
            try await harness.train("mine", champion: 10)
            _ = try await harness.run("mine") { $0.isFinished }
            #expect(try await harness.client.find(Role.self, "mine-trainer", namespace: "demo") == nil)
            #expect(try await harness.client.find(ServiceAccount.self, "mine-trainer", namespace: "demo") != nil)
        }
    }

    @Test(arguments: ["Role", "RoleBinding", "ServiceAccount"])
    func `what is left of a deleted run of the same name is waited for, not used`(kind: String) async throws {
        try await OperatorHarness.with { harness in
            let client = harness.client
            let definition =
                switch kind {
                case "Role": Role.definition
                case "RoleBinding": RoleBinding.definition
                default: ServiceAccount.definition
                }
            var left: JSONValue = [
                "apiVersion": .string(definition.apiVersion), "kind": .string(kind),
                "metadata": [
                    "name": "again-trainer", "namespace": "demo", "finalizers": ["example.com/slow"],
                    "ownerReferences": [
                        [
                            "apiVersion": "presage.dev/v1alpha1", "kind": "TrainingJob", "name": "again", "uid": "gone",
                            "controller": true,
                        ]
                    ],
                ],
            ]
            if kind == "RoleBinding" {
                left["roleRef"] = ["apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "again-trainer"]
            }
            try await harness.createModel(spec: ["targetRef": .null, "scaling": [:]])
            try await harness.trainFirst()
            try await harness.create(left)
            try await harness.challenge("again")
            let waiting = try await harness.run("again") { $0.status?.conditions?["Trained"]?.reason == "NameTaken" }
            #expect(waiting.status?.phase == .pending)
            #expect(waiting.status?.conditions?["Trained"]?.message.contains("\(kind) again-trainer") == true)
            #expect(try await client.find(Job.self, "again", namespace: "demo") == nil)

            _ = try await client.patch(
                KubernetesObject.self, "again-trainer", namespace: "demo", .merge(["metadata": ["finalizers": .null]]),
                definition: definition)
            try await harness.train("again", smape: 9, champion: 11)
            let done = try await harness.run("again") { $0.isFinished }
            #expect(done.status?.phase == .succeeded, "\(String(describing: done.status?.conditions))")
        }
    }

    @Test func `a document that this operator cannot read ends the run, and says what to do`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: ["targetRef": .null, "scaling": [:]])
            try await harness.trainFirst()
            // A start that was broken off by another version of the operator.
            harness.playground.setGate(
                RequestGate(before: { request in
                    request.method == "POST" && request.path.hasSuffix("/roles") ? Fault.internalError : nil
                }))
            try await harness.challenge("odd")
            try await harness.wait("the document") {
                try await harness.client.find(ConfigMap.self, "odd-run", namespace: "demo")
            }
            let odd = try await harness.client.get(ConfigMap.self, "odd-run", namespace: "demo")
            var other = try odd.jsonValue()
            other["data"] = ["run.json": "{\"apiVersion\": \"presage.dev/v9\"}"]
            other["metadata", "resourceVersion"] = nil
            other["metadata", "uid"] = nil
            // The operator tries again meanwhile, and may make its own in between.
            let document = other
            try await harness.wait("the other document") {
                try await harness.client.delete(ConfigMap.self, "odd-run", namespace: "demo")
                do {
                    try await harness.create(document)
                    return true
                } catch let error as KubernetesError where error.code == .alreadyExists {
                    return nil
                }
            }
            // Until then: a start that has read the document before would go on with it.
            await harness.restartOperator()
            let failed = try await harness.run("odd") { $0.isFinished }
            harness.playground.setGate(nil)
            let condition = failed.status?.conditions?["Trained"]
            #expect(condition?.reason == "RunDocumentUnreadable", "\(String(describing: condition))")
            #expect(condition?.message.contains("odd-run") == true && condition?.message.contains("again") == true)
            let model = try await harness.model { $0.status?.production?.version == 1 }
            #expect(model.status?.conditions?.isTrue("Trained") == true)
        }
    }

    @Test func `a model whose name is longer than a label is trained and promoted`() async throws {
        try await OperatorHarness.with { harness in
            let name = String(repeating: "shop-and-warehouse-", count: 5) + "a"
            try await harness.createModel(name, spec: ["targetRef": .null, "scaling": [:]])
            try await harness.trainFirst(of: name)
            let document = try await harness.document(of: try await harness.firstRun(of: name))
            let owner = try #require(document.artifact.ownerReferences.first)
            #expect(owner.name == name && owner.controller == true)
            // What asks for more than the pod's account may do (OwnerReferencesPermissionEnforcement).
            #expect(owner.blockOwnerDeletion != true)
        }
    }

    @Test func `a changed recipe puts up a challenger, a changed policy does not`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: ["targetRef": .null, "scaling": [:]])
            try await harness.trainFirst()
            try await harness.patchModel(["spec": ["promotion": ["minimumImprovement": 5]]])
            _ = try await harness.model { $0.status?.observedGeneration == 2 }
            #expect(try await harness.client.list(TrainingJob.self, namespace: "demo").items.count == 1)
            try await harness.patchModel(["spec": ["algorithm": ["name": "Theta"]]])
            let runs = try await harness.wait("the challenger") {
                let runs = try await harness.client.list(TrainingJob.self, namespace: "demo").items
                return runs.count == 2 ? runs : nil
            }
            #expect(runs.contains { $0.spec.algorithm?.name == .theta })
        }
    }

    @Test func `a recipe that comes back, as by git revert, is put up against what was trained in between`()
        async throws
    {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: ["targetRef": .null, "scaling": [:]])
            let first = try await harness.firstRun()
            try await harness.trainFirst()
            func next(besides known: [String]) async throws -> TrainingJob {
                try await harness.wait("the next run") {
                    try await harness.client.list(TrainingJob.self, namespace: "demo").items
                        .first { !known.contains($0.name) }
                }
            }
            try await harness.patchModel(["spec": ["algorithm": ["name": "Theta"]]])
            let second = try await next(besides: [first])
            // The run before it is of an earlier second.
            try await harness.nextSecond()
            try await harness.train(second.name, smape: 5, champion: 10)
            _ = try await harness.model { $0.status?.production?.version == 2 }

            try await harness.patchModel(["spec": ["algorithm": .null]])
            let third = try await next(besides: [first, second.name])
            #expect(third.name == "\(first)-2" && third.spec.algorithm?.name != .theta)
            try await harness.train(third.name, smape: 4, champion: 5)
            _ = try await harness.model { $0.status?.production?.version == 3 }
            try await harness.patchModel(["metadata": ["annotations": ["look": "again"]]])
            _ = try await harness.model { $0.status?.lastTrainingJob == third.name }
            #expect(try await harness.client.list(TrainingJob.self, namespace: "demo").items.count == 3)
        }
    }

    @Test func `what a person trains of a version that was gone back to does not train the model's spec again`()
        async throws
    {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: ["targetRef": .null, "scaling": [:]])
            let first = try await harness.firstRun()
            try await harness.trainFirst()
            try await harness.nextSecond()
            try await harness.patchModel(["spec": ["algorithm": ["name": "Theta"]]])
            let second = try await harness.wait("the second run") {
                try await harness.client.list(TrainingJob.self, namespace: "demo").items.first { $0.name != first }
            }
            try await harness.train(second.name, smape: 5, champion: 10)
            _ = try await harness.model { $0.status?.production?.version == 2 }
            try await harness.patchModel(["spec": ["promotion": ["pinnedVersion": 1]]])
            _ = try await harness.model { $0.status?.production?.version == 1 }
            try await harness.nextSecond()
            try await harness.challenge("mine")
            try await harness.train("mine", smape: 20, champion: 10, winner: .champion)
            _ = try await harness.model { $0.status?.production?.revision == 1 }
            try await harness.patchModel(["metadata": ["annotations": ["look": "again"]]])
            let looked = try await harness.model { $0.status?.lastTrainingJob == "mine" }
            #expect(looked.status?.production?.version == 1)
            let runs = try await harness.client.list(TrainingJob.self, namespace: "demo").items
            #expect(Set(runs.map(\.name)) == [first, second.name, "mine"])
        }
    }

    @Test func `a model whose training is suspended does not say that it is under way`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: [
                "targetRef": .null, "scaling": [:], "training": ["suspend": true],
                "algorithm": ["name": "ETS", "growth": "flat"],
            ])
            let model = try await harness.model { $0.status?.conditions?["Trained"] != nil }
            let trained = try #require(model.status?.conditions?["Trained"])
            #expect(trained.status == .false && trained.reason == "Suspended")
            #expect(
                trained.message.contains("spec.training.suspend") && trained.message.contains("presage.dev/retrain-at"))
            let ready = try #require(model.status?.conditions?["Ready"])
            #expect(ready.status == .true && ready.message.contains("without effect: spec.algorithm.growth"))
            try await harness.patchModel(["spec": ["training": ["suspend": false]]])
            try await harness.trainFirst()
        }
    }

    @Test func `what this version does not act on is refused by name, with all other mistakes`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: [
                "scaling": ["mode": "Apply", "method": "InPlace"], "training": ["schedule": "61 3 * * *"],
            ])
            let model = try await harness.model { $0.status?.conditions?.isTrue("Stalled") ?? false }
            let message = try #require(model.status?.conditions?["Ready"]?.message)
            #expect(message.contains("spec.training.schedule: ") && message.contains("; spec.scaling.method: "))
            #expect(try await harness.client.list(TrainingJob.self, namespace: "demo").items.isEmpty)
        }
    }
}
