import Autoscaler
import ForecastEngine
import Foundation
import KubernetesClient
import ModelRegistry
import Testing

@testable import Operator

/// What happens in every test of faults: a first version is trained, promoted and applied, a challenger wins and is applied
/// in its place, while somebody else keeps writing to the same Deployment.
enum Story {
    static let challenger = "better"

    /// What is there at the beginning.
    static func beginning(in namespace: String) -> [JSONValue] {
        [deployment("shop", in: namespace), model("shop", spec: ["targetRef": ["name": "shop"]], in: namespace)]
    }

    static func deployment(_ name: String, labels: JSONObject = [:], in namespace: String) -> JSONValue {
        [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": ["name": .string(name), "namespace": .string(namespace), "labels": .object(labels)],
            "spec": [
                "replicas": 2, "selector": ["matchLabels": ["app": .string(name)]],
                "template": [
                    "metadata": ["labels": ["app": .string(name)]],
                    "spec": [
                        "containers": [
                            [
                                "name": "web", "image": "web:1",
                                "resources": [
                                    "requests": ["cpu": "2", "memory": "4Gi"], "limits": ["cpu": "4", "memory": "8Gi"],
                                ],
                            ],
                            ["name": "proxy", "image": "proxy:1"],
                        ]
                    ],
                ],
            ],
        ]
    }

    /// - Parameter target: which Deployments it is for.
    static func model(_ name: String, spec target: JSONObject, in namespace: String) -> JSONValue {
        var spec: JSONObject = [
            "source": ["csv": ["path": "/nowhere.csv", "recorded": true]],
            "scaling": ["mode": "Apply", "conflictPolicy": "TakeOwnership", "cooldown": "0s"],
        ]
        for (key, value) in target { spec[key] = value }
        return [
            "apiVersion": "presage.dev/v1alpha1", "kind": "ForecastModel",
            "metadata": ["name": .string(name), "namespace": .string(namespace)], "spec": .object(spec),
        ]
    }
}

extension FaultBench {
    /// Plays the trainer's pods, and another writer of the Deployment, until the bench rests.
    func startOthers() {
        work { [self] in
            while !Task.isCancelled {
                try? await trainWhatIsAsked()
                try? await Task.sleep(for: .milliseconds(30))
            }
        }
        work { [self] in
            while !Task.isCancelled {
                try? await count()
                try? await Task.sleep(for: .milliseconds(40))
            }
        }
    }

    /// Plays the story to its end: two versions, the second in production and applied.
    ///
    /// - Parameter between: what is waited for between the two.
    func play(between: () async throws -> Void = {}) async throws {
        startOthers()
        _ = try await model("version 1 in production") { $0.status?.production?.version == 1 }
        try await between()
        try await challenge()
        try await converge(to: 2)
    }

    /// A person puts up a challenger, again where the server was down.
    func challenge() async throws {
        try await wait("the challenger") {
            try await create([
                "apiVersion": "presage.dev/v1alpha1", "kind": "TrainingJob",
                "metadata": ["name": .string(Story.challenger), "namespace": .string(namespace)],
                "spec": ["modelRef": ["name": "shop"], "algorithm": ["name": "Theta"]],
            ])
        }
    }

    func model(_ what: String, _ check: @Sendable @escaping (ForecastModel) -> Bool) async throws -> ForecastModel {
        try await wait(what) {
            let model = try await self.others.get(ForecastModel.self, "shop", namespace: namespace)
            return check(model) ? model : nil
        }
    }

    /// Waits until everything is as it has to be in the end, with `version` in production.
    func converge(to version: Int) async throws {
        try await settle("convergence") { try await unfinished(version) }
        // Nothing is on its way any more when the other writer stops.
        await rest()
    }

    /// Waits until nothing is left to do, or fails with what is.
    func settle(_ what: String, _ left: () async throws -> [String]) async throws {
        var missing: [String] = []
        do {
            try await wait(what) {
                missing = []
                missing = try await left()
                return missing.isEmpty ? () : nil
            }
        } catch let error as WaitedInVain {
            throw WaitedInVain(what: "\(missing); \(error.what)")
        }
    }

    /// What is not yet as it has to be.
    private func unfinished(_ version: Int) async throws -> [String] {
        var left: [String] = []
        let model = try await others.get(ForecastModel.self, "shop", namespace: namespace)
        if model.status?.production?.version != version { left.append("version \(version) in production") }
        let runs = try await others.list(TrainingJob.self, namespace: namespace).items
        for run in runs where run.status?.phase != .succeeded { left.append("TrainingJob \(run.metadata.name)") }
        let promoted = (model.status?.history ?? []).filter { $0.type == "Promoted" }.compactMap(\.version)
        if promoted != Array(1...version) { left.append("one promotion a version in the history: \(promoted)") }

        // The versions' levels are 0.5 and 0.8 cores with a day's swing of 30% above.
        left += try await unsized(by: model, level: version == 1 ? 0.5 : 0.8)

        let maps = try await others.list(ConfigMap.self, namespace: namespace).items
        for map in maps where map.metadata.labels[ArtifactLabels.kind] != nil {
            if try map.jsonValue()["immutable"] != true { left.append("ConfigMap \(map.metadata.name) immutable") }
        }
        return left
    }

