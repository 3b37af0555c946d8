import Autoscaler
import Foundation
import KubernetesClient
import Testing

@testable import Operator

/// One model a Deployment: who waits is told when it is his turn.
@Suite(.serialized)
struct ClaimLoopTests {
    /// How the older model may leave the Deployment that a younger one waits for.
    enum Leaving: CaseIterable {
        /// It never had a version, so that nothing of the Deployment is its own.
        case untrained
        /// It turns to another Deployment.
        case elsewhere
        /// It is deleted.
        case deleted
    }

    @Test(arguments: Leaving.allCases)
    func `a model takes over as soon as the older one leaves the Deployment`(leaving: Leaving) async throws {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            try await harness.createDeployment("other")
            try await harness.createModel("first")
            if leaving != .untrained {
                try await harness.trainFirst(of: "first")
                _ = try await harness.model("first") { $0.status?.conditions?.isTrue("Scaled") ?? false }
            }
            try await harness.nextSecond()
            try await harness.createModel("second")
            try await harness.trainFirst(of: "second")
            _ = try await harness.model("second") { $0.status?.conditions?["Scaled"]?.reason == "TargetClaimed" }

            if leaving == .elsewhere {
                try await harness.patchModel(["spec": ["targetRef": ["name": "other"]]], of: "first")
            } else {
                try await harness.client.delete(ForecastModel.self, "first", namespace: "demo")
            }
            _ = try await harness.model("second") { $0.status?.conditions?.isTrue("Scaled") ?? false }
        }
    }
}
