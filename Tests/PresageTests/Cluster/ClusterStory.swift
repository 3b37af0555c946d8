import Autoscaler
import Foundation
import KubernetesClient
import Operator
import Testing

/// What a platform team does with Presage in a cluster, step by step.
struct ClusterStory {
    private static let system = "presage-system"
    private let running: LoopCluster.Running
    let namespace = "shop-\(UUID().uuidString.prefix(8).lowercased())"
    /// Wide rows, oldest first, without the line of titles.
    private let history: [Substring]
    private let titles: Substring

    var client: KubernetesClient { running.client }

    init(_ running: LoopCluster.Running) async throws {
        self.running = running
        let sample = try await PresageProcess.run(["sample-history", "--step", "900", "--days", "21"])
        try #require(sample.status == 0, "\(sample.error)")
        let lines = sample.output.split(separator: "\n")
        titles = lines[0]
        history = Array(lines.dropFirst())
    }

    // MARK: Steps

    /// Installs the definitions, the rights and the operator from `config/`, as `kubectl apply -k config/default` does.
    func install() async throws {
        for folder in ["crds", "config/manager", "config/rbac"] {
            let files = try FileManager.default.contentsOfDirectory(
                at: PresageProcess.repository.appending(path: folder), includingPropertiesForKeys: nil)
            // The namespace comes first by its name in none of them.
            let sorted = files.filter { $0.pathExtension == "yaml" && $0.lastPathComponent != "kustomization.yaml" }
                .sorted {
                    ($0.lastPathComponent == "namespace.yaml" ? 0 : 1, $0.path) < (
                        $1.lastPathComponent == "namespace.yaml" ? 0 : 1, $1.path
                    )
                }
            for file in sorted {
                for document in try YAML.parse(try String(contentsOf: file, encoding: .utf8)) {
                    try await createIfMissing(document)
                }
            }
        }
        for name in ["forecastmodels.presage.dev", "trainingjobs.presage.dev"] {
            try await wait("CustomResourceDefinition \(name)") {
                let definition = try await client.find(CustomResourceDefinition.self, name)
                let conditions = definition?["status", "conditions"]?.arrayValue ?? []
                return conditions.contains { $0["type"] == "Established" && $0["status"] == "True" } ? true : nil
            }
        }
        // Two clusters of one test run share this machine's ports.
        let container: JSONValue = [
            "name": "operator", "image": "presage",
            "args": ["operator", "--authorization-mode=Webhook", "--host", "127.0.0.1", "--port", "0"],
        ]
        _ = try await client.patch(
            Deployment.self, "presage-operator", namespace: Self.system,
            .strategic(["spec": ["template": ["spec": ["containers": [container]]]]]))
        try await wait("the operator to lead") {
            let lease = try await client.find(Lease.self, "presage-operator", namespace: Self.system)
            return lease?.holderIdentity?.isEmpty == false ? true : nil
        }
    }

    /// A workload sized by hand, its history, and its model.
    func start() async throws {
        _ = try await client.create(Namespace(metadata: ObjectMeta(name: namespace)))
        try await writeHistory(withoutLastDay: true)
        let containers: [JSONValue] = ["app", "sidecar"].map { name in
            [
                "name": .string(name), "image": "registry.k8s.io/pause:3.10",
                "resources": [
                    "requests": ["cpu": "2", "memory": "4Gi"], "limits": ["cpu": "4", "memory": "8Gi"],
                ],
            ]
        }
        try await createIfMissing([
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": ["name": "shop", "namespace": .string(namespace), "labels": ["app": "shop"]],
            "spec": [
                "replicas": 2, "selector": ["matchLabels": ["app": "shop"]],
                "template": ["metadata": ["labels": ["app": "shop"]], "spec": ["containers": .array(containers)]],
            ],
        ])
        try await createIfMissing([
            "apiVersion": "presage.dev/v1alpha1", "kind": "ForecastModel",
            "metadata": ["name": "shop", "namespace": .string(namespace)],
            "spec": [
                "targetRef": ["name": "shop"], "algorithm": ["name": "SeasonalNaive"], "horizon": "Day",
                "source": ["csv": ["configMap": ["name": "history", "key": "history.csv"], "recorded": true]],
                "scaling": [
                    "mode": "Apply", "conflictPolicy": "TakeOwnership", "cooldown": "0s", "tolerancePercent": 0,
                ],
            ],
        ])
    }

