import Foundation
import KubernetesClient

extension MLflowClient {
    /// The id of the experiment, which is made where there is none.
    ///
    /// - Throws: ``MLflowError`` `rejected` where the experiment was deleted: MLflow keeps the name.
    public func experimentID() async throws -> String {
        let name = configuration.experiment
        do {
            let answer = try await call("GET", "experiments/get-by-name", query: [("experiment_name", name)])
            let experiment = answer["experiment"]
            guard experiment?["lifecycle_stage"]?.stringValue != "deleted" else {
                throw MLflowError(
                    .rejected,
                    "MLflow's experiment \(name) was deleted and keeps its name; restore it (mlflow experiments restore), "
                        + "or set MLFLOW_EXPERIMENT_NAME to another")
            }
            return try Self.required(experiment?["experiment_id"], "experiments/get-by-name")
        } catch let error as MLflowError where error.code == .notFound {
            do {
                let made = try await call("POST", "experiments/create", body: ["name": .string(name)])
                return try Self.required(made["experiment_id"], "experiments/create")
            } catch let error as MLflowError where error.code == .alreadyExists {
                // Somebody else made it in between.
                let answer = try await call("GET", "experiments/get-by-name", query: [("experiment_name", name)])
                return try Self.required(answer["experiment", "experiment_id"], "experiments/get-by-name")
            }
        }
    }

    /// The runs of an experiment that carry a tag, deleted ones too: what people deleted stays deleted.
    public func runs(in experiment: String, tag: String, value: String) async throws -> [MLflowRun.Stored] {
        var found: [MLflowRun.Stored] = []
        var token: String?
        repeat {
            var body: JSONValue = [
                "experiment_ids": [.string(experiment)], "run_view_type": "ALL", "max_results": 1000,
                "filter": .string("tags.`\(tag)` = '\(value)'"),
            ]
            if let token { body["page_token"] = .string(token) }
            let page = try await call("POST", "runs/search", body: body)
            found += try (page["runs"]?.arrayValue ?? []).map(Self.stored)
            token = page["next_page_token"]?.stringValue
        } while token?.isEmpty == false
        return found
    }

    /// Begins a run. Its tags are there from its first moment, so that a run that was begun and left is found again.
    public func create(_ run: MLflowRun, in experiment: String) async throws -> MLflowRun.Stored {
        let answer = try await call(
            "POST", "runs/create",
            body: [
                "experiment_id": .string(experiment), "run_name": .string(run.name),
                "start_time": .int(Self.milliseconds(run.start)), "tags": Self.pairs(run.tags),
            ])
        guard let json = answer["run"] else { throw Self.incomplete("runs/create") }
        return try Self.stored(json)
    }

    /// Writes parameters, metrics and tags; writing the same again changes nothing.
    public func log(_ run: MLflowRun, to stored: MLflowRun.Stored) async throws {
        let metrics = run.metrics.filter(\.value.isFinite).sorted { $0.key < $1.key }.map { name, value in
            JSONValue.object([
                "key": .string(name), "value": .double(value), "timestamp": .int(Self.milliseconds(run.end)), "step": 0,
            ])
        }
        _ = try await call(
            "POST", "runs/log-batch",
            body: [
                "run_id": .string(stored.id), "metrics": .array(metrics), "params": Self.pairs(run.parameters),
                "tags": Self.pairs(run.tags),
            ])
    }

    /// Ends a run: from here on its description is complete.
    public func end(_ stored: MLflowRun.Stored, as run: MLflowRun) async throws {
        _ = try await call(
            "POST", "runs/update",
            body: [
                "run_id": .string(stored.id), "status": .string(run.status.rawValue),
                "end_time": .int(Self.milliseconds(run.end)),
            ])
    }

    /// Stores a file beside a run; false where the server leaves that to its clients, as one with an S3 root does.
    public func upload(_ bytes: [UInt8], as name: String, of stored: MLflowRun.Stored) async throws -> Bool {
        guard let root = Self.proxiedPath(stored.artifactURI) else { return false }
        try await upload(bytes, to: "\(root)/\(name)")
        return true
    }

    /// The path behind `mlflow-artifacts:/…` or `mlflow-artifacts://host/…`; nil for every other scheme.
    static func proxiedPath(_ uri: String) -> String? {
        guard uri.hasPrefix("mlflow-artifacts:") else { return nil }
        var rest = uri.dropFirst("mlflow-artifacts:".count)
        if rest.hasPrefix("//") { rest = rest.dropFirst(2).drop { $0 != "/" } }
        return String(rest.drop { $0 == "/" })
    }

    private static func stored(_ json: JSONValue) throws(MLflowError) -> MLflowRun.Stored {
        let info = json["info"]
        var tags: [String: String] = [:]
        for tag in json["data", "tags"]?.arrayValue ?? [] {
            if let key = tag["key"]?.stringValue { tags[key] = tag["value"]?.stringValue ?? "" }
        }
        return MLflowRun.Stored(
            id: try required(info?["run_id"], "a run"), artifactURI: info?["artifact_uri"]?.stringValue ?? "",
            isComplete: info?["status"]?.stringValue != MLflowRun.Status.running.rawValue,
            isDeleted: info?["lifecycle_stage"]?.stringValue == "deleted", tags: tags)
    }

    private static func milliseconds(_ date: Date) -> Int64 { Int64((date.timeIntervalSince1970 * 1000).rounded()) }

    static func required(_ value: JSONValue?, _ what: String) throws(MLflowError) -> String {
        guard let text = value?.stringValue else { throw incomplete(what) }
        return text
    }

    static func incomplete(_ what: String) -> MLflowError {
        MLflowError(.unexpectedAnswer, "MLflow's answer to \(what) lacks what its REST API promises")
    }

    static func pairs(_ values: [String: String]) -> JSONValue {
        .array(
            values.sorted { $0.key < $1.key }.map {
                ["key": .string($0.key), "value": .string(bounded($0.value))]
            })
    }

    /// MLflow takes 6,000 characters in a parameter and 8,000 in a run's tag.
    public static func bounded(_ text: String) -> String { String(text.prefix(5000)) }
}
