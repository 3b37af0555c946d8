import Autoscaler
import Foundation
import KubernetesClient
import Playground
import Testing
import Threading

@testable import Operator

/// Numbers that the API server does not take: who is paged finds why on the model.
@Suite(.serialized)
struct RefusalLoopTests {
    @Test(arguments: [
        (403, "Forbidden", "admission webhook \"limits.example\" denied the request: too little memory"),
        (
            500, "InternalError",
            "Internal error occurred: failed calling webhook \"limits.example\": connection refused"
        ),
    ])
    func `what a policy refuses, or nobody can admit, is told in its own words and tried again`(
        code: Int, reason: String, words: String
    ) async throws {
        try await OperatorHarness.with { harness in
            harness.playground.setGate(
                RequestGate(before: { request in
                    guard request.method == "PATCH", request.path.hasSuffix("/deployments/shop") else { return nil }
                    return .status(code: code, reason: reason, retryAfterSeconds: nil, message: words)
                }))
            try await harness.createDeployment()
            try await harness.createModel()
            try await harness.trainFirst()
            let model = try await harness.model { $0.status?.conditions?["Scaled"]?.reason == "Refused" }
            let message = model.status?.conditions?["Scaled"]?.message ?? ""
            #expect(message.contains(words) && !message.contains("RBAC"), "\(message)")
            #expect(model.status?.recommendation != nil && model.status?.lastAppliedTime == nil)
            _ = try await harness.wait("the Event") {
                try await harness.events("ScalingRefused").isEmpty ? nil : true
            }

            harness.playground.setGate(nil)
            try await harness.patchModel(["metadata": ["annotations": ["look": "again"]]])
            _ = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
            #expect(try await harness.events("ScalingRefused").count == 1)
        }
    }

    @Test func `an apply that the server fails at every time is told, and the rest of the status goes on`() async throws
    {
        try await OperatorHarness.with { harness in
            let words =
                "failed to convert new object (apps/v1, Kind=Deployment) to smd typed: duplicate entries for key"
            harness.playground.setGate(
                RequestGate(before: { request in
                    guard request.method == "PATCH", request.path.hasSuffix("/deployments/shop") else { return nil }
                    return .status(code: 500, reason: "InternalError", retryAfterSeconds: nil, message: words)
                }))
            try await harness.createDeployment()
            try await harness.createModel()
            try await harness.trainFirst()
            let model = try await harness.model { $0.status?.conditions?["Scaled"]?.reason == "ApplyFailed" }
            #expect(model.status?.conditions?["Scaled"]?.message.contains(words) == true)
            #expect(model.status?.recommendation != nil && model.status?.lastAppliedTime == nil)

            harness.playground.setGate(nil)
            try await harness.patchModel(["metadata": ["annotations": ["look": "again"]]])
            _ = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
        }
    }

    /// Refuses the creation of a kind's objects, as a policy or a quota does.
    private func refuse(_ plural: String, _ words: String, _ harness: OperatorHarness) {
        harness.playground.setGate(
            RequestGate(before: { request in
                guard request.method == "POST", request.path.hasSuffix("/\(plural)") else { return nil }
                return .status(code: 403, reason: "Forbidden", retryAfterSeconds: nil, message: words)
            }))
    }

    @Test func `where no TrainingJob is taken the model says so, goes on scaling and forgets no training`() async throws
    {
        try await OperatorHarness.with { harness in
            let words = "exceeded quota: runs, requested: count/trainingjobs.presage.dev=1"
            refuse("trainingjobs", words, harness)
            try await harness.createDeployment()
            try await harness.createModel()
            let waiting = try await harness.model { $0.status?.conditions?["Trained"]?.reason == "Refused" }
            #expect(waiting.status?.conditions?["Trained"]?.message.contains(words) == true)
            harness.playground.setGate(nil)
            try await harness.patchModel(["metadata": ["annotations": ["look": "again"]]])
            try await harness.trainFirst()
            _ = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
            func requests() async throws -> JSONValue? {
                try await harness.deploymentJSON()["spec", "template", "spec", "containers", 0, "resources", "requests"]
            }
            let before = try await requests()

            refuse("trainingjobs", words, harness)
            let asked = Timestamp(Date()).description
            try await harness.patchModel([
                "metadata": ["annotations": ["presage.dev/retrain-at": .string(asked)]],
                "spec": ["scaling": ["containers": [["name": "*", "requestPercent": 40]]]],
            ])
            let model = try await harness.model { $0.status?.conditions?["TrainingHealthy"]?.reason == "Refused" }
            let condition = try #require(model.status?.conditions?["TrainingHealthy"])
            #expect(condition.status == .false && condition.message.contains("version 1 goes on serving"))
            #expect(condition.message.contains(words) && model.status?.retrainedAt == nil)
            #expect(model.status?.conditions?.isTrue("Scaled") == true)
            #expect(try await requests() != before)
            #expect(try await harness.events("TrainingRefused").isEmpty == false)

            harness.playground.setGate(nil)
            try await harness.patchModel(["metadata": ["annotations": ["look": "once more"]]])
            let trained = try await harness.model { $0.status?.retrainedAt == asked }
            #expect(trained.status?.conditions?["TrainingHealthy"]?.reason != "Refused")
        }
    }

