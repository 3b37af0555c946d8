import Autoscaler
import Foundation
import KubernetesClient
import Testing

@testable import Operator

@Suite(.serialized)
struct VersionGoneTests {
    @Test func `a version that somebody deleted serves no longer by the status, which says how to get another`()
        async throws
    {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            try await harness.createModel()
            try await harness.trainFirst()
            let model = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
            let manifest = try #require(model.status?.production?.artifact)
            // It serves before its run has said so.
            _ = try await harness.run(try #require(model.status?.lastTrainingJob)) { $0.isFinished }
            let applied = try await harness.deploymentJSON()["spec"]

            try await harness.client.delete(ConfigMap.self, manifest, namespace: "demo")
            let told = try await harness.model { $0.status?.production == nil && $0.status?.conditions != nil }
            #expect(told.status?.conditions?["Trained"]?.reason == "VersionGone")
            #expect(told.status?.conditions?["Trained"]?.message.contains("presage.dev/retrain-at") == true)
            #expect(told.status?.conditions?["Scaled"]?.reason == "VersionGone")
            #expect(told.status?.conditions?["HistoryAvailable"] == nil && told.status?.forecast == nil)
            #expect(try await harness.events("VersionGone").count == 1)
            #expect(try await harness.deploymentJSON()["spec"] == applied, "what was applied stays")

            // The advice helps.
            try await harness.nextSecond()
            let now = Timestamp(Date()).description
            try await harness.patchModel(["metadata": ["annotations": ["presage.dev/retrain-at": .string(now)]]])
            let again = try await harness.wait("another run") {
                try await harness.client.list(TrainingJob.self, namespace: "demo").items.first { !$0.isFinished }?.name
            }
            try await harness.train(again)
            let back = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
            #expect(back.status?.production != nil && back.status?.conditions?.isTrue("Trained") == true)
            #expect(try await harness.deploymentJSON()["spec"] == applied)
        }
    }
}
