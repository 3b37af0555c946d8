import Autoscaler
import Foundation
import KubernetesClient
import Playground
import Testing
import Threading

@testable import Operator

/// Models that are made from a template, in a cluster.
@Suite(.serialized)
struct TemplateLoopTests {
    private func createDeployment(_ name: String, tier: String, _ harness: OperatorHarness) async throws {
        var object = deployment()
        object["metadata"] = [
            "name": .string(name), "namespace": .string(OperatorHarness.namespace),
            "labels": ["tier": .string(tier)],
        ]
        object["spec", "selector"] = ["matchLabels": ["app": .string(name)]]
        object["spec", "template", "metadata"] = ["labels": ["app": .string(name)]]
        try await harness.create(object)
    }

    private func label(_ deployment: String, tier: JSONValue, _ harness: OperatorHarness) async throws {
        _ = try await harness.client.patch(
            Deployment.self, deployment, namespace: OperatorHarness.namespace,
            .merge(["metadata": ["labels": ["tier": tier]]]))
    }

    private func createTemplate(
        _ harness: OperatorHarness, _ name: String = "team", spec changes: JSONObject = [:]
    ) async throws {
        var spec: JSONObject = [
            "targetRef": .null, "targetSelector": ["matchLabels": ["tier": "web"]],
            "source": ["csv": ["path": "/$(target).csv", "recorded": true]],
        ]
        for (key, value) in changes { spec[key] = value }
        try await harness.createModel(name, spec: spec)
    }

    /// Waits until the models of the namespace are these.
    private func models(_ names: [String], _ harness: OperatorHarness) async throws {
        try await harness.wait("the models \(names)") {
            let all = try await harness.client.list(ForecastModel.self, namespace: OperatorHarness.namespace).items
            return all.map(\.name).sorted() == names.sorted() ? true : nil
        }
    }

    @Test func `each Deployment that matches gets a model, and loses it`() async throws {
        try await OperatorHarness.with { harness in
            try await createDeployment("api", tier: "web", harness)
            try await createDeployment("db", tier: "data", harness)
            try await createTemplate(harness)
            let first = try await harness.model("team-api") { $0.status?.conditions?.isTrue("Ready") ?? false }
            #expect(first.spec.targetRef?.name == "api" && first.spec.source.csv?.path == "/api.csv")
            #expect(first.spec.scaling.mode == .apply && first.spec.scaling.conflictPolicy == .takeOwnership)
            #expect(first.metadata.labels == ["presage.dev/template": "team"])
            #expect(first.metadata.controller?.name == "team")

            // One that comes, one that matches from now on, one that does not, and one that goes.
            try await createDeployment("shop", tier: "web", harness)
            try await label("db", tier: "web", harness)
            try await models(["team", "team-api", "team-db", "team-shop"], harness)
            let template = try await harness.model("team") { $0.status?.template?.ready == 3 }
            #expect(template.status?.template == TemplateStatus(matched: 3, models: 3, ready: 3))
            let ready = try #require(template.status?.conditions?["Ready"])
            #expect(ready.status == .true && ready.reason == "Template")
            #expect(ready.message == "3 of 3 Deployments that match have a model of this template")
            #expect(template.status?.conditions?.count == 1, "it learns and scales nothing itself")
            try await label("db", tier: .null, harness)
            try await harness.client.delete(Deployment.self, "shop", namespace: OperatorHarness.namespace)
            try await models(["team", "team-api"], harness)
            let made = try await harness.events("ModelsMade").compactMap { $0["note"]?.stringValue }
            #expect(made.contains("made team-api"), "\(made)")
            try await harness.wait("the Events of the models that are gone") {
                let gone = try await harness.events("ModelsRemoved").compactMap { $0["note"]?.stringValue }
                return ["team-db", "team-shop"].allSatisfy { name in gone.contains { $0.hasSuffix(name) } } ? true : nil
            }
            // Nothing was trained for the template itself.
            let runs = try await harness.client.list(TrainingJob.self, namespace: OperatorHarness.namespace).items
            #expect(Set(runs.map(\.spec.modelRef.name)).isSubset(of: ["team-api", "team-db", "team-shop"]))
        }
    }

