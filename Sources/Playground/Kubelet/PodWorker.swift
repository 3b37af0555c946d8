import Foundation
import Glibc
import KubernetesClient

/// Runs one pod from its start to its end.
actor PodWorker {
    private let cluster: Cluster
    private let pod: JSONValue
    nonisolated let name: ObjectName
    private let sandbox: Sandbox
    private let logs: PodLogFiles
    private let runner: PodRunner
    private let processes: ProcessGuard?
    private let kubeconfig: String
    private let inherited: [String: String]
    private var states: [String: ContainerState] = [:]
    private var running: [String: LocalProcess] = [:]
    private var isStopping = false
    private let events: EventWriter

    init(pod: JSONValue, context: Kubelet.Context, kubeconfig: String) {
        cluster = context.cluster
        self.pod = pod
        name = pod.objectName
        logs = context.logs
        runner = context.runner
        processes = context.processes
        inherited = context.inherited
        self.kubeconfig = kubeconfig
        sandbox = Sandbox(cluster: cluster, pod: pod, directory: logs.directory.appending(path: pod.uid))
        events = EventWriter(cluster: cluster, component: "kubelet")
    }

    private var containers: [JSONValue] { pod["spec", "containers"]?.arrayValue ?? [] }
    private var initContainers: [JSONValue] { pod["spec", "initContainers"]?.arrayValue ?? [] }
    private var restartPolicy: String { pod["spec", "restartPolicy"]?.stringValue ?? "Always" }

    /// Runs the pod; returns when all of its processes have ended and its status says so.
    func run() async {
        for container in initContainers + containers { states[Self.name(container)] = ContainerState() }
        cluster.modify(.pods, name, as: "kube-scheduler") { $0["spec", "nodeName"] = "playground" }
        report()
        guard await prepare() else { return }
        for container in initContainers {
            await run(container, restarts: restartPolicy != "Never")
            if isStopping { break }
            guard states[Self.name(container)]?.code == 0 else {
                report(phase: "Failed")
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
        report(phase: isSuccess ? "Succeeded" : "Failed")
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
                try sandbox.writeVolumes()
                return true
            } catch {
                let problem = error as? Sandbox.Problem
                let message = problem?.message ?? "\(error)"
                if message != lastMessage {
                    lastMessage = message
                    events.record(pod, problem?.reason ?? "FailedMount", message, type: "Warning")
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
            let started = cluster.now()
            do {
                let process = try launch(command, name)
                states[name]?.phase = .running(since: started)
                report()
                let end = await process.end()
                process.kill(SIGKILL)  // what the main process left behind in its group
                processes?.drop(process.pid)
                running[name] = nil
                states[name]?.phase = terminated(container, end, started)
            } catch {
                states[name]?.phase = .terminated(
                    .exited(128), reason: "StartError", message: "\(command.path): \(error)", started: started,
                    finished: cluster.now())
            }
            report()
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
                return try ContainerCommand(
                    container, sandbox: sandbox, mounts: mounts, runner: runner, inherited: inherited,
                    kubeconfig: kubeconfig)
            } catch {
                let problem = error as? Sandbox.Problem
                let reason = problem?.reason ?? "CreateContainerError"
                let message = problem?.message ?? "\(error)"
                if reason == "StartError" {
                    let now = cluster.now()
                    states[name]?.phase = .terminated(
                        .exited(127), reason: reason, message: message, started: now, finished: now)
                    report()
                    return nil
                }
                if case .waiting(let known, _)? = states[name]?.phase, known == reason {
                    // Reported already.
                } else {
                    states[name]?.phase = .waiting(reason: reason, message: message)
                    events.record(pod, "Failed", message, type: "Warning")
                    report()
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
        report()
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
        return .terminated(end, reason: reason, message: message, started: started, finished: cluster.now())
    }

    /// Writes the pod's status.
    private func report(phase: String? = nil) {
        let names = self.containers.map { Self.name($0) }
        let hasStarted = names.contains { states[$0]?.isRunning == true || (states[$0]?.restarts ?? 0) > 0 }
        let isReady = names.allSatisfy { states[$0]?.isRunning == true }
        let initialized = self.initContainers.allSatisfy { states[Self.name($0)]?.code == 0 }
        let time = APITime.text(cluster.now())
        let uid = pod.uid
        let (current, initContainers, containers) = (self.states, self.initContainers, self.containers)
        cluster.modify(.pods, name, subresource: "status", as: "kubelet") { pod in
            guard pod.uid == uid else { return }
            var status = pod["status"] ?? [:]
            let before = status["phase"]?.stringValue ?? "Pending"
            status["phase"] = .string(phase ?? (hasStarted ? "Running" : before))
            status["hostIP"] = "127.0.0.1"
            status["podIP"] = "127.0.0.1"
            if status["startTime"] == nil { status["startTime"] = .string(time) }
            func statuses(_ list: [JSONValue]) -> JSONValue {
                .array(list.map { (current[Self.name($0)] ?? ContainerState()).json($0, podUID: uid) })
            }
            if !initContainers.isEmpty { status["initContainerStatuses"] = statuses(initContainers) }
            status["containerStatuses"] = statuses(containers)
            let conditions = [
                ("PodScheduled", true), ("Initialized", initialized), ("ContainersReady", isReady), ("Ready", isReady),
            ]
            for (type, holds) in conditions {
                Conditions.set(
                    &status, type, holds ? "True" : "False",
                    reason: phase == "Succeeded" && !holds ? "PodCompleted" : "",
                    message: "", at: time)
            }
            pod["status"] = status
        }
    }
}