    func bringNewHistory() async throws { try await writeHistory(withoutLastDay: false) }

    /// Puts up another recipe, and returns its run when it has ended.
    func challenge(_ algorithm: String, _ name: String) async throws -> TrainingJob {
        try await createIfMissing([
            "apiVersion": "presage.dev/v1alpha1", "kind": "TrainingJob",
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "spec": ["modelRef": ["name": "shop"], "algorithm": ["name": .string(algorithm)]],
        ])
        return try await wait("TrainingJob \(name)") {
            let run = try await client.get(TrainingJob.self, name, namespace: namespace)
            return run.status?.phase?.isFinished == true ? run : nil
        }
    }

    /// Waits until a version serves and the Deployment is as it recommends.
    func serving(version: Int) async throws -> ForecastModel {
        try await wait("version \(version) in production and applied") {
            let model = try await client.get(ForecastModel.self, "shop", namespace: namespace)
            guard let status = model.status, status.production?.version == version,
                status.recommendation?.version == version, status.conditions?.isTrue("Scaled") == true,
                let wanted = status.recommendation?.containers.first(where: { $0.name == "app" })?.target.requests?.cpu,
                try await cpuRequest() == wanted.description
            else { return nil }
            return model
        }
    }

    /// A run is what it was made as: the server itself refuses to change it.
    func tryToChangeARun(_ name: String) async throws -> String? {
        do {
            _ = try await client.patch(
                TrainingJob.self, name, namespace: namespace, .merge(["spec": ["backoffLimit": 9]]))
            return nil
        } catch let error as KubernetesError where error.code == .invalid {
            return error.message
        }
    }

    func pin(_ version: Int?) async throws {
        let value: JSONValue = version.map { .int(Int64($0)) } ?? .null
        _ = try await client.patch(
            ForecastModel.self, "shop", namespace: namespace, .merge(["spec": ["promotion": ["pinnedVersion": value]]]))
    }

    /// Deletes the model and the runs that a person made, and waits until everything that came of them has gone.
    func leave() async throws {
        for run in try await client.list(TrainingJob.self, namespace: namespace).items
        where run.metadata.ownerReferences.isEmpty {
            try await client.delete(TrainingJob.self, run.metadata.name, namespace: namespace)
        }
        try await client.delete(ForecastModel.self, "shop", namespace: namespace)
        try await wait("the end of the model and of what it owned") { () -> Bool? in
            let models = try await client.list(ForecastModel.self, namespace: namespace).items.map(\.metadata.name)
            let runs = try await client.list(TrainingJob.self, namespace: namespace).items.map(\.metadata.name)
            let jobs = try await client.list(Job.self, namespace: namespace).items.map(\.metadata.name)
            let roles = try await client.list(Role.self, namespace: namespace).items.map(\.metadata.name)
            let maps = try await client.list(ConfigMap.self, namespace: namespace).items.map(\.metadata.name)
                .filter { $0 != "history" && !$0.hasSuffix("-ca.crt") }
            return (models + runs + jobs + roles + maps).isEmpty ? true : nil
        }
        try await client.delete(Namespace.self, namespace)
    }

    /// Starts a run whose pod never runs, for no node has its image, and cancels it after `body`, which gets the name of its
    /// account and of its artifact.
    func withRunUnderWay<Result>(
        _ name: String, _ body: (_ account: String, _ artifact: String) async throws -> Result
    ) async throws -> Result {
        try await createIfMissing([
            "apiVersion": "presage.dev/v1alpha1", "kind": "TrainingJob",
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "spec": ["modelRef": ["name": "shop"], "pod": ["image": "example.com/no/such:1"]],
        ])
        // The Job is made last.
        try await wait("Job \(name)") { try await client.find(Job.self, name, namespace: namespace) }
        let result = try await body("\(name)-trainer", "\(name)-artifact")
        try await client.delete(TrainingJob.self, name, namespace: namespace)
        try await wait("the end of its rights") { () -> Bool? in
            try await client.find(Role.self, "\(name)-trainer", namespace: namespace) == nil ? true : nil
        }
        return result
    }

    // MARK: What is seen