    @Test func `what a template's model applied is given back when the template goes`() async throws {
        try await OperatorHarness.with { harness in
            try await createDeployment("shop", tier: "web", harness)
            try await createTemplate(harness)
            try await harness.trainFirst(of: "team-shop")
            _ = try await harness.model("team-shop") { $0.status?.conditions?.isTrue("Scaled") ?? false }
            let applied = try await harness.deploymentJSON()["spec", "template", "spec", "containers"]
            try await harness.client.delete(
                ForecastModel.self, "team", namespace: OperatorHarness.namespace,
                options: DeleteOptions(propagation: .background))
            try await models([], harness)
            let left = try await harness.deploymentJSON()
            #expect(left["spec", "template", "spec", "containers"] == applied)
            let owners = (left["metadata", "managedFields"]?.arrayValue ?? []).filter {
                $0["manager"]?.stringValue == FieldOwnership.manager
            }
            #expect(owners.isEmpty)
        }
    }

    @Test func `a person's own model goes before, and the template's comes back after it`() async throws {
        try await OperatorHarness.with { harness in
            try await createDeployment("shop", tier: "web", harness)
            try await createTemplate(harness)
            try await models(["team", "team-shop"], harness)
            try await harness.createModel("mine", spec: ["scaling": ["mode": "Off"]])
            try await models(["mine", "team"], harness)
            let template = try await harness.model("team") { $0.status?.template?.models == 0 }
            #expect(
                template.status?.template?.skipped == [
                    SkippedTarget(name: "shop", reason: .hasOwnModel, model: "mine")
                ])
            #expect(
                template.status?.conditions?["Ready"]?.message
                    == "0 of 1 Deployments that match have a model of this template; left to others: shop (HasOwnModel mine)"
            )
            try await harness.client.delete(ForecastModel.self, "mine", namespace: OperatorHarness.namespace)
            try await models(["team", "team-shop"], harness)
        }
    }

    @Test func `of two templates the older counts, and the other follows it`() async throws {
        try await OperatorHarness.with { harness in
            try await createDeployment("shop", tier: "web", harness)
            try await createTemplate(harness, "b")
            try await models(["b", "b-shop"], harness)
            try await harness.nextSecond()
            try await createTemplate(harness, "a", spec: ["targetSelector": [:]])
            let second = try await harness.model("a") { $0.status?.template?.matched == 1 }
            #expect(second.status?.template?.skipped?.first?.reason == .otherTemplate)
            try await harness.patchModel(["spec": ["targetSelector": ["matchLabels": ["tier": "none"]]]], of: "b")
            try await models(["a", "a-shop", "b"], harness)
            let first = try await harness.model("b") { $0.status?.template?.matched == 0 }
            #expect(first.status?.conditions?["Ready"]?.reason == "NothingMatches")
        }
    }

    @Test func `what the template says is put back, what it leaves open stays, and a restart writes nothing`()
        async throws
    {
        try await OperatorHarness.with { harness in
            try await createDeployment("shop", tier: "web", harness)
            try await createTemplate(harness, spec: ["horizon": "Week"])
            _ = try await harness.model("team-shop") { $0.status?.conditions?.isTrue("Ready") ?? false }
            try await harness.patchModel(
                ["spec": ["horizon": "Day", "promotion": ["rejectedVersion": 7]]], of: "team-shop")
            let mended = try await harness.model("team-shop") { $0.spec.horizon == .week }
            #expect(mended.spec.promotion.rejectedVersion == 7)

            // A change of the template, and one that goes back to the default.
            try await harness.patchModel(
                ["spec": ["horizon": .null, "training": ["schedule": "0 3 * * *"]]], of: "team")
            let changed = try await harness.model("team-shop") { $0.spec.horizon == .day }
            #expect(changed.spec.training.schedule == "0 3 * * *" && changed.spec.promotion.rejectedVersion == 7)
            try await harness.patchModel(["spec": ["training": ["schedule": .null]]], of: "team")
            _ = try await harness.model("team-shop") { $0.spec.training.schedule == nil }

            try await harness.patchModel(["spec": ["promotion": ["rejectedVersion": .null]]], of: "team-shop")
            _ = try await harness.model("team-shop") {
                $0.status?.observedGeneration == $0.metadata.generation.map(Int.init)
            }
            let writes = try await harness.writes(to: "forecastmodels/team-shop") {
                await harness.restartOperator()
                try await harness.serving()
                try await createDeployment("late", tier: "web", harness)
                try await models(["team", "team-late", "team-shop"], harness)
                try await harness.nextSecond()
            }
            #expect(writes == [])
        }
    }

    @Test func `one that the server refuses is said, and keeps no other from being made`() async throws {
        try await OperatorHarness.with { harness in
            harness.playground.setGate(
                RequestGate(before: { request in
                    request.method == "PATCH" && request.path.hasSuffix("/forecastmodels/team-a")
                        ? .status(code: 403, reason: "Forbidden", retryAfterSeconds: nil) : nil
                }))
            for name in ["a", "b"] { try await createDeployment(name, tier: "web", harness) }
            try await createTemplate(harness)
            try await models(["team", "team-b"], harness)
            let template = try await harness.model("team") { $0.status?.conditions?["Ready"]?.status == .false }
            #expect(template.status?.conditions?["Ready"]?.reason == "Refused")
            #expect(template.status?.template?.matched == 2 && template.status?.template?.models ?? 0 < 2)
        }
    }

    @Test func `one that fails is tried again, and keeps no other from being made`() async throws {
        try await OperatorHarness.with { harness in
            let fails = Locked(true)
            harness.playground.setGate(
                RequestGate(before: { request in
                    request.method == "PATCH" && request.path.hasSuffix("/forecastmodels/team-a")
                        && fails.withLock { $0 } ? Fault.internalError : nil
                }))
            for name in ["a", "b"] { try await createDeployment(name, tier: "web", harness) }
            try await createTemplate(harness)
            try await models(["team", "team-b"], harness)
            _ = try await harness.model("team") { $0.status?.conditions?["Ready"]?.reason == "ApplyFailed" }
            fails.withLock { $0 = false }
            let template = try await harness.model("team") { $0.status?.template?.ready == 2 }
            #expect(template.status?.conditions?["Ready"]?.reason == "Template")
        }
    }

    @Test func `one that may not be deleted is said, and keeps no other from going`() async throws {
        try await OperatorHarness.with { harness in
            let names = ["a", "b", "c", "d"]
            for name in names { try await createDeployment(name, tier: "web", harness) }
            try await createTemplate(harness)
            try await models(["team"] + names.map { "team-\($0)" }, harness)
            let isRefused = Locked(true)
            harness.playground.setGate(
                RequestGate(before: { request in
                    request.method == "DELETE" && request.path.hasSuffix("/forecastmodels/team-b")
                        && isRefused.withLock { $0 }
                        ? .status(code: 403, reason: "Forbidden", retryAfterSeconds: nil) : nil
                }))
            try await harness.patchModel(["spec": ["targetSelector": ["matchLabels": ["tier": "none"]]]], of: "team")
            try await models(["team", "team-b"], harness)
            let template = try await harness.model("team") { $0.status?.conditions?["Ready"]?.status == .false }
            #expect(template.status?.conditions?["Ready"]?.reason == "Refused")
            #expect(template.status?.template?.matched == 0)
            isRefused.withLock { $0 = false }
            try await harness.patchModel(["spec": ["training": ["suspend": true]]], of: "team")
            try await models(["team"], harness)
        }
    }

    @Test func `the label that models are found by is put back`() async throws {
        try await OperatorHarness.with { harness in
            try await createDeployment("shop", tier: "web", harness)
            try await createTemplate(harness)
            try await models(["team", "team-shop"], harness)
            try await harness.patchModel(["metadata": ["labels": [Labels.template: .null]]], of: "team-shop")
            _ = try await harness.model("team-shop") { $0.metadata.labels[Labels.template] == "team" }
        }
    }

    @Test func `a model that is not Ready is said by its template`() async throws {
        try await OperatorHarness.with { harness in
            // It is made by the first patch. The next is for its finalizers.
            let isMade = Locked(false)
            harness.playground.setGate(
                RequestGate(before: { request in
                    guard request.method == "PATCH", request.path.hasSuffix("/forecastmodels/team-shop") else {
                        return nil
                    }
                    return isMade.withLock { isMade in
                        defer { isMade = true }
                        return isMade ? .status(code: 403, reason: "Forbidden", retryAfterSeconds: nil) : nil
                    }
                }))
            try await createDeployment("shop", tier: "web", harness)
            try await createTemplate(harness)
            let template = try await harness.model("team") {
                $0.status?.conditions?["Ready"]?.reason == "ModelsNotReady"
            }
            #expect(
                template.status?.conditions?["Ready"]?.message
                    == "not Ready: team-shop (Refused); 1 of 1 Deployments that match have a model of this template")
            #expect(template.status?.template == TemplateStatus(matched: 1, models: 1, ready: 0))
        }
    }

    @Test func `a template becomes a model, and a model a template`() async throws {
        try await OperatorHarness.with { harness in
            for name in ["a", "shop"] { try await createDeployment(name, tier: "web", harness) }
            try await createTemplate(harness, "shop")
            try await models(["shop", "shop-a", "shop-shop"], harness)
            try await harness.patchModel(
                [
                    "spec": [
                        "targetSelector": .null, "targetRef": ["name": "shop"],
                        "source": ["csv": ["path": "/shop.csv"]],
                    ]
                ])
            try await models(["shop"], harness)
            try await harness.trainFirst()
            let model = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
            #expect(model.status?.template == nil)
            try await harness.patchModel([
                "spec": [
                    "targetRef": .null, "targetSelector": [:], "source": ["csv": ["path": "/$(target).csv"]],
                ]
            ])
            try await models(["shop", "shop-a", "shop-shop"], harness)
            let template = try await harness.model { $0.status?.template?.ready == 2 }
            #expect(template.status?.production == nil && template.status?.recommendation == nil)
            #expect(!template.metadata.finalizers.contains(ForecastModelReconciler.finalizer))
        }
    }

    @Test func `a wrong template says what is wrong, and its models stay`() async throws {
        try await OperatorHarness.with { harness in
            try await createDeployment("shop", tier: "web", harness)
            try await createTemplate(harness)
            try await models(["team", "team-shop"], harness)
            try await harness.patchModel(["spec": ["source": ["csv": ["path": "/one.csv"]]]], of: "team")
            let template = try await harness.model("team") { $0.status?.conditions?.isTrue("Stalled") ?? false }
            let said = template.status?.conditions?["Stalled"]?.message ?? ""
            #expect(said.hasPrefix("spec.source.csv.path: is the same for every Deployment"), "\(said)")
            try await harness.nextSecond()
            try await models(["team", "team-shop"], harness)
        }
    }

    @Test func `a template has no forecast, and the answer says who has`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.serving()
            try await createTemplate(harness)
            let answer = try await harness.wait("the answer") {
                let answer = try await harness.ask("/api/v1/models/demo/team/next_day")
                return answer.reason == "ModelIsTemplate" ? answer : nil
            }
            #expect(answer.status == 404 && answer.body.contains("such as team-<deployment>"), "\(answer.body)")
        }
    }

    @Test func `a run for a template waits, and says for what`() async throws {
        try await OperatorHarness.with { harness in
            try await createTemplate(harness)
            try await harness.challenge("try", model: "team")
            let run = try await harness.run("try") {
                $0.status?.conditions?.contains { $0.reason == "ModelIsTemplate" } ?? false
            }
            let message = run.status?.conditions?.first { $0.reason == "ModelIsTemplate" }?.message ?? ""
            #expect(message.hasSuffix("kubectl get forecastmodels -l presage.dev/template=team"), "\(message)")
        }
    }
}
