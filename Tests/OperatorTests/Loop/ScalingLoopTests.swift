import Autoscaler
import KubernetesClient
import Logging
import ModelRegistry
import Playground
import Testing
import Threading

@testable import Operator

@Suite(.serialized)
struct ScalingLoopTests {
    private func requests(_ deployment: JSONValue) -> JSONValue? {
        deployment["spec", "template", "spec", "containers", 0, "resources", "requests"]
    }

    private func ours(_ deployment: JSONValue) -> [JSONValue] {
        (deployment["metadata", "managedFields"]?.arrayValue ?? []).filter { $0["manager"]?.stringValue == "presage" }
    }

    @Test func `a first version is promoted and the Deployment gets 80 and 120 percent of the prediction`() async throws
    {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            try await harness.createModel()
            try await harness.trainFirst()
            let model = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }

            let container = try #require(model.status?.recommendation?.containers.first)
            let prediction = try #require(container.prediction?.cpu?.doubleValue)
            let deployment = try await harness.deploymentJSON()
            let resources = deployment["spec", "template", "spec", "containers", 0, "resources"]
            let request = try Quantity(try #require(resources?["requests", "cpu"]?.stringValue)).doubleValue
            let limit = try Quantity(try #require(resources?["limits", "cpu"]?.stringValue)).doubleValue
            #expect(abs(request - 0.8 * prediction) <= 0.0011)
            #expect(abs(limit - 1.2 * prediction) <= 0.0011)
            #expect(container.explanation?.cpuRequest?.contains("80%") == true)
            #expect(model.status?.lastAppliedTime != nil)
            #expect(model.status?.history?.map(\.type) == ["Promoted", "Applied"])
            let row = try await harness.printed("forecastmodels", "shop")
            #expect(row["Target"] == "shop" && row["Mode"] == "Apply" && row["Version"] == "1", "\(row)")
            #expect(row["Ready"] == "True" && row["Reason"] == "Accepted" && row["Message"] == "", "\(row)")
            // Another look may have given another reason since; a condition has one in any case.
            #expect(row["Scaled"]?.isEmpty == false, "\(row)")
            // The container and its name are given back; the leaves are ours.
            #expect(FieldOwnership.trimmed(ours(deployment)) == nil)
            #expect(FieldOwnership.leaves(in: ours(deployment)).count == 4)
            // The second container has no forecast and is left alone.
            #expect(deployment["spec", "template", "spec", "containers", 1, "resources"]?.objectValue?.isEmpty != false)
        }
    }