    /// What a model has not yet applied to its Deployment as it has to.
    ///
    /// - Parameter level: the mean of what its version has learnt, in cores; a day's swing goes 30% above.
    func unsized(by model: ForecastModel, level: Double) async throws -> [String] {
        let name = model.spec.targetRef?.name ?? ""
        var left: [String] = []
        if model.status?.conditions?.isTrue("Scaled") != true { left.append("Scaled=True on \(model.name)") }
        let deployment = try await others.get(Deployment.self, name, namespace: namespace).jsonValue()
        let resources = deployment["spec", "template", "spec", "containers", 0, "resources"]
        let prediction = model.status?.recommendation?.containers.first?.prediction?.cpu?.doubleValue ?? 0
        let request = (try? Quantity(resources?["requests", "cpu"]?.stringValue ?? ""))?.doubleValue ?? -1
        if abs(prediction - 1.3 * level) > 0.1 * level { left.append("a prediction of about \(1.3 * level)") }
        if abs(request - 0.8 * prediction) > 0.002 { left.append("80% of \(prediction) applied, not \(request)") }
        let fields = Self.ownFields(of: deployment)
        if FieldOwnership.trimmed(fields) != nil { left.append("the containers given back") }
        if FieldOwnership.leaves(in: fields).count != 4 { left.append("four fields owned") }
        return left
    }

    /// Our entries among the managed fields.
    static func ownFields(of deployment: JSONValue) -> [JSONValue] {
        (deployment["metadata", "managedFields"]?.arrayValue ?? []).filter {
            $0["manager"]?.stringValue == FieldOwnership.manager
        }
    }

    /// Records the row of the fault table and the test's verdict.
    ///
    /// - Parameter violations: what must never be seen, in the log of all commits.
    func verify(
        _ fault: String, scope: String = "operator", atLeast: Int = 1,
        violations: (CommitLog) -> [String] = { $0.violations(runs: 2) },
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        // Once this is in the log, everything before it is.
        try await wait("the end of the log") {
            try await create([
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": ["name": "the-end", "namespace": .string(namespace)],
            ])
            return commits.all("configmaps").contains { $0.name == "the-end" } ? () : nil
        }
        let violations = violations(commits) + commits.lostUpdates(of: counter.value)
        #expect(violations.isEmpty, sourceLocation: sourceLocation)
        #expect(injected.value >= atLeast, "too few faults were injected", sourceLocation: sourceLocation)
        FaultTable.add(fault, scope: scope, injected: injected.value, converged: violations.isEmpty)
    }

    // MARK: The others

    private func count() async throws {
        var deployment = try await others.get(Deployment.self, "shop", namespace: namespace)
        let next = counter.value + 1
        deployment.metadata.annotations["user/count"] = String(next)
        do {
            _ = try await others.update(deployment, options: WriteOptions(fieldManager: "user"))
            counter.change { $0 = next }
        } catch let error as KubernetesError where error.code == .conflict {}
    }

    private func trainWhatIsAsked() async throws {
        for job in try await others.list(Job.self, namespace: namespace).items {
            let json = try job.jsonValue()
            if json["status", "conditions"]?.arrayValue?.isEmpty == false { continue }
            let name = job.metadata.name
            if !trained.value.contains(name) {
                let map = try await others.get(ConfigMap.self, "\(name)-run", namespace: namespace)
                let run = try JSONValue(parsing: map["data", "run.json"]?.stringValue ?? "").decode(TrainingRun.self)
                _ = try await ClusterRegistry(client: others).publish(try version(for: run, name))
                trained.change { _ = $0.insert(name) }
            }
            try await finish(name)
        }
    }

    /// Ends a Job as its pods' kubelets do; where there are no pods, as the Job controller does.
    private func finish(_ job: String) async throws {
        guard server.makesPods else {
            _ = try await others.patch(
                Job.self, job, namespace: namespace,
                .merge(["status": ["conditions": [["type": "Complete", "status": "True"]]]]), subresource: "status")
            return
        }
        let pods = try await others.list(
            Pod.self, namespace: namespace, options: .init(labelSelector: "job-name=\(job)"))
        for pod in pods.items where pod["status", "phase"] != "Succeeded" {
            _ = try await others.patch(
                Pod.self, pod.metadata.name, namespace: namespace, .merge(["status": ["phase": "Succeeded"]]),
                subresource: "status")
        }
    }

    private func version(for run: TrainingRun, _ name: String) throws -> NewVersion {
        let isFirst = name != Story.challenger
        let day = 86_400
        let times = (0..<(14 * 24)).map { 1_700_000_000 + $0 * 3600 }
        func fitted(_ id: String, _ level: Double) throws -> TrainedModel {
            let values = times.map { time -> Double in
                let angle = 2 * Double.pi * Double(time % day) / Double(day)
                return level * (1 + 0.3 * sin(angle))
            }
            return try TrainedModel.fit(
                TimeSeries(id: id, times: times, values: values), recipe: Recipe(.seasonalNaive), horizon: 24)
        }
        let models = [
            try fitted("web/cpu", isFirst ? 0.5 : 0.8),
            try fitted("web/memory", (isFirst ? 512.0 : 768.0) * 1_048_576),
        ]
        let end = Date(timeIntervalSince1970: Double(times.last ?? 0))
        let stages = ["Validated", "Prepared", "Trained", "Evaluated"].map {
            VersionManifest.Stage(name: $0, succeeded: true, reason: "Ok", message: "", time: end)
        }
        let manifest = VersionManifest(
            model: run.model, trainingJob: run.trainingJob, algorithm: "SeasonalNaive",
            challengerAlgorithm: "SeasonalNaive", engineVersion: "test", trainedAt: end,
            historyStart: Date(timeIntervalSince1970: Double(times[0])), historyEnd: end,
            cut: end.addingTimeInterval(-86_400), historyDigest: "x", series: 2, failedSeries: [],
            scores: .init(challenger: isFirst ? 10 : 8, champion: run.champion == nil ? nil : 10, baseline: 20),
            championVersion: run.champion?.version, winner: .challenger, reason: "scored", stages: stages, chunks: [],
            artifactDigest: "")
        return NewVersion(
            manifest: manifest, artifact: try ModelArtifact(models: models).encode(), naming: run.artifact)
    }
}