    @Test func `a run whose Job a policy refuses says so, waits and begins when it may`() async throws {
        try await OperatorHarness.with { harness in
            let words = "admission webhook \"policies.example\" denied the request: no team label"
            refuse("jobs", words, harness)
            try await harness.createModel()
            let name = try await harness.firstRun()
            let run = try await harness.run(name) { $0.status?.conditions?["Trained"]?.reason == "Refused" }
            #expect(run.status?.phase == .pending && run.status?.startTime == nil)
            #expect(run.status?.conditions?["Trained"]?.message.contains(words) == true)
            let model = try await harness.model {
                $0.status?.conditions?["Trained"]?.message.contains(words) ?? false
            }
            #expect(model.status?.conditions?["Trained"]?.reason == "Learning")
            harness.playground.setGate(nil)
            try await harness.patchModel(["metadata": ["annotations": ["look": "again"]]])
            try await harness.trainFirst()
        }
    }

    @Test func `a run whose pods are refused does not say that they are at work`() async throws {
        let ahead = Locked(TimeInterval(0))
        // No pod comes here, as where a quota refuses them all.
        try await OperatorHarness.with(ahead: ahead) { harness in
            try await harness.createModel()
            let name = try await harness.firstRun()
            _ = try await harness.run(name) { $0.status?.conditions?["Trained"]?.reason == "Running" }
            ahead.withLock { $0 = 60 }
            let run = try await harness.run(name) { $0.status?.conditions?["Trained"]?.reason == "NoPods" }
            let message = run.status?.conditions?["Trained"]?.message ?? ""
            #expect(message.contains("kubectl describe job \(name)") && message.contains("quota"), "\(message)")
        }
    }

    /// Has the model size its Deployment, which a policy lets nobody write from then on; returns the policy's words.
    private func applyThenRefuse(_ harness: OperatorHarness) async throws -> String {
        try await harness.createDeployment()
        try await harness.createModel()
        try await harness.trainFirst()
        _ = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
        let words = "admission webhook \"policies.example\" denied the request: no team label"
        harness.playground.setGate(
            RequestGate(before: { request in
                guard request.method == "PATCH", request.path.hasSuffix("/deployments/shop") else { return nil }
                return .status(code: 403, reason: "Forbidden", retryAfterSeconds: nil, message: words)
            }))
        return words
    }

