import KubernetesClient

extension MLflowClient {
    /// Makes a registered model where there is none, and tells which version has an alias.
    ///
    /// - Returns: alias to version.
    public func registerModel(_ name: String, description: String, tags: [String: String]) async throws
        -> [String: String]
    {
        do {
            let answer = try await call("GET", "registered-models/get", query: [("name", name)])
            var aliases: [String: String] = [:]
            for alias in answer["registered_model", "aliases"]?.arrayValue ?? [] {
                if let key = alias["alias"]?.stringValue { aliases[key] = alias["version"]?.stringValue }
            }
            return aliases
        } catch let error as MLflowError where error.code == .notFound {
            do {
                _ = try await call(
                    "POST", "registered-models/create",
                    body: [
                        "name": .string(name), "description": .string(Self.bounded(description)),
                        "tags": Self.pairs(tags),
                    ])
            } catch let error as MLflowError where error.code == .alreadyExists {}
            return [:]
        }
    }

    /// The version that a run's artifact is registered as; nil where it is not.
    public func version(of model: String, run: MLflowRun.Stored) async throws -> String? {
        let answer = try await call(
            "GET", "model-versions/search",
            query: [("filter", "name='\(model)' and run_id='\(run.id)'"), ("max_results", "10")])
        return answer["model_versions"]?.arrayValue?.first?["version"]?.stringValue
    }

    /// Registers a run's artifact as the next version.
    ///
    /// - Returns: MLflow's version, a number as text.
    public func createVersion(
        of model: String, run: MLflowRun.Stored, description: String, tags: [String: String]
    ) async throws -> String {
        let answer = try await call(
            "POST", "model-versions/create",
            body: [
                "name": .string(model), "source": .string("\(run.artifactURI)/model"), "run_id": .string(run.id),
                "description": .string(Self.bounded(description)), "tags": Self.pairs(tags),
            ])
        return try Self.required(answer["model_version", "version"], "model-versions/create")
    }

    /// Writes tags of a version; writing the same again changes nothing.
    public func setTags(_ tags: [String: String], of model: String, version: String) async throws {
        for (key, value) in tags.sorted(by: { $0.key < $1.key }) {
            _ = try await call(
                "POST", "model-versions/set-tag",
                body: [
                    "name": .string(model), "version": .string(version), "key": .string(key),
                    "value": .string(Self.bounded(value)),
                ])
        }
    }

    /// Points an alias at a version.
    public func setAlias(_ alias: String, of model: String, to version: String) async throws {
        _ = try await call(
            "POST", "registered-models/alias",
            body: ["name": .string(model), "alias": .string(alias), "version": .string(version)])
    }
}
