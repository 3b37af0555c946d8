import Autoscaler
import Testing

@testable import KubernetesClient
@testable import Operator

/// Objects that this operator cannot read: a newer definition has let them in.
@Suite(.serialized)
struct UnreadableTests {
    private func ours(_ deployment: JSONValue) -> [JSONValue] {
        (deployment["metadata", "managedFields"]?.arrayValue ?? []).filter { $0["manager"]?.stringValue == "presage" }
    }

    /// Gives a model an algorithm that only a newer definition knows.
    private func makeUnreadable(_ harness: OperatorHarness) async throws {
        _ = try await harness.client.patch(
            CustomResourceDefinition.self, "forecastmodels.presage.dev",
            .json([
                [
                    "op": "remove",
                    "path":
                        "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/algorithm/properties/name/enum",
                ]
            ]))
        try await harness.wait("the newer definition") {
            try? await patch(harness, ["spec": ["algorithm": ["name": "Oracle"]]])
        }
    }

    private func patch(_ harness: OperatorHarness, _ patch: JSONValue) async throws -> KubernetesObject {
        try await harness.client.patch(
            KubernetesObject.self, "shop", namespace: OperatorHarness.namespace, .merge(patch),
            definition: ForecastModel.definition)
    }

    /// The model's condition, whether or not it can be read.
    private func ready(_ harness: OperatorHarness) async throws -> Condition? {
        let model = try await harness.client.get(
            KubernetesObject.self, "shop", namespace: OperatorHarness.namespace, definition: ForecastModel.definition)
        return try model["status", "conditions"]?.decode([Condition].self)["Ready"]
    }

    private func applied(_ harness: OperatorHarness) async throws -> JSONValue {
        try await harness.createDeployment()
        try await harness.createModel()
        try await harness.trainFirst()
        _ = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
        return try await harness.deploymentJSON()
    }

    @Test(arguments: [false, true])
    func `a model that becomes unreadable says so, keeps what it owns, and goes on when it is mended`(restart: Bool)
        async throws
    {
        try await OperatorHarness.with { harness in
            let before = try await applied(harness)
            try await makeUnreadable(harness)
            let condition = try await harness.wait("the condition") {
                try await ready(harness).flatMap { $0.reason == "Unreadable" ? $0 : nil }
            }
            #expect(condition.status == .false)
            #expect(condition.message.contains("spec.algorithm.name: 'Oracle' is none of"), "\(condition.message)")
            let events = try await harness.wait("the Event") {
                let found = try await harness.events("Unreadable")
                return found.isEmpty ? nil : found
            }
            #expect(events.count == 1)
            if restart {
                // Another one has never read the model.
                await harness.restartOperator()
                try await harness.wait("the new operator") {
                    let answer = try? await harness.get("/readyz")
                    return answer?.status == 200 ? true : nil
                }
            }
            #expect(try await harness.get("/metrics").body.contains("informer_unreadable_objects{"))
            let answer = try await harness.get("/api/v1/models/demo/shop/next_day")
            #expect(answer.status == 503 && answer.body.contains("'Oracle' is none of"), "\(answer)")

            // Somebody touches the Deployment: it is looked at, and stays what it was.
            _ = try await harness.client.patch(
                Deployment.self, "shop", namespace: OperatorHarness.namespace, .merge(["spec": ["replicas": 3]]))
            try await harness.nextSecond()
            let after = try await harness.deploymentJSON()
            #expect(FieldOwnership.leaves(in: ours(after)) == FieldOwnership.leaves(in: ours(before)))
            #expect(!ours(after).isEmpty)
            #expect(
                after["spec", "template", "spec", "containers"] == before["spec", "template", "spec", "containers"])

            _ = try await patch(harness, ["spec": ["algorithm": ["name": "Theta"]]])
            let model = try await harness.model { $0.status?.conditions?.isTrue("Ready") ?? false }
            #expect(model.status?.conditions?["Stalled"] == nil && model.status?.production?.version == 1)
        }
    }

    @Test func `a model that is deleted while it cannot be read gives the fields back and goes`() async throws {
        try await OperatorHarness.with { harness in
            let before = try await applied(harness)
            try await makeUnreadable(harness)
            try await harness.client.delete(ForecastModel.self, "shop", namespace: OperatorHarness.namespace)
            try await harness.wait("the end of the model") {
                try await harness.client.find(
                    KubernetesObject.self, "shop", namespace: OperatorHarness.namespace,
                    definition: ForecastModel.definition) == nil ? true : nil
            }
            let after = try await harness.deploymentJSON()
            #expect(ours(after).isEmpty)
            #expect(
                after["spec", "template", "spec", "containers"] == before["spec", "template", "spec", "containers"])
        }
    }

    @Test func `what counts of a model that cannot be read is read alone, and doubt is on the cautious side`() throws {
        func outline(_ spec: JSONValue) throws -> ForecastModel {
            let json: JSONValue = ["metadata": ["name": "a", "namespace": "n", "uid": "u"], "spec": spec]
            return try #require(ForecastModel(outlineOf: UnreadableObject(json: json, reason: "")))
        }
        let plain = try outline(["source": 5])
        #expect(plain.spec.targetRef == nil && plain.spec.scaling.mode == .recommend)
        #expect(plain.spec.deletionPolicy == .delete && plain.spec.registry == nil)
        let odd = try outline([
            "targetRef": ["name": "shop", "kind": 7], "scaling": ["mode": "Later"], "deletionPolicy": "Shred",
            "registry": ["s3": ["bucket": "b", "endpoint": "http://s"]],
        ])
        #expect(odd.spec.targetRef?.name == "shop" && odd.spec.scaling.mode == .apply)
        #expect(odd.spec.deletionPolicy == .retain && odd.spec.registry?.s3?.bucket == "b")
    }
}
