import Foundation
import KubernetesClient

/// Starts a worker for every pod that runs as local processes, and ends it with the pod.
actor Kubelet {
    /// What the workers share.
    struct Context: Sendable {
        var cluster: Cluster
        var tokens: TokenStore
        var url: String
        var runner: PodRunner
        var logs: PodLogFiles
        var processes: ProcessGuard?
        /// What of the playground's own environment a process gets.
        var inherited: [String: String]
    }

    private struct Work {
        var worker: PodWorker
        var task: Task<Void, Never>
        var token: String
        var isStopping = false
    }

    private let context: Context
    private var works: [String: Work] = [:]

    init(context: Context) { self.context = context }

    /// Follows the pods until the task is cancelled; then ends every process.
    func run() async {
        let (names, continuation) = AsyncStream<ObjectName>.makeStream()
        let observer = context.cluster.observe { event in
            if event.key.resource == .pods { continuation.yield(event.key.name) }
        }
        for pod in context.cluster.objects(.pods) { continuation.yield(pod.objectName) }
        for await name in names { look(at: name) }
        context.cluster.stopObserving(observer)
        for work in works.values { await work.worker.stop(grace: 0) }
        for work in works.values { await work.task.value }
        let processes = context.processes
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            Thread {
                processes?.finish()
                done.resume()
            }.start()
        }
    }

    private func look(at name: ObjectName) {
        let pod = context.cluster.object(.pods, name)
        // Workers of pods that are gone, or replaced by another of the same name.
        for (uid, work) in works where !work.isStopping {
            guard work.worker.name == name, pod?.uid != uid else { continue }
            stop(uid, grace: 0)
        }
        guard let pod, PodStatus.isRunByKubelet(pod) else { return }
        if pod.isBeingDeleted {
            if works[pod.uid] == nil {
                finish(name)
            } else {
                stop(pod.uid, grace: pod["metadata", "deletionGracePeriodSeconds"]?.intValue ?? 0)
            }
        } else if works[pod.uid] == nil, !PodStatus.isFinished(pod) {
            start(pod)
        }
    }

    private func start(_ pod: JSONValue) {
        let account = pod["spec", "serviceAccountName"]?.stringValue ?? "default"
        let token = context.tokens.issue("system:serviceaccount:\(pod.namespace):\(account)")
        let directory = context.logs.directory.appending(path: pod.uid)
        let file = directory.appending(path: "kubeconfig")
        try? FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let text = Kubeconfig.text(url: context.url, token: token, namespace: pod.namespace)
        _ = FileManager.default.createFile(
            atPath: file.path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        let worker = PodWorker(pod: pod, context: context, kubeconfig: file.path)
        let uid = pod.uid
        let name = pod.objectName
        let task = Task {
            await worker.run()
            self.ended(uid, name)
        }
        works[uid] = Work(worker: worker, task: task, token: token)
    }

    private func stop(_ uid: String, grace: Int) {
        guard let work = works[uid], !work.isStopping || grace == 0 else { return }
        works[uid]?.isStopping = true
        Task { await work.worker.stop(grace: grace) }
    }

    private func ended(_ uid: String, _ name: ObjectName) {
        if let work = works.removeValue(forKey: uid) { context.tokens.revoke(work.token) }
        if let pod = context.cluster.object(.pods, name), pod.uid == uid, pod.isBeingDeleted { finish(name) }
    }

    /// Lets a pod that is marked for deletion go.
    private func finish(_ name: ObjectName) {
        context.cluster.delete(.pods, name, DeleteOptions(gracePeriodSeconds: 0))
    }
}
