import Autoscaler
import Foundation
import KubernetesClient
import Operator
import Playground

/// The demo, step by step.
struct Demo {
    private let history: DemoHistory
    private let workload: DemoWorkload
    private let output: URL
    private let crds: URL
    private let title: String

    /// Prepares the folder that everything is written to.
    init(history: DemoHistory, output: URL, crds: URL, title: String) throws {
        self.history = history
        self.output = output
        self.crds = crds
        self.title = title
        try FileManager.default.createDirectory(at: output, withIntermediateDirectories: true)
        workload = DemoWorkload(
            name: history.containers.isEmpty ? "fleet" : "shop", history: history,
            file: output.appending(path: "history.csv").standardizedFileURL.absoluteURL)
    }

    /// Runs it.
    func run(keeping: Bool) async throws {
        // `presage demo | head` must not kill the demo before it has stopped the operator.
        signal(SIGPIPE, SIG_IGN)
        let executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        DemoProgress.say("Presage demo: the whole loop on this machine, on \(title)")
        history.notes.forEach { DemoProgress.say("          \($0)") }
        let progress = DemoProgress()

        var configuration = PlaygroundConfiguration()
        configuration.dataDirectory = output.appending(path: "playground").absoluteURL
        configuration.pods = PodRunner { $0 == "presage" ? executable.path : nil }
        let playground = try await PlaygroundServer.start(configuration)
        let kubeconfig = output.appending(path: "kubeconfig").absoluteURL
        try PlaygroundCommand.write(playground.kubeconfig, to: kubeconfig.path)
        progress.done("the playground serves a Kubernetes API at \(playground.url)")
        var processes: [ChildProcess] = []
        do {
            let cluster = DemoCluster(
                client: KubernetesClient(configuration: try .load(kubeconfig: kubeconfig.path)))
            try await prepare(cluster, progress)
            let operatorProcess = try ChildProcess(
                executable,
                arguments: [
                    "operator", "--kubeconfig", kubeconfig.path, "--trainer-image", "presage", "--host", "127.0.0.1",
                    "--port", "0",
                ],
                log: output.appending(path: "operator.log"))
            processes.append(operatorProcess)
            progress.done("the operator runs as process \(operatorProcess.pid)")
            let record = try await loop(cluster, operatorProcess, progress)
            let usage = operatorProcess.usage
            let seconds = progress.elapsed
            try DemoReport(workload: workload, record: record, output: output, title: title)
                .show(seconds: seconds, usage: usage)
            if keeping { try await keep(kubeconfig, operatorProcess) }
        } catch {
            for process in processes { await process.stop() }
            await playground.stop()
            throw error
        }
        for process in processes { await process.stop() }
        await playground.stop()
    }

    private func prepare(_ cluster: DemoCluster, _ progress: DemoProgress) async throws {
        let names = try await cluster.apply(folder: crds)
        for name in names {
            try await cluster.waitUntilEstablished(name)
        }
        progress.done("applied \(names.joined(separator: ", "))")
        try await cluster.create([
            "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(DemoWorkload.namespace)],
        ])
        // The first training does not see the last stretch of the history: it becomes the challengers' holdout.
        try history.write(until: history.end - history.holdout, to: workload.file)
        try writeManifests()
        if !history.containers.isEmpty {
            try await cluster.create(workload.deployment)
            progress.done("applied Deployment \(workload.name), sized by hand")
        }
        try await cluster.create(workload.model)
        progress.done("applied ForecastModel \(workload.name)")
    }

    private func loop(
        _ cluster: DemoCluster, _ operatorProcess: ChildProcess, _ progress: DemoProgress
    ) async throws -> DemoRecord {
        let alive = {
            guard operatorProcess.isRunning else {
                throw DemoError("the operator has ended; its log is \(operatorProcess.log.path)")
            }
        }
        var record = DemoRecord()
        record.before = try await cluster.resources(of: workload)

        progress.waiting("the first version is trained (\(workload.first))")
        let first = try await cluster.wait(for: ForecastModel.self, workload.name, alive: alive) { model in
            try Self.checkTrained(model)
            return model.status?.production.map { _ in model }
        }
        guard let firstRun = first.status?.lastTrainingJob else { throw DemoError("the model names no TrainingJob") }
        record.runs.append(try await cluster.finished(firstRun, alive: alive))
        progress.done(record.runs[0].line)
        if !history.containers.isEmpty {
            let settled = try await cluster.settled(workload.name, version: 1, alive: alive)
            record.first = try await cluster.resources(of: workload)
            let isApplied = settled.status?.lastAppliedTime != nil
            progress.done(
                isApplied
                    ? "Deployment \(workload.name) has the requests and limits that version 1 recommends"
                    : "Deployment \(workload.name) is as it was: \(settled.status?.conditions?["Scaled"]?.message ?? "")"
            )
        }

        try history.write(until: history.end, to: workload.file)
        progress.note("newer history has come in: \(Self.span(history.holdout)) that no version has seen")
        for algorithm in workload.challengers {
            progress.waiting("\(algorithm) is trained as a challenger")
            let run = try await cluster.create(workload.challenger(algorithm))
            let finished = try await cluster.finished(run.metadata.name, alive: alive)
            record.runs.append(finished)
            progress.done(finished.line)
        }
        let version = record.runs.last { $0.promoted }?.version ?? 1
        let artifact = record.runs.last { $0.version != nil }?.manifest
        record.model = try await cluster.settled(workload.name, version: version, artifact: artifact, alive: alive)
        record.after = try await cluster.resources(of: workload)
        record.owners = try await cluster.owners(of: workload)
        record.artifact = try await cluster.artifact(of: record.model)
        progress.done("version \(version) is in production and the target is as it recommends")
        return record
    }

    private func keep(_ kubeconfig: URL, _ operatorProcess: ChildProcess) async throws {
        // It took any port that was free, and says which.
        let log = try String(contentsOf: operatorProcess.log, encoding: .utf8)
        let address =
            log.firstMatch(of: /listening on (127\.0\.0\.1:\d+)/)?.1 ?? "the port in \(operatorProcess.log.path)"
        DemoProgress.say(
            """

            It goes on running. The dashboard is at http://\(address)/

            In another terminal:

              export KUBECONFIG=\(kubeconfig.path)
              kubectl -n \(DemoWorkload.namespace) get forecastmodels,trainingjobs,jobs,pods,deployments
              kubectl -n \(DemoWorkload.namespace) describe forecastmodel \(workload.name)

            Ctrl-C ends it.
            """)
        await Interrupt.wait()
    }

    private func writeManifests() throws {
        var documents = [workload.model] + workload.challengers.map(workload.challenger)
        if !history.containers.isEmpty { documents.insert(workload.deployment, at: 0) }
        try Data(YAML.write(documents).utf8).write(to: output.appending(path: "manifests.yaml"))
    }

    private static func checkTrained(_ model: ForecastModel) throws {
        let trained = model.status?.conditions?["Trained"]
        let ready = model.status?.conditions?["Ready"]
        if let ready, ready.status == .false { throw DemoError("the model was not accepted: \(ready.message)") }
        if let trained, trained.status == .false, trained.reason != "Learning" {
            throw DemoError("the first training failed: \(trained.message)")
        }
    }

    private static func span(_ seconds: Int) -> String {
        seconds % 86_400 == 0 ? "\(seconds / 86_400) d" : "\(seconds / 3600) h"
    }
}
