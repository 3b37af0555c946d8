import Autoscaler
import Foundation
import KubernetesClient
import Playground
import Testing

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
}
