import Autoscaler
import KubernetesClient
import Testing

@testable import Operator

@Suite(.serialized)
struct PausedLoopTests {
    @Test func `a paused Deployment is told of until it is resumed`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            // As the Deployment controller says it.
            func report(_ reason: JSONValue, updated: JSONValue) async throws {
                let condition: JSONValue = ["type": "Progressing", "status": "Unknown", "reason": reason]
                _ = try await harness.client.patch(
                    Deployment.self, "shop", namespace: OperatorHarness.namespace,
                    .merge(["status": ["conditions": [condition], "replicas": 2, "updatedReplicas": updated]]),
                    subresource: "status")
            }
            try await report("DeploymentPaused", updated: 2)
            try await harness.createModel()
            try await harness.trainFirst()
            _ = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
            try await report("DeploymentPaused", updated: 0)
            let model = try await harness.model { $0.status?.conditions?["Scaled"]?.reason == "RolloutPaused" }
            let message = try #require(model.status?.conditions?["Scaled"]?.message)
            #expect(message.contains("kubectl rollout resume deployment shop"), "\(message)")
            try await report("DeploymentResumed", updated: 0)
            _ = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
        }
    }
}
