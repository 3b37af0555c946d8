import Autoscaler
import Foundation
import KubernetesClient
import ModelRegistry
import Testing

@testable import Operator

@Suite(.serialized)
struct VersionGoneTests {
    @Test func `a spec that was trained is not trained again when the run and the revision that tell of it are gone`()
        async throws
    {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: ["targetRef": .null, "scaling": [:]])
            let first = try await harness.firstRun()
            try await harness.trainFirst()
            let manifest = try #require(try await harness.run(first) { $0.isFinished }.status?.manifest)
            // What a person puts up loses, and what it leaves takes the place of the first revision.
            try await harness.challenge("worse")
            try await harness.train("worse", smape: 12, champion: 10, winner: .champion)
            _ = try await harness.run("worse") { $0.isFinished }
            try await harness.wait("the end of the older revision") {
                try await harness.client.find(ConfigMap.self, manifest, namespace: "demo") == nil ? true : nil
            }
            // Its time to live is over.
            try await harness.client.delete(TrainingJob.self, first, namespace: "demo")
            try await Task.sleep(for: .seconds(1))
            let runs = try await harness.client.list(TrainingJob.self, namespace: "demo").items.map(\.name)
            #expect(runs == ["worse"])
        }
    }

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
