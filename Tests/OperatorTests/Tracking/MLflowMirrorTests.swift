import Autoscaler
import Foundation
import KubernetesClient
import ModelRegistry
import TestServers
import Testing

@testable import Operator

/// The mirror against a real MLflow server.
@Suite(.serialized, .enabled(if: MLflowServer.isInstalled, "scripts/install-test-servers installs MLflow"))
struct MLflowMirrorTests {
    @Test func `an absent MLflow delays nothing, and then shows every training once and prod where it belongs`()
        async throws
    {
        try await MLflowServer.with { server in
            try await OperatorHarness.with(mlflow: try configuration(server)) { cluster in
                // Nothing answers at MLflow's address: the cluster does not care.
                try await cluster.createModel(spec: ["targetRef": .null, "scaling": [:]])
                try await cluster.trainFirst(smape: 10)
                try await cluster.challenge("worse")
                try await cluster.train("worse", smape: 12, champion: 10, winner: .champion)
                _ = try await cluster.run("worse") { $0.status?.phase == .succeeded }
                // The first revision is kept no longer: MLflow is never to see its manifest.
                let first = try await cluster.client.list(TrainingJob.self, namespace: "demo").items
                    .first { $0.name != "worse" }
                let manifest = try #require(first?.status?.manifest)
                let firstName = try #require(first?.name)
                try await cluster.wait("the end of the older revision") {
                    try await cluster.client.find(ConfigMap.self, manifest, namespace: "demo") == nil ? true : nil
                }

                try await server.start()
                // The back-off is a minute at most.
                try await cluster.wait("the trainings in MLflow", within: 90) {
                    try await finished(server).count == 2 ? true : nil
                }
                let runs = try await finished(server)
                let oldest = try #require(runs[firstName])
                #expect(metric(oldest, "smape") == 10 && tag(oldest, "presage.decision") == "Promoted")
                let worse = try #require(runs["worse"])
                #expect(metric(worse, "smape") == 12 && metric(worse, "smape_champion") == 10)
                #expect(tag(worse, "presage.decision") == "Refreshed")
                // The refreshed version 1 serves, so prod is on it.
                #expect(try await prod(server) == ["presage.version": "1", "presage.revision": "1"])

                // The server dies; a better version is promoted and a run fails meanwhile.
                await server.crash()
                try await cluster.challenge("better")
                try await cluster.train("better", smape: 5, champion: 10)
                _ = try await cluster.model { $0.status?.production?.version == 2 }
                try await cluster.challenge("broken")
                _ = try await cluster.document(of: "broken")
                try await cluster.finishJob(
                    "broken", condition: ["type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"])
                _ = try await cluster.run("broken") { $0.status?.phase == .failed }
                try await server.start()
                try await cluster.wait("the trainings in MLflow", within: 90) {
                    try await finished(server).count == 4 ? true : nil
                }
                #expect(try await prod(server)?["presage.version"] == "2")
                let broken = try #require(try await finished(server)["broken"])
                #expect(broken["info", "status"]?.stringValue == "FAILED")
                #expect(tag(broken, "presage.reason") == "BackoffLimitExceeded")

                // A rollback moves the alias back.
                try await cluster.patchModel(["spec": ["promotion": ["pinnedVersion": 1]]])
                try await cluster.wait("prod on version 1", within: 90) {
                    try await prod(server)?["presage.version"] == "1" ? true : nil
                }

                // Each once: four runs in all, of whatever status, and a version for each artifact that is kept.
                #expect(try await self.runs(server).count == 4)
                #expect(try await versions(server).count == 2)

                // The artifact can be taken from MLflow's page.
                let better = try #require(try await finished(server)["better"])
                let id = try #require(better["info", "run_id"]?.stringValue)
                let files = try JSONValue(parsing: try await server.get("artifacts/list?run_id=\(id)&path=model"))
                let names = files["files"]?.arrayValue?.compactMap { $0["path"]?.stringValue }
                #expect(names?.sorted() == ["model/artifact.bin", "model/manifest.json"])
            }
        }
    }

