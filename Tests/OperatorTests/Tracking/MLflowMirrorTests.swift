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
    @Test
    func `MLflow is killed in the middle and started again; the cluster waits for nothing, and all is there once`()
        async throws
    {
        let mirror = Mirror(server: try await .shared(), experiment: "presage", model: "shop")
        try await TCPGate.with(target: mirror.server.port) { gate in
            try await mirror.server.kill()
            try await OperatorHarness.with(mlflow: try mirror.configuration(port: gate.port)) { cluster in
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

                // It begins the first run and does not live to say so, as far as anybody can tell.
                gate.loseAnswer(to: "runs/create")
                try await mirror.server.revive()
                try await cluster.wait("the trainings in MLflow", within: 90) {
                    try await mirror.finished().count == 2 ? true : nil
                }
                #expect(gate.lost == 1)
                let runs = try await mirror.finished()
                let oldest = try #require(runs[firstName])
                #expect(mirror.metric(oldest, "smape") == 10 && mirror.tag(oldest, "presage.decision") == "Promoted")
                let worse = try #require(runs["worse"])
                #expect(mirror.metric(worse, "smape") == 12 && mirror.metric(worse, "smape_champion") == 10)
                #expect(mirror.tag(worse, "presage.decision") == "Refreshed")
                // The refreshed version 1 serves, so prod is on it.
                #expect(try await mirror.prod() == ["presage.version": "1", "presage.revision": "1"])

                // A better version is promoted, and the server is killed when half of it is written; meanwhile a run fails.
                gate.refuse("PUT")
                try await cluster.challenge("better")
                try await cluster.train("better", smape: 5, champion: 10)
                _ = try await cluster.model { $0.status?.production?.version == 2 }
                try await cluster.wait("an upload that breaks off") { gate.refused > 0 ? true : nil }
                try await mirror.server.kill()
                gate.refuse(nil)
                try await cluster.challenge("broken")
                _ = try await cluster.document(of: "broken")
                try await cluster.finishJob(
                    "broken", condition: ["type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"])
                _ = try await cluster.run("broken") { $0.status?.phase == .failed }
                gate.loseAnswer(to: "model-versions/create")
                try await mirror.server.revive()
                try await cluster.wait("the trainings in MLflow", within: 90) {
                    try await mirror.finished().count == 4 ? true : nil
                }
                #expect(gate.lost == 2)
                #expect(try await mirror.prod()?["presage.version"] == "2")
                let broken = try #require(try await mirror.finished()["broken"])
                #expect(broken["info", "status"]?.stringValue == "FAILED")
                #expect(mirror.tag(broken, "presage.reason") == "BackoffLimitExceeded")

                // A rollback moves the alias back.
                try await cluster.patchModel(["spec": ["promotion": ["pinnedVersion": 1]]])
                try await cluster.wait("prod on version 1", within: 90) {
                    try await mirror.prod()?["presage.version"] == "1" ? true : nil
                }

                // Each once: four runs in all, of whatever status, and a version for each artifact that is kept.
                #expect(try await mirror.runs().count == 4)
                #expect(try await mirror.versions().count == 2)

                // The artifact can be taken from MLflow's page.
                let better = try #require(try await mirror.finished()["better"])
                let id = try #require(better["info", "run_id"]?.stringValue)
                let files = try JSONValue(
                    parsing: try await mirror.server.get("artifacts/list?run_id=\(id)&path=model"))
                let names = files["files"]?.arrayValue?.compactMap { $0["path"]?.stringValue }
                #expect(names?.sorted() == ["model/artifact.bin", "model/manifest.json"])
            }
        }
    }

    @Test func `prod is on no candidate before a person approves it, and leaves a version that is taken back`()
        async throws
    {
        let mirror = Mirror(server: try await .shared(), experiment: "approvals", model: "till")
        try await OperatorHarness.with(mlflow: try mirror.configuration()) { cluster in
            try await cluster.createModel(
                "till",
                spec: [
                    "targetRef": .null, "scaling": [:],
                    "promotion": ["approval": "Manual", "automaticRollback": ["afterRuns": 1]],
                ])
            try await cluster.trainFirst(of: "till", smape: 10)
            try await cluster.challenge("better", model: "till")
            try await cluster.train("better", smape: 5, champion: 10)
            try await cluster.wait("the candidate in MLflow", within: 90) {
                try await mirror.finished()["better"].flatMap { mirror.tag($0, "presage.decision") } == "Candidate"
                    ? true : nil
            }
            #expect(try await mirror.prod()?["presage.version"] == "1")

            try await cluster.patchModel(["spec": ["promotion": ["approvedVersion": 2]]], of: "till")
            try await cluster.wait("prod on the approved version", within: 90) {
                try await mirror.prod()?["presage.version"] == "2" ? true : nil
            }
            try await cluster.wait("the decision in MLflow", within: 90) {
                try await mirror.finished()["better"].flatMap { mirror.tag($0, "presage.decision") } == "Promoted"
                    ? true : nil
            }

            try await cluster.challenge("disappointed", model: "till")
            try await cluster.train("disappointed", smape: 14, champion: 9, winner: .champion, live: (30, 12))
            try await cluster.wait("prod on the version before", within: 90) {
                try await mirror.prod()?["presage.version"] == "1" ? true : nil
            }
            try await cluster.wait("the decision in MLflow", within: 90) {
                try await mirror.finished()["disappointed"].flatMap { mirror.tag($0, "presage.decision") }
                    == "RolledBack"
                    ? true : nil
            }
            #expect(try await mirror.runs().count == 3)
            #expect(try await mirror.versions().count == 3)
            let decisions = try await mirror.versions().map { version in
                version["tags"]?.arrayValue?.first { $0["key"]?.stringValue == "presage.decision" }?["value"]?
                    .stringValue ?? ""
            }
            #expect(decisions.sorted() == ["Promoted", "Promoted", "RolledBack"])
        }
    }
}

