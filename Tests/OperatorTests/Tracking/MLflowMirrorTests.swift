import Autoscaler
import Foundation
import KubernetesClient
import ModelRegistry
import Testing

@testable import Operator

/// The mirror against a real MLflow server.
@Suite(.enabled(if: MLflowServer.executable != nil, "scripts/install-test-servers installs MLflow"))
struct MLflowMirrorTests {
    @Test func `an absent MLflow delays nothing, and then shows every training once and prod where it belongs`()
        async throws
    {
        let server = try MLflowServer()
        defer { server.stop() }
        try await OperatorHarness.with(mlflow: try server.configuration) { cluster in
            try await cluster.createDeployment()
            try await cluster.createModel()
            // Nothing answers at MLflow's address: the cluster does not care.
            try await cluster.trainFirst(smape: 10)
            try await cluster.challenge("worse")
            try await cluster.train("worse", smape: 12, champion: 10, winner: .champion)
            _ = try await cluster.run("worse") { $0.status?.phase == .succeeded }

            try await server.start()
            // The back-off is a minute at most.
            try await cluster.wait("the trainings in MLflow", within: 90) {
                try await Self.finished(server).count == 2 ? true : nil
            }
            let runs = try await Self.finished(server)
            let worse = try #require(runs["worse"])
            #expect(Self.metric(worse, "smape") == 12)
            #expect(Self.metric(worse, "smape_champion") == 10)
            #expect(Self.tag(worse, "presage.decision") == "Refreshed")
            // The refreshed version 1 serves, so prod is on it.
            #expect(try await Self.prod(server) == ["presage.version": "1", "presage.revision": "1"])

            // The server dies; a better version is promoted and a run fails meanwhile.
            server.crash()
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
                try await Self.finished(server).count == 4 ? true : nil
            }
            #expect(try await Self.prod(server)?["presage.version"] == "2")
            let broken = try #require(try await Self.finished(server)["broken"])
            #expect(broken["info", "status"]?.stringValue == "FAILED")

            // A rollback moves the alias back.
            try await cluster.patchModel(["spec": ["promotion": ["pinnedVersion": 1]]])
            try await cluster.wait("prod on version 1", within: 90) {
                try await Self.prod(server)?["presage.version"] == "1" ? true : nil
            }

            // Each once: four runs in all, of whatever status, and three versions.
            #expect(try await Self.runs(server).count == 4)
            let versions = try await server.get("model-versions/search?filter=name%3D%27demo.shop%27")
            #expect(versions["model_versions"]?.arrayValue?.count == 3)

            // The artifact can be taken from MLflow's page, and is the one in the cluster.
            let better = try #require(try await Self.finished(server)["better"])
            let id = try #require(better["info", "run_id"]?.stringValue)
            let files = try await server.get("artifacts/list?run_id=\(id)&path=model")
            let names = files["files"]?.arrayValue?.compactMap { $0["path"]?.stringValue }
            #expect(names?.sorted() == ["model/artifact.bin", "model/manifest.json"])
        }
    }

    private static func runs(_ server: MLflowServer) async throws -> [JSONValue] {
        let experiment = try await server.get("experiments/get-by-name?experiment_name=presage")
        guard let id = experiment["experiment", "experiment_id"] else { return [] }
        return try await server.post("runs/search", ["experiment_ids": [id], "run_view_type": "ALL"])["runs"]?
            .arrayValue ?? []
    }

    /// The complete runs by name.
    private static func finished(_ server: MLflowServer) async throws -> [String: JSONValue] {
        var result: [String: JSONValue] = [:]
        for run in try await runs(server) where run["info", "status"]?.stringValue != "RUNNING" {
            var name = run["info", "run_name"]?.stringValue ?? ""
            if !["worse", "better", "broken"].contains(name) { name = "first" }
            result[name] = run
        }
        return result
    }

    private static func metric(_ run: JSONValue, _ name: String) -> Double? {
        run["data", "metrics"]?.arrayValue?.first { $0["key"]?.stringValue == name }?["value"]?.doubleValue
    }

    private static func tag(_ run: JSONValue, _ name: String) -> String? {
        run["data", "tags"]?.arrayValue?.first { $0["key"]?.stringValue == name }?["value"]?.stringValue
    }

    /// Presage's version and revision behind the alias.
    private static func prod(_ server: MLflowServer) async throws -> [String: String]? {
        let found = try await server.get("registered-models/alias?name=demo.shop&alias=prod")
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
