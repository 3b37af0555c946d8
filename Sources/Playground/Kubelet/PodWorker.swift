import Foundation
import Glibc
import KubernetesClient

/// Runs one pod from its start to its end.
actor PodWorker {
    private let api: any NodeAPI
    private let pod: JSONValue
    nonisolated let name: ObjectName
    private let sandbox: Sandbox
    private let logs: PodLogFiles
    private let runner: PodRunner
    private let processes: ProcessGuard?
    private let inherited: [String: String]
    private var states: [String: ContainerState] = [:]
    private var running: [String: LocalProcess] = [:]
    private var isStopping = false
    /// The phase once the pod has ended.
    private var ending: String?
    private var hasNews = false
    private var isReporting = false

    init(pod: JSONValue, context: Kubelet.Context) {
        api = context.api
        self.pod = pod
        name = pod.objectName
        logs = context.logs
        runner = context.runner
        processes = context.processes
        inherited = context.inherited
        sandbox = Sandbox(api: context.api, pod: pod, directory: logs.directory.appending(path: pod.uid))
    }

    private var containers: [JSONValue] { pod["spec", "containers"]?.arrayValue ?? [] }
    private var initContainers: [JSONValue] { pod["spec", "initContainers"]?.arrayValue ?? [] }
    private var restartPolicy: String { pod["spec", "restartPolicy"]?.stringValue ?? "Always" }

    /// Runs the pod; returns when all of its processes have ended and its status says so.
    func run() async {
        for container in initContainers + containers { states[Self.name(container)] = ContainerState() }
        if pod["spec", "nodeName"]?.stringValue?.isEmpty ?? true { await api.bind(pod) }
        if isVirtual {
            await api.changeStatus(of: pod) { [now = api.now()] in PodStatus.makeReady(&$0, at: now) }
            return
        }
        await report()
        guard await prepare() else { return }
        for container in initContainers {
            await run(container, restarts: restartPolicy != "Never")
            if isStopping { break }
            guard states[Self.name(container)]?.code == 0 else {
                await report(phase: "Failed")
                return
            }
        }
        if !isStopping {
            await withTaskGroup(of: Void.self) { group in
                for container in containers {
                    group.addTask { await self.run(container, restarts: self.restartPolicy != "Never") }
                }
            }
        }
        let isSuccess = containers.allSatisfy { states[Self.name($0)]?.code == 0 }
        await report(phase: isSuccess ? "Succeeded" : "Failed")
    }

    /// Whether no process runs for the pod: it belongs to a Deployment, and this machine lacks its programs.
    private var isVirtual: Bool {
        PodStatus.isReplica(pod) && !containers.allSatisfy { runner.executable($0["image"]?.stringValue ?? "") != nil }
    }

    /// The path of the kubeconfig that a container's process gets.
    private func kubeconfig(_ container: String, _ mounts: MountTable) async throws -> String? {
        guard let text = try await api.kubeconfig(of: pod, mounts: mounts) else { return nil }
        let file = try sandbox.workDirectory(container).deletingLastPathComponent().appending(path: "kubeconfig")
        guard
            FileManager.default.createFile(
                atPath: file.path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else { throw Sandbox.Problem(reason: "CreateContainerError", message: "\(file.path) cannot be written") }
        return file.path
    }

    /// Ends the processes: politely at first, by force when the grace period is over.
    func stop(grace: Int) async {
        isStopping = true
        for process in running.values { process.kill(grace > 0 ? SIGTERM : SIGKILL) }
        guard grace > 0, !running.isEmpty else { return }
        for _ in 0..<(grace * 20) where !running.isEmpty { try? await Task.sleep(for: .milliseconds(50)) }
        for process in running.values { process.kill(SIGKILL) }
    }

    private static func name(_ container: JSONValue) -> String { container["name"]?.stringValue ?? "" }

    /// Writes the volumes, and waits for what they refer to.
    private func prepare() async -> Bool {
        var lastMessage = ""
        while !isStopping {
            do {
                try await sandbox.writeVolumes()
                return true
            } catch {
                let problem = error as? Sandbox.Problem
                let message = problem?.message ?? "\(error)"
                if message != lastMessage {
                    lastMessage = message
                    await api.record(pod, reason: problem?.reason ?? "FailedMount", message: message)
                }
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
        return false
    }

    /// Runs a container until it need not be started again.
    private func run(_ container: JSONValue, restarts: Bool) async {
        let name = Self.name(container)
        while !isStopping {
            guard let command = await command(container, name) else { return }
            let started = api.now()
            do {
                let process = try launch(command, name)
                states[name]?.phase = .running(since: started)
                await report()
                let end = await process.end()
                process.kill(SIGKILL)  // what the main process left behind in its group
                processes?.drop(process.pid)
                running[name] = nil
                states[name]?.phase = terminated(container, end, started)
            } catch {
                states[name]?.phase = .terminated(
                    .exited(128), reason: "StartError", message: "\(command.path): \(error)", started: started,
                    finished: api.now())
            }
            await report()
            let failed = states[name]?.code != 0
            guard restarts, failed || restartPolicy == "Always", !isStopping else { return }
            guard await pauseBeforeRestart(name) else { return }
        }
    }

    private func launch(_ command: ContainerCommand, _ name: String) throws -> LocalProcess {
        let file = logs.file(uid: pod.uid, container: name)
        let previous = logs.file(uid: pod.uid, container: name, previous: true)
        if (states[name]?.restarts ?? 0) > 0 {
            try? FileManager.default.removeItem(at: previous)
            try? FileManager.default.moveItem(at: file, to: previous)
        }
        let process = try LocalProcess.start(
            command.path, command.arguments, environment: command.environment,
            directory: sandbox.workDirectory(name).path, output: file.path)
        processes?.add(process.pid)
        running[name] = process
        return process
    }

    /// The command of a container, waited for while its configuration is missing; nil where it can never start.
    private func command(_ container: JSONValue, _ name: String) async -> ContainerCommand? {
        while !isStopping {
            do {
                let mounts = try sandbox.mounts(container)
                let kubeconfig = try await kubeconfig(name, mounts)
                return try await ContainerCommand(
                    container, sandbox: sandbox, mounts: mounts, runner: runner, inherited: inherited,
                    kubeconfig: kubeconfig)
            } catch {
                let problem = error as? Sandbox.Problem
                let reason = problem?.reason ?? "CreateContainerError"
                let message = problem?.message ?? "\(error)"
                if reason == "StartError" {
                    let now = api.now()
                    states[name]?.phase = .terminated(
                        .exited(127), reason: reason, message: message, started: now, finished: now)
                    await report()
                    return nil
                }
                if case .waiting(let known, _)? = states[name]?.phase, known == reason {
                    // Reported already.
                } else {
                    states[name]?.phase = .waiting(reason: reason, message: message)
                    await api.record(pod, reason: "Failed", message: message)
                    await report()
                }
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
        return nil
    }

    private func pauseBeforeRestart(_ name: String) async -> Bool {
        guard var state = states[name] else { return false }
        state.previous = state.phase
        state.restarts += 1
        state.phase = .waiting(reason: "CrashLoopBackOff", message: "back-off restarting failed container")
        states[name] = state
        await report()
        let delay = runner.retryDelay * (1 << min(8, state.restarts - 1))
        let steps = max(1, Int(delay / .milliseconds(50)))
        for _ in 0..<steps where !isStopping { try? await Task.sleep(for: .milliseconds(50)) }
        return !isStopping
    }

    private func terminated(
        _ container: JSONValue, _ end: LocalProcess.End, _ started: Date
    ) -> ContainerState.Phase {
        var message = ""
        if let data = try? Data(contentsOf: sandbox.terminationMessage(Self.name(container))) {
            message = String(decoding: data.prefix(4096), as: UTF8.self)
        }
        if message.isEmpty, end.code != 0, container["terminationMessagePolicy"] == "FallbackToLogsOnError" {
            let query = PodLogQuery(uid: pod.uid, container: Self.name(container), tail: 80)
            message = String((logs.text(query) ?? "").suffix(2048))
        }
        // Nothing but the kernel's OOM killer, or a person, sends SIGKILL to a process that nobody asked to stop.
        let wasKilled = end == .signaled(SIGKILL) && !isStopping
        let reason = end == .exited(0) ? "Completed" : wasKilled ? "OOMKilled" : "Error"
        return .terminated(end, reason: reason, message: message, started: started, finished: api.now())
    }

    /// Writes the pod's status. What changes while a status is being written is written after it, all at once.
    private func report(phase: String? = nil) async {
        if let phase { ending = phase }
        hasNews = true
        guard !isReporting else { return }
        isReporting = true
        while hasNews {
            hasNews = false
            let report = PodReport(pod: pod, states: states, ending: ending, time: APITime.text(api.now()))
            await api.changeStatus(of: pod) { report.write(to: &$0) }
        }
        isReporting = false
    }
}