    /// Whether the server would let an account of the namespace do something.
    func may(_ account: String, _ verb: String, _ resource: String, _ name: String) async throws -> Bool {
        let parts = resource.split(separator: ".", maxSplits: 1).map { JSONValue.string(String($0)) }
        let review: JSONValue = [
            "apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "metadata": [:],
            "spec": [
                "user": .string("system:serviceaccount:\(namespace):\(account)"),
                "resourceAttributes": [
                    "namespace": .string(namespace), "verb": .string(verb), "resource": parts[0],
                    "group": parts.count > 1 ? parts[1] : "", "name": .string(name),
                ],
            ],
        ]
        let definition = ResourceDefinition(
            group: "authorization.k8s.io", version: "v1", plural: "subjectaccessreviews", kind: "SubjectAccessReview",
            namespaced: false)
        let answer = try await client.create(KubernetesObject(json: review), definition: definition)
        return try answer.jsonValue()["status", "allowed"] == true
    }

    func cpuRequest() async throws -> String? {
        let deployment = try await client.get(Deployment.self, "shop", namespace: namespace)
        return deployment.containers.first { $0["name"] == "app" }?["resources", "requests", "cpu"]?.stringValue
    }

    /// Events that tell of missing rights.
    func refusals() async throws -> [String] {
        let events = try await client.list(Event.self, namespace: namespace)
        return try events.items.map { try $0.jsonValue() }.compactMap { event in
            let message = event["message"]?.stringValue ?? ""
            return message.localizedCaseInsensitiveContains("forbidden") ? message : nil
        }
    }

    /// Appends what kubectl prints to the file that `PRESAGE_SCENARIO_LOG` names, where both are there.
    ///
    /// - Parameter run: a run whose conditions are of interest.
    func show(_ title: String, run: String? = nil) async throws {
        guard let path = ProcessInfo.processInfo.environment["PRESAGE_SCENARIO_LOG"],
            let kubectl = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
                .map({ "\($0)/kubectl" }).first(where: FileManager.default.isExecutableFile)
        else { return }
        if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(fileURLWithPath: path)) }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: Data("\n### \(title)\n".utf8))
        let conditions =
            "go-template={{range .status.conditions}}{{.lastTransitionTime}} {{.type}}={{.status}} {{.reason}}: {{.message}}"
            + "{{\"\\n\"}}{{end}}"
        var commands = ["forecastmodels", "trainingjobs", "jobs", "pods", "deployments"].map { ["get", $0] }
        if let run { commands.append(["get", "trainingjob", run, "--output", conditions]) }
        for arguments in commands {
            if arguments.count > 2 {
                try file.write(contentsOf: Data("$ kubectl get trainingjob \(run ?? "") (its conditions)\n".utf8))
            }
            let process = Process()
            process.executableURL = URL(fileURLWithPath: kubectl)
            process.arguments = ["--kubeconfig", running.kubeconfig, "--namespace", namespace] + arguments
            process.standardOutput = file
            process.standardError = file
            try process.run()
            while process.isRunning { try await Task.sleep(for: .milliseconds(10)) }
            try file.seekToEnd()
            try file.write(contentsOf: Data("\n".utf8))
        }
    }

    // MARK: Hands

    private func writeHistory(withoutLastDay: Bool) async throws {
        // A row every quarter of an hour for each of two containers.
        let rows = withoutLastDay ? history.dropLast(2 * 96) : history[...]
        var map = ConfigMap(metadata: ObjectMeta(name: "history", namespace: namespace))
        map.data = ["history.csv": titles + "\n" + rows.joined(separator: "\n") + "\n"]
        _ = try await client.apply(map, fieldManager: "team", options: .init())
    }

    func createIfMissing(_ document: JSONValue) async throws {
        do {
            _ = try await client.create(
                KubernetesObject(json: document), options: WriteOptions(fieldManager: "kubectl-client-side-apply"))
        } catch let error as KubernetesError where error.code == .alreadyExists {}
    }

    @discardableResult
    func wait<Result>(_ what: String, until check: () async throws -> Result?) async throws -> Result {
        let deadline = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < deadline {
            if let result = try await check() { return result }
            try await Task.sleep(for: .milliseconds(50))
        }
        let model = try? await client.find(ForecastModel.self, "shop", namespace: namespace)?.jsonValue()["status"]
        throw WaitedInVain(what: what, model: "\(model ?? .null)")
    }

    struct WaitedInVain: Error, CustomStringConvertible {
        let what: String
        let model: String
        var description: String { "waited in vain for \(what); the model's status: \(model)" }
    }
}