    @Test func `a deleted model whose fields nobody may give back says what it waits for`() async throws {
        try await OperatorHarness.with { harness in
            let words = try await applyThenRefuse(harness)
            try await harness.client.delete(ForecastModel.self, "shop", namespace: OperatorHarness.namespace)
            let event = try await harness.wait("the Event") { try await harness.events("ReleaseRefused").first }
            #expect("\(event.content)".contains("no team label"))
            let model = try await harness.model { $0.status?.conditions?["Scaled"]?.reason == "ReleaseRefused" }
            let said = model.status?.conditions?["Scaled"]?.message ?? ""
            #expect(
                said.contains("cannot go before its fields of Deployment shop are given back") && said.contains(words))
            #expect(model.status?.production?.version == 1, "the rest of the status stays")
            harness.playground.setGate(nil)
            try await harness.patchModel(["metadata": ["annotations": ["look": "again"]]])
            try await harness.wait("the model to go") {
                try await harness.client.find(ForecastModel.self, "shop", namespace: OperatorHarness.namespace) == nil
                    ? true : nil
            }
        }
    }

    @Test func `a model that leaves Apply and may not give its fields back says so, and goes on`() async throws {
        try await OperatorHarness.with { harness in
            let words = try await applyThenRefuse(harness)
            try await harness.patchModel(["spec": ["scaling": ["mode": "Recommend"]]])
            let model = try await harness.model { $0.status?.conditions?["Scaled"]?.reason == "ReleaseRefused" }
            let scaled = try #require(model.status?.conditions?["Scaled"])
            #expect(scaled.status == .false && scaled.message.contains(words), "\(scaled.message)")
            #expect(scaled.message.contains("spec.scaling.mode is Recommend"))
            // The rest of the status does not stand still.
            #expect(model.status?.observedGeneration == model.metadata.generation.map(Int.init))
            #expect(try await harness.events("ReleaseRefused").isEmpty == false)
            harness.playground.setGate(nil)
            try await harness.patchModel(["metadata": ["annotations": ["look": "again"]]])
            _ = try await harness.model {
                let reason = $0.status?.conditions?["Scaled"]?.reason
                return reason != "ReleaseRefused" && reason != nil
            }
            try await harness.wait("the fields to be given back") {
                let entries = try await harness.deploymentJSON()["metadata", "managedFields"]?.arrayValue ?? []
                return entries.contains { $0["manager"] == "presage" } ? nil : true
            }
        }
    }

    @Test func `a Deployment left behind whose fields nobody may give back says so in an Event`() async throws {
        try await OperatorHarness.with { harness in
            _ = try await applyThenRefuse(harness)
            try await harness.patchModel(["spec": ["targetRef": ["name": "other"]]])
            let event = try await harness.wait("the Event") { try await harness.events("ReleaseRefused").first }
            #expect(event["regarding", "kind"] == "Deployment" && event["regarding", "name"] == "shop")
            #expect("\(event.content)".contains("no team label"))
        }
    }

    /// Refuses requests as a policy does.
    private func refuse(_ harness: OperatorHarness, where isRefused: @escaping @Sendable (String, String) -> Bool) {
        harness.playground.setGate(
            RequestGate(before: { request in
                guard isRefused(request.method, request.path) else { return nil }
                return .status(
                    code: 403, reason: "Forbidden", retryAfterSeconds: nil,
                    message: "admission webhook \"policies.example\" denied the request: no team label")
            }))
    }

    @Test func `a model that may not be held says so, and goes on when it may`() async throws {
        try await OperatorHarness.with { harness in
            refuse(harness) { $0 == "PATCH" && $1.hasSuffix("/forecastmodels/shop") }
            try await harness.createDeployment()
            try await harness.createModel()
            let model = try await harness.model { $0.status?.conditions?["Ready"]?.reason == "Refused" }
            let ready = try #require(model.status?.conditions?["Ready"])
            #expect(ready.status == .false && ready.message.contains("no team label"), "\(ready.message)")
            #expect(try await harness.events("Refused").count == 1)
            harness.playground.setGate(nil)
            try await harness.patchModel(["metadata": ["annotations": ["look": "again"]]])
            try await harness.trainFirst()
            _ = try await harness.model { $0.status?.conditions?.isTrue("Ready") ?? false }
        }
    }

    @Test func `a run that may not be deleted holds up no scaling`() async throws {
        try await OperatorHarness.with { harness in
            refuse(harness) { method, path in method == "DELETE" && path.contains("/trainingjobs/") }
            try await harness.createDeployment()
            try await harness.createModel(spec: ["training": ["historyLimit": 0]])
            let first = try await harness.firstRun()
            try await harness.train(first)
            try await harness.nextSecond()
            try await harness.patchModel(["spec": ["algorithm": ["name": "Theta"]]])
            let second = try await harness.wait("the second run") {
                try await harness.client.list(TrainingJob.self, namespace: "demo").items.first { $0.name != first }
            }
            try await harness.train(second.name, smape: 5, champion: 10)
            _ = try await harness.wait("the Event") { try await harness.events("CleanupRefused").first }
            let model = try await harness.model {
                $0.status?.production?.version == 2 && $0.status?.conditions?.isTrue("Scaled") == true
            }
            #expect(model.status?.conditions?.isTrue("Ready") == true)
            #expect(try await harness.client.find(TrainingJob.self, first, namespace: "demo") != nil)
        }
    }

    @Test func `a run whose version may not be decided on says so, and goes on when it may`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: ["targetRef": .null, "scaling": [:]])
            let first = try await harness.firstRun()
            try await harness.train(first) { _ in
                refuse(harness) { $0 == "PATCH" && $1.hasSuffix("/configmaps/\(first)-artifact") }
            }
            let run = try await harness.run(first) { $0.status?.conditions?["Trained"]?.reason == "Refused" }
            #expect(run.status?.conditions?["Trained"]?.message.contains("no team label") == true)
            #expect(run.status?.phase == .running)
            harness.playground.setGate(nil)
            // Whatever wakes it: here the label that the policy asks for.
            _ = try await harness.client.patch(
                TrainingJob.self, first, namespace: "demo", .merge(["metadata": ["labels": ["team": "shop"]]]))
            _ = try await harness.model { $0.status?.production?.version == 1 }
        }
    }

    @Test func `kubectl get says of a model that is not ready why, and what to correct`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: ["training": ["schedule": "0 3 * * *", "timeZone": "Mars/Phobos"]])
            _ = try await harness.model { $0.status?.conditions?["Ready"]?.status == .false }
            let row = try await harness.printed("forecastmodels", "shop")
            #expect(row["Ready"] == "False" && row["Reason"] == "InvalidSpec", "\(row)")
            #expect(row["Message"]?.contains("spec.training.timeZone") == true, "\(row)")
        }
    }
}
