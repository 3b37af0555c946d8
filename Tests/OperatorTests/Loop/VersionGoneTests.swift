import Autoscaler
import Foundation
import KubernetesClient
import ModelRegistry
import Testing

@testable import Operator

@Suite(.serialized)
struct VersionGoneTests {
    @Test(arguments: [false, true])
    func `deletionPolicy counts as it is when the model goes, not as it was when a version was trained`(
        atOnce: Bool
    ) async throws {
        try await OperatorHarness.with { harness in
            func owners() async throws -> [String]? {
                let maps = try await harness.client.list(
                    ConfigMap.self, namespace: "demo",
                    options: ListOptions(labelSelector: "presage.dev/model=shop")
                ).items.filter { $0.metadata.name.contains("-artifact") }
                return maps.isEmpty ? nil : maps.map { $0.metadata.controller?.uid ?? "" }
            }
            func delete() async throws {
                try await harness.client.delete(ForecastModel.self, "shop", namespace: "demo")
                try await harness.wait("the end of the model") {
                    try await harness.client.find(ForecastModel.self, "shop", namespace: "demo") == nil ? true : nil
                }
            }
            try await harness.createDeployment()
            try await harness.createModel()
            try await harness.trainFirst()
            let first = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
            #expect(try await owners() == [first.uid, first.uid], "the manifest and its chunk")

            try await harness.patchModel(["spec": ["deletionPolicy": "Retain"]])
            if !atOnce {
                try await harness.wait("the versions to be nobody's") {
                    try await owners() == ["", ""] ? true : nil
                }
            }
            try await delete()
            // What it took along is gone within a second.
            try await Task.sleep(for: .seconds(1))
            #expect(try await owners() == ["", ""])

            try await harness.createModel()
            let second = try await harness.model { $0.status?.production?.version == 1 }
            #expect(second.uid != first.uid)
            try await harness.wait("the versions to be the second model's") {
                try await owners() == [second.uid, second.uid] ? true : nil
            }
            try await delete()
            try await harness.wait("the end of the versions") { try await owners() == nil ? true : nil }
        }
    }

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