    @Test func `prod is on no candidate before a person approves it, and leaves a version that is taken back`()
        async throws
    {
        try await MLflowServer.with { server in
            try await server.start()
            try await OperatorHarness.with(mlflow: try configuration(server)) { cluster in
                try await cluster.createModel(spec: [
                    "targetRef": .null, "scaling": [:],
                    "promotion": ["approval": "Manual", "automaticRollback": ["afterRuns": 1]],
                ])
                try await cluster.trainFirst(smape: 10)
                try await cluster.challenge("better")
                try await cluster.train("better", smape: 5, champion: 10)
                try await cluster.wait("the candidate in MLflow", within: 90) {
                    try await finished(server)["better"].flatMap { tag($0, "presage.decision") } == "Candidate"
                        ? true : nil
                }
                #expect(try await prod(server)?["presage.version"] == "1")

                try await cluster.patchModel(["spec": ["promotion": ["approvedVersion": 2]]])
                try await cluster.wait("prod on the approved version", within: 90) {
                    try await prod(server)?["presage.version"] == "2" ? true : nil
                }
                try await cluster.wait("the decision in MLflow", within: 90) {
                    try await finished(server)["better"].flatMap { tag($0, "presage.decision") } == "Promoted"
                        ? true : nil
                }

                try await cluster.challenge("disappointed")
                try await cluster.train("disappointed", smape: 14, champion: 9, winner: .champion, live: (30, 12))
                try await cluster.wait("prod on the version before", within: 90) {
                    try await prod(server)?["presage.version"] == "1" ? true : nil
                }
                try await cluster.wait("the decision in MLflow", within: 90) {
                    try await finished(server)["disappointed"].flatMap { tag($0, "presage.decision") } == "RolledBack"
                        ? true : nil
                }
                #expect(try await self.runs(server).count == 3)
                #expect(try await versions(server).count == 3)
                let decisions = try await versions(server).map { version in
                    version["tags"]?.arrayValue?.first { $0["key"]?.stringValue == "presage.decision" }?["value"]?
                        .stringValue ?? ""
                }
                #expect(decisions.sorted() == ["Promoted", "Promoted", "RolledBack"])
            }
        }
    }

    private func configuration(_ server: MLflowServer) throws -> MLflowConfiguration {
        try #require(try MLflowConfiguration(environment: ["MLFLOW_TRACKING_URI": server.url]))
    }

    private func runs(_ server: MLflowServer) async throws -> [JSONValue] {
        let experiment = try JSONValue(
            parsing: try await server.get("experiments/get-by-name?experiment_name=presage"))
        guard let id = experiment["experiment", "experiment_id"] else { return [] }
        let body: JSONValue = ["experiment_ids": [id], "run_view_type": "ALL"]
        let page = try JSONValue(parsing: try await server.post("runs/search", Data(body.serialized())))
        return page["runs"]?.arrayValue ?? []
    }

    /// The complete runs by name.
    private func finished(_ server: MLflowServer) async throws -> [String: JSONValue] {
        var result: [String: JSONValue] = [:]
        for run in try await runs(server) where run["info", "status"]?.stringValue != "RUNNING" {
            result[run["info", "run_name"]?.stringValue ?? ""] = run
        }
        return result
    }

    private func versions(_ server: MLflowServer) async throws -> [JSONValue] {
        let answer = try await server.get("model-versions/search?filter=name%3D%27demo.shop%27")
        return try JSONValue(parsing: answer)["model_versions"]?.arrayValue ?? []
    }

    private func metric(_ run: JSONValue, _ name: String) -> Double? {
        run["data", "metrics"]?.arrayValue?.first { $0["key"]?.stringValue == name }?["value"]?.doubleValue
    }

    private func tag(_ run: JSONValue, _ name: String) -> String? {
        run["data", "tags"]?.arrayValue?.first { $0["key"]?.stringValue == name }?["value"]?.stringValue
    }

    /// Presage's version and revision behind the alias.
    private func prod(_ server: MLflowServer) async throws -> [String: String]? {
        let found = try JSONValue(
            parsing: try await server.get("registered-models/alias?name=demo.shop&alias=prod"))
        guard let tags = found["model_version", "tags"]?.arrayValue else { return nil }
        var result: [String: String] = [:]
        for tag in tags {
            if let key = tag["key"]?.stringValue, ["presage.version", "presage.revision"].contains(key) {
                result[key] = tag["value"]?.stringValue
            }
        }
        return result
    }
}