    @Test func `pods that do not come up are told of, and so that they do`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            try await harness.createModel()
            try await harness.trainFirst()
            _ = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
            // As the Deployment controller says it.
            func failure(_ status: JSONValue) async throws {
                let condition: JSONValue = [
                    "type": "ReplicaFailure", "status": status, "reason": "FailedCreate",
                    "message": "pods \"shop-1\" is forbidden: exceeded quota: small",
                ]
                try await harness.wait("the status") {
                    let object = try await harness.client.get(
                        Deployment.self, "shop", namespace: OperatorHarness.namespace)
                    let others = (object["status", "conditions"]?.arrayValue ?? []).filter {
                        $0["type"] != "ReplicaFailure"
                    }
                    return try? await harness.client.patch(
                        Deployment.self, "shop", namespace: OperatorHarness.namespace,
                        .merge([
                            "metadata": ["resourceVersion": .string(object.metadata.resourceVersion ?? "")],
                            "status": ["conditions": .array(others + [condition])],
                        ]), subresource: "status")
                }
            }
            try await failure("True")
            let model = try await harness.model { $0.status?.conditions?["Scaled"]?.reason == "PodsRefused" }
            let condition = try #require(model.status?.conditions?["Scaled"])
            #expect(condition.status == .false && condition.message.contains("exceeded quota: small"), "\(condition)")
            try await failure("False")
            _ = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
        }
    }

    @Test func `what was applied is written down though somebody changes the model in the same moment`() async throws {
        try await OperatorHarness.with { harness in
            let (client, isDue) = (harness.client, Locked(false))
            harness.playground.setGate(
                RequestGate(
                    before: { request in
                        guard request.method == "PUT", request.path.hasSuffix("/forecastmodels/shop/status"),
                            isDue.withLock({ due in
                                defer { due = false }; return due
                            })
                        else { return nil }
                        _ = try? await client.patch(
                            ForecastModel.self, "shop", namespace: OperatorHarness.namespace,
                            .merge(["metadata": ["labels": ["team": "payments"]]]))
                        return nil
                    },
                    after: { request, _ in
                        if request.method == "PATCH", request.path.hasSuffix("/deployments/shop") {
                            isDue.withLock { $0 = true }
                        }
                        return true
                    }))
            defer { harness.playground.setGate(nil) }
            try await harness.createDeployment()
            try await harness.createModel()
            try await harness.trainFirst()
            let model = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
            #expect(model.metadata.labels["team"] == "payments", "somebody came in between")
            #expect(model.status?.lastAppliedTime != nil)
            #expect(model.status?.history?.contains { $0.type == "Applied" } == true)
        }
    }

    @Test func `yielding changes nothing and prints the two ways out`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            try await harness.createModel(spec: [
                "scaling": ["mode": "Apply", "conflictPolicy": "Yield", "cooldown": "0s"]
            ])
            try await harness.trainFirst()
            let model = try await harness.model { $0.status?.conditions?["Scaled"]?.reason == "FieldConflict" }
            let message = try #require(model.status?.conditions?["Scaled"]?.message)
            #expect(message.contains(#""kubectl-client-side-apply" owns web.cpu, web.memory"#), "\(message)")
            #expect(message.contains("conflictPolicy: TakeOwnership"))
            #expect(message.contains("leave these resources out of the manifest"))
            let deployment = try await harness.deploymentJSON()
            #expect(requests(deployment) == ["cpu": "2", "memory": "4Gi"])
            #expect(ours(deployment).isEmpty)
            #expect(model.status?.lastAppliedTime == nil)

            // A person follows the first way out.
            try await harness.patchModel(["spec": ["scaling": ["conflictPolicy": "TakeOwnership"]]])
            _ = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
            #expect(requests(try await harness.deploymentJSON()) != ["cpu": "2", "memory": "4Gi"])
        }
    }

    @Test(arguments: ["0s", "1h"])
    func `a resource that somebody else owns is left to them, the other one is set`(cooldown: String) async throws {
        try await OperatorHarness.with { harness in
            var object = deployment(web: ["requests": ["cpu": "2"], "limits": ["cpu": "4"]])
            object["metadata"] = ["name": "shop", "namespace": "demo"]
            object["spec", "selector"] = ["matchLabels": ["app": "shop"]]
            object["spec", "template", "metadata"] = ["labels": ["app": "shop"]]
            try await harness.create(object)
            try await harness.createModel(spec: ["scaling": ["mode": "Apply", "cooldown": .string(cooldown)]])
            try await harness.trainFirst()
            let model = try await harness.model { $0.status?.conditions?["Scaled"]?.reason == "FieldConflict" }
            #expect(model.status?.lastAppliedTime != nil)
            let resources = try await harness.deploymentJSON()["spec", "template", "spec", "containers", 0, "resources"]
            #expect(resources?["requests", "cpu"] == "2" && resources?["limits", "cpu"] == "4")
            #expect(resources?["requests", "memory"]?.stringValue?.hasSuffix("Mi") == true)

            // What is left waits for the other manager, not for the end of the cooldown.
            try await harness.patchModel(["spec": ["scaling": ["tolerancePercent": 7]]])
            let later = try await harness.model {
                $0.status?.observedGeneration == $0.metadata.generation.map(Int.init)
            }
            let condition = later.status?.conditions?["Scaled"]
            #expect(condition?.reason == "FieldConflict", "\(String(describing: condition))")
            #expect(condition?.message == model.status?.conditions?["Scaled"]?.message)
        }
    }

    @Test func `leaving Apply keeps the values and gives the fields back`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            try await harness.createModel()
            try await harness.trainFirst()
            _ = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
            let before = requests(try await harness.deploymentJSON())
            try await harness.patchModel(["spec": ["scaling": ["mode": "Recommend"]]])
            _ = try await harness.wait("the release") {
                ours(try await harness.deploymentJSON()).isEmpty ? true : nil
            }
            let deployment = try await harness.deploymentJSON()
            #expect(requests(deployment) == before)
            _ = try await harness.model { $0.metadata.finalizers.isEmpty }
        }
    }

    @Test(arguments: [true, false])
    func `a model that gets another target, or none, gives the fields of the old one back`(other: Bool) async throws {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            try await harness.createDeployment("other")
            try await harness.createModel()
            try await harness.trainFirst()
            _ = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
            let before = requests(try await harness.deploymentJSON())
            #expect(!ours(try await harness.deploymentJSON()).isEmpty)
            try await harness.patchModel(
                other
                    ? ["spec": ["targetRef": ["name": "other"]]]
                    : ["spec": ["targetRef": .null, "scaling": ["mode": "Off"]]])
            _ = try await harness.wait("the release") {
                ours(try await harness.deploymentJSON()).isEmpty ? true : nil
            }
            #expect(requests(try await harness.deploymentJSON()) == before, "the values stay")
            if other {
                _ = try await harness.wait("the new target's values") {
                    ours(try await harness.deploymentJSON("other")).isEmpty ? nil : true
                }
            } else {
                _ = try await harness.model { $0.metadata.finalizers.isEmpty }
            }
        }
    }

    @Test func `deleting the model keeps the values and gives the fields back`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            try await harness.createModel()
            try await harness.trainFirst()
            _ = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
            let before = requests(try await harness.deploymentJSON())
            try await harness.client.delete(ForecastModel.self, "shop", namespace: "demo")
            _ = try await harness.wait("the model to go") {
                try await harness.client.find(ForecastModel.self, "shop", namespace: "demo") == nil ? true : nil
            }
            let deployment = try await harness.deploymentJSON()
            #expect(requests(deployment) == before)
            #expect(ours(deployment).isEmpty)
        }
    }

    @Test func `a second model for the same Deployment is told who holds it`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            try await harness.createModel("first")
            try await harness.trainFirst(of: "first")
            _ = try await harness.model("first") { $0.status?.conditions?.isTrue("Scaled") ?? false }
            try await Task.sleep(for: .seconds(1))
            try await harness.createModel("second")
            try await harness.trainFirst(of: "second")
            let second = try await harness.model("second") { $0.status?.conditions?["Scaled"] != nil }
            #expect(second.status?.conditions?["Scaled"]?.reason == "TargetClaimed")
            #expect(second.status?.conditions?["Scaled"]?.message.contains("ForecastModel first") == true)
        }
    }

    @Test func `a target that does not exist is named, and scaled as soon as it does`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel()
            try await harness.trainFirst()
            let model = try await harness.model { $0.status?.conditions?["Scaled"]?.reason == "TargetNotFound" }
            #expect(model.status?.conditions?["Scaled"]?.message.contains("Deployment shop") == true)
            try await harness.createDeployment()
            _ = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
        }
    }

    @Test func `a version worse than seasonal naive only recommends`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            try await harness.createModel()
            try await harness.trainFirst(smape: 30, baseline: 20)
            let model = try await harness.model { $0.status?.conditions?.isTrue("LowConfidence") ?? false }
            #expect(model.status?.conditions?["Scaled"]?.reason == "LowConfidence")
            #expect(model.status?.recommendation != nil)
            #expect(requests(try await harness.deploymentJSON()) == ["cpu": "2", "memory": "4Gi"])
        }
    }

    @Test func `what was trained on a part of the history lowers nothing, until a training has read all of it`()
        async throws
    {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            try await harness.createModel()
            let away = VersionManifest.Finding(kind: "partial", count: 2, series: 2, example: "store s did not answer")
            // A trainer of another make may list more than a status takes, in any order.
            let others = (0..<30).map {
                VersionManifest.Finding(kind: "kind\($0)", count: 1, series: 1, example: "web/cpu")
            }
            let first = try await harness.firstRun()
            try await harness.train(first, findings: others + [away])
            let told = try await harness.run(first) { $0.isFinished }.status?.findings ?? []
            #expect(told.first?.kind == "partial" && told.count == TrainingJobStatus.longestList)
            let model = try await harness.model { $0.status?.conditions?["Scaled"] != nil }
            let condition = try #require(model.status?.conditions?["Scaled"])
            #expect(condition.status == .false && condition.reason == "HistoryPartial")
            #expect(condition.message.contains("store s did not answer; nothing is lowered"), "\(condition.message)")
            #expect(model.status?.conditions?["HistoryAvailable"]?.reason == "HistoryPartial")
            #expect(model.status?.production?.version == 1, "forecasts are served")
            #expect(requests(try await harness.deploymentJSON()) == ["cpu": "2", "memory": "4Gi"])
            #expect(try await harness.events("HistoryPartial").count == 1)

            try await harness.challenge("whole")
            try await harness.train("whole", smape: 12, champion: 11, winner: .champion)
            let later = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
            #expect(later.status?.conditions?.isTrue("HistoryAvailable") == true)
            #expect(requests(try await harness.deploymentJSON()) != ["cpu": "2", "memory": "4Gi"])
        }
    }

    @Test func `a stale history changes nothing and says so`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            try await harness.createModel(spec: ["source": ["csv": ["path": "/nowhere.csv"]]])
            try await harness.trainFirst()
            let model = try await harness.model { $0.status?.conditions?["Scaled"] != nil }
            #expect(model.status?.conditions?["Scaled"]?.reason == "HistoryStale")
            #expect(model.status?.conditions?["HistoryAvailable"]?.status == .false)
            #expect(requests(try await harness.deploymentJSON()) == ["cpu": "2", "memory": "4Gi"])
        }
    }
}
