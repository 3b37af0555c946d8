import Foundation
import KubernetesClient
import Threading

/// Starts a worker for every pod that runs as local processes, and ends it with the pod.
actor Kubelet {
    /// What the workers share.
    struct Context: Sendable {
        var api: any NodeAPI
        var runner: PodRunner
        var logs: PodLogFiles
        var processes: ProcessGuard?
        /// What of the playground's own environment a process gets.
        var inherited: [String: String]

        /// Those of the kubelet's own environment that say where programs and libraries are, and how to write.
        static var ownEnvironment: [String: String] {
            let names = ["PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "USER"]
            return ProcessInfo.processInfo.environment.filter { names.contains($0.key) }
        }
    }

    private struct Work {
        var worker: PodWorker
        var task: Task<Void, Never>
        var isStopping = false
    }

    private let context: Context
    private var works: [String: Work] = [:]
    /// The pods that have ended here: what is known of them may be older than that.
    private var endings: [ObjectName: String] = [:]

    init(context: Context) { self.context = context }

    /// Follows the pods until the task is cancelled; then ends every process.
    func run() async {
        for await name in context.api.podNames() { look(at: name) }
        for work in works.values { await work.worker.stop(grace: 0) }
        for work in works.values { await work.task.value }
        let processes = context.processes
        await BlockingThread("presage-kubelet") { processes?.finish() }.value
    }

    private func look(at name: ObjectName) {
        let pod = context.api.pod(name)
        // Workers of pods that are gone, or replaced by another of the same name.
        for (uid, work) in works where !work.isStopping {
            guard work.worker.name == name, pod?.uid != uid else { continue }
            stop(uid, grace: 0)
        }
        guard let pod else {
            endings[name] = nil
            return
        }
        guard isOurs(pod) else { return }
        if pod.isBeingDeleted {
            if works[pod.uid] == nil {
                finish(pod)
            } else {
                stop(pod.uid, grace: pod["metadata", "deletionGracePeriodSeconds"]?.intValue ?? 0)
            }
        } else if works[pod.uid] != nil, PodStatus.isFinished(pod) {
            // Somebody else ended it, as the eviction of a pod does.
            stop(pod.uid, grace: 0)
        } else if works[pod.uid] == nil, endings[name] != pod.uid, !PodStatus.isFinished(pod) {
            start(pod)
        }
    }

    private func isOurs(_ pod: JSONValue) -> Bool {
        let node = pod["spec", "nodeName"]?.stringValue ?? ""
        return node.isEmpty || node == context.api.nodeName
    }

    private func start(_ pod: JSONValue) {
        let worker = PodWorker(pod: pod, context: context)
        let uid = pod.uid
        let name = pod.objectName
        let task = Task {
            await worker.run()
            self.ended(uid, name)
        }
        works[uid] = Work(worker: worker, task: task)
    }

    private func stop(_ uid: String, grace: Int) {
        guard let work = works[uid], !work.isStopping || grace == 0 else { return }
        works[uid]?.isStopping = true
        Task { await work.worker.stop(grace: grace) }
    }

    private func ended(_ uid: String, _ name: ObjectName) {
        works[uid] = nil
        endings[name] = uid
        context.api.forget(uid: uid)
        if let pod = context.api.pod(name), pod.uid == uid, pod.isBeingDeleted { finish(pod) }
    }

    /// Lets a pod that is marked for deletion go.
    private func finish(_ pod: JSONValue) {
        Task { [api = context.api] in await api.release(pod.objectName, uid: pod.uid) }
    }
}
