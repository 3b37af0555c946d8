import Autoscaler
import Foundation
import KubernetesClient
import Playground
import Testing
import Threading

@testable import Operator

/// Whose a Deployment's fields are after applies that were broken off, refused or half taken over.
@Suite(.serialized)
struct OwnershipLoopTests {
    private func ours(_ harness: OperatorHarness) async throws -> [JSONValue] {
        (try await harness.deploymentJSON()["metadata", "managedFields"]?.arrayValue ?? []).filter {
            $0["manager"]?.stringValue == "presage"
        }
    }

    /// Changes the first container's resources as `kubectl set resources` does.
    private func set(_ resources: JSONValue, _ harness: OperatorHarness) async throws {
        _ = try await harness.client.patch(
            Deployment.self, "shop", namespace: OperatorHarness.namespace,
            .strategic([
                "spec": ["template": ["spec": ["containers": [["name": "web", "resources": resources]]]]]
            ]), options: WriteOptions(fieldManager: "kubectl-set"))
    }

    /// Lets the first `count` requests fail that give containers back: merge patches of the Deployment, and no applies.
    private func failTrims(_ count: Int, with fault: Fault.Action, _ harness: OperatorHarness) {
        let left = Locked(count)
        harness.playground.setGate(
            RequestGate(before: { request in
                guard request.method == "PATCH", request.path.hasSuffix("/deployments/shop"),
                    request.query["force"] == nil, request.userAgent.hasPrefix("presage")
                else { return nil }
                return left.withLock { left in
                    left -= 1
                    return left >= 0 ? fault : nil
                }
            }))
    }