/// What MLflow shows of one test's model.
private struct Mirror {
    let server: MLflowServer
    let experiment: String
    let model: String

    /// What the operator is told of it.
    func configuration(port: Int? = nil) throws -> MLflowConfiguration {
        let url = port.map { "http://127.0.0.1:\($0)" } ?? server.url
        return try #require(
            try MLflowConfiguration(
                environment: ["MLFLOW_TRACKING_URI": url, "MLFLOW_EXPERIMENT_NAME": experiment]))
    }

    func runs() async throws -> [JSONValue] {
        let experiment = try JSONValue(
            parsing: try await server.get("experiments/get-by-name?experiment_name=\(self.experiment)"))
        guard let id = experiment["experiment", "experiment_id"] else { return [] }
        let body: JSONValue = ["experiment_ids": [id], "run_view_type": "ALL"]
        let page = try JSONValue(parsing: try await server.post("runs/search", Data(body.serialized())))
        return page["runs"]?.arrayValue ?? []
    }

    /// The complete runs by name.
    func finished() async throws -> [String: JSONValue] {
        var result: [String: JSONValue] = [:]
        for run in try await runs() where run["info", "status"]?.stringValue != "RUNNING" {
            result[run["info", "run_name"]?.stringValue ?? ""] = run
        }
        return result
    }

    func versions() async throws -> [JSONValue] {
        let answer = try await server.get("model-versions/search?filter=name%3D%27demo.\(model)%27")
        return try JSONValue(parsing: answer)["model_versions"]?.arrayValue ?? []
    }

    func metric(_ run: JSONValue, _ name: String) -> Double? {
        run["data", "metrics"]?.arrayValue?.first { $0["key"]?.stringValue == name }?["value"]?.doubleValue
    }

    func tag(_ run: JSONValue, _ name: String) -> String? {
        run["data", "tags"]?.arrayValue?.first { $0["key"]?.stringValue == name }?["value"]?.stringValue
    }

    /// Presage's version and revision behind the alias.
    func prod() async throws -> [String: String]? {
        let found = try JSONValue(
            parsing: try await server.get("registered-models/alias?name=demo.\(model)&alias=prod"))
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
