import Autoscaler
import KubernetesClient
import Testing

@testable import Operator

/// A Deployment whose history is about a native sidecar: an init container that runs as long as the pod does.
@Suite(.serialized)
struct SidecarLoopTests {
    private func createDeployment(_ harness: OperatorHarness) async throws {
        var object = deployment()
        object["metadata"] = ["name": "shop", "namespace": .string(OperatorHarness.namespace)]
        object["spec", "selector"] = ["matchLabels": ["app": "shop"]]
        object["spec", "template", "metadata"] = ["labels": ["app": "shop"]]
        object["spec", "template", "spec"] = [
            "initContainers": [
                ["name": "migrate", "image": "migrate:1", "resources": ["requests": ["cpu": "3"]]],
                [
                    "name": "web", "image": "proxy:1", "restartPolicy": "Always",
                    "resources": ["requests": ["cpu": "2"]],
                ],
            ],
            "containers": [["name": "app", "image": "app:1"]],
        ]
        try await harness.create(object)
    }

    @Test func `a native sidecar is sized where it stands, and an init container is left alone`() async throws {
        try await OperatorHarness.with { harness in
            try await createDeployment(harness)
            try await harness.createModel()
            try await harness.trainFirst()
            let model = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
            let target = try #require(model.status?.recommendation?.containers.first { $0.name == "web" }?.target)
            let object = try await harness.deploymentJSON()
            let pod = object["spec", "template", "spec"]
            #expect(pod?["initContainers", 1, "resources"] == (try JSONValue(encoding: target)))
            #expect(pod?["initContainers", 1, "restartPolicy"] == "Always")
            #expect(pod?["initContainers", 0, "resources"] == ["requests": ["cpu": "3"]])
            #expect(pod?["initContainers"]?.arrayValue?.count == 2 && pod?["containers"]?.arrayValue?.count == 1)

            // The leaves are ours, the container and its name are not.
            let ours = (object["metadata", "managedFields"]?.arrayValue ?? []).filter { $0["manager"] == "presage" }
            #expect(FieldOwnership.leaves(in: ours).map(\.container) == Array(repeating: "web", count: 4))
            #expect(FieldOwnership.trimmed(ours) == nil)
        }
    }
}