    @Test func `what a crash has left is given back though the numbers are refused and others write without a pause`()
        async throws
    {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            try await harness.createModel(spec: [
                "scaling": ["mode": "Apply", "conflictPolicy": "Yield", "cooldown": "0s"]
            ])
            // Known by now, or the fields would be given back as those of no model.
            _ = try await harness.firstRun()
            // An apply that was not followed by its trim, and then somebody has taken the numbers.
            try await apply(cpu: "1", as: FieldOwnership.manager, force: true, harness)
            try await set(["requests": ["cpu": "2"]], harness)
            #expect(FieldOwnership.trimmed(try await ours(harness)) != nil)

            // More than two looks try: one for the model, one for its own finalizer.
            failTrims(12, with: Fault.conflict, harness)
            try await harness.trainFirst()
            _ = try await harness.model { $0.status?.conditions?["Scaled"]?.reason == "FieldConflict" }
            try await harness.wait("the containers to be given back") {
                FieldOwnership.trimmed(try await ours(harness)) == nil ? true : nil
            }
        }
    }

    @Test func `an apply whose containers cannot be given back at once is done, and cools down`() async throws {
        try await OperatorHarness.with { harness in
            failTrims(1, with: Fault.internalError, harness)
            try await harness.createDeployment()
            try await harness.createModel(spec: [
                "scaling": ["mode": "Apply", "conflictPolicy": "TakeOwnership", "cooldown": "1h"]
            ])
            try await harness.trainFirst()
            let model = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
            #expect(model.status?.lastAppliedTime != nil)
            #expect(model.status?.history?.map(\.type) == ["Promoted", "Applied"])
            try await harness.wait("the containers to be given back") {
                FieldOwnership.trimmed(try await ours(harness)) == nil ? true : nil
            }
        }
    }

    @Test func `what was applied is said in one write of the status`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            try await harness.createModel()
            let watch = try await harness.client.watch(ForecastModel.self, namespace: OperatorHarness.namespace)
            let seen = Locked<[Condition]>([])
            let reader = Task {
                for try await event in watch {
                    guard case .modified(let model) = event, model.status?.lastAppliedTime != nil,
                        let condition = model.status?.conditions?["Scaled"]
                    else { continue }
                    seen.withLock { $0.append(condition) }
                }
            }
            defer { reader.cancel() }
            try await harness.trainFirst()
            let model = try await harness.model {
                $0.status?.conditions?.isTrue("Scaled") ?? false
                    && $0.status?.conditions?.isTrue("TrainingHealthy") ?? false
            }
            // Whatever looks follow, for the Deployment's own change above all.
            try await harness.nextSecond()
            let scaled = try #require(model.status?.conditions?["Scaled"])
            #expect(scaled.reason == "UpToDate" && scaled.message == "the target has the recommended resources")
            let conditions = seen.withLock { $0 }
            #expect(!conditions.isEmpty && conditions.allSatisfy { $0 == scaled }, "\(conditions)")
        }
    }

    @Test func `a request whose limit somebody has set stays, whatever else changes`() async throws {
        try await OperatorHarness.with { harness in
            func web() async throws -> JSONValue? {
                try await harness.deploymentJSON()["spec", "template", "spec", "containers", 0, "resources"]
            }
            var object = deployment(web: [:])
            object["metadata"] = ["name": "shop", "namespace": .string(OperatorHarness.namespace)]
            object["spec", "selector"] = ["matchLabels": ["app": "shop"]]
            object["spec", "template", "metadata"] = ["labels": ["app": "shop"]]
            try await harness.create(object)
            try await harness.createModel(spec: ["scaling": ["mode": "Apply", "cooldown": "0s"]])
            try await harness.trainFirst()
            _ = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
            let before = try #require(try await web())

            try await set(["limits": ["cpu": "9"]], harness)
            _ = try await harness.model { $0.status?.conditions?["Scaled"]?.reason == "FieldConflict" }
            try await harness.patchModel([
                "spec": ["scaling": ["containers": [["name": "*", "requestPercent": 60]]]]
            ])
            let after = try await harness.wait("the memory") {
                let now = try await web()
                return now?["requests", "memory"] == before["requests", "memory"] ? nil : now
            }
            #expect(after["limits", "cpu"] == "9", "it is another's")
            #expect(after["requests", "cpu"] == before["requests", "cpu"], "\(after)")
        }
    }

    @Test func `what the spec leaves alone by now is given back with its value, and somebody else may apply it`()
        async throws
    {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            try await harness.createModel()
            try await harness.trainFirst()
            _ = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
            func web() async throws -> JSONValue? {
                try await harness.deploymentJSON()["spec", "template", "spec", "containers", 0, "resources"]
            }
            let before = try #require(try await web())
            try await harness.patchModel([
                "spec": ["scaling": ["containers": [["name": "web", "controlledResources": ["memory"]]]]]
            ])
            let kept = try await harness.wait("the CPU to be given back") {
                let leaves = FieldOwnership.leaves(in: try await ours(harness))
                return leaves.contains { $0.resource == "cpu" } ? nil : leaves
            }
            #expect(kept.map(\.resource) == ["memory", "memory"], "\(kept)")
            #expect(try await web() == before)
            // Refused as a conflict, were it still ours.
            try await apply(cpu: "123m", as: "flux", harness)
        }
    }

    /// Applies a CPU request of the target's container, server-side.
    private func apply(
        cpu: String, as manager: String, force: Bool = false, _ harness: OperatorHarness
    ) async throws {
        _ = try await harness.client.apply(
            Deployment.self,
            [
                "apiVersion": "apps/v1", "kind": "Deployment",
                "metadata": ["name": "shop", "namespace": .string(OperatorHarness.namespace)],
                "spec": [
                    "template": [
                        "spec": ["containers": [["name": "web", "resources": ["requests": ["cpu": .string(cpu)]]]]]
                    ]
                ],
            ], fieldManager: manager, force: force)
    }

    /// Has the model size its Deployment, at most once an hour.
    private func applyHourly(_ harness: OperatorHarness) async throws {
        try await harness.createDeployment()
        try await harness.createModel(spec: [
            "scaling": ["mode": "Apply", "conflictPolicy": "TakeOwnership", "cooldown": "1h"]
        ])
        try await harness.trainFirst()
        _ = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
    }

    @Test func `a Deployment that was made again does not wait for the cooldown of the one before`() async throws {
        try await OperatorHarness.with { harness in
            try await applyHourly(harness)
            try await harness.nextSecond()
            try await harness.client.delete(Deployment.self, "shop", namespace: OperatorHarness.namespace)
            _ = try await harness.model { $0.status?.conditions?["Scaled"]?.reason == "TargetNotFound" }
            try await harness.createDeployment()
            _ = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
            #expect(FieldOwnership.leaves(in: try await ours(harness)).count == 4)
        }
    }

    @Test func `an apply that the status does not know of cools down`() async throws {
        try await OperatorHarness.with { harness in
            try await applyHourly(harness)
            try await harness.wait("the containers to be given back") {
                FieldOwnership.trimmed(try await ours(harness)) == nil ? true : nil
            }
            // As after an end between the apply and the write of the status.
            _ = try await harness.client.patch(
                ForecastModel.self, "shop", namespace: OperatorHarness.namespace,
                .merge(["status": ["lastAppliedTime": .null]]), subresource: "status")
            await harness.restartOperator()
            try await harness.patchModel([
                "spec": ["scaling": ["containers": [["name": "*", "requestPercent": 40]]]]
            ])
            let model = try await harness.model {
                $0.status?.observedGeneration == $0.metadata.generation.map(Int.init)
                    && ["CoolingDown", "UpToDate"].contains($0.status?.conditions?["Scaled"]?.reason)
            }
            #expect(model.status?.conditions?["Scaled"]?.reason == "CoolingDown")
            #expect(model.status?.history?.map(\.type) == ["Promoted", "Applied"])
        }
    }
}
