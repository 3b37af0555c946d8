/// The controllers and the kubelet that run beside the API.
final class Controllers: Sendable {
    private let tasks: [Task<Void, Never>]

    private init(tasks: [Task<Void, Never>]) { self.tasks = tasks }

    static func start(
        cluster: Cluster, tokens: TokenStore, url: String, runner: PodRunner, logs: PodLogFiles
    ) -> Controllers {
        guard runner.isEnabled else { return Controllers(tasks: []) }
        let kubelet = Kubelet(
            context: Kubelet.Context(
                api: PlaygroundNodeAPI(cluster: cluster, tokens: tokens, url: url), runner: runner, logs: logs,
                processes: ProcessGuard(), inherited: Kubelet.Context.ownEnvironment))
        let jobs = JobController(cluster: cluster, retryDelay: runner.retryDelay)
        let deployments = DeploymentController(cluster: cluster)
        let replicaSets = ReplicaSetController(cluster: cluster)
        return Controllers(tasks: [
            Task { await kubelet.run() }, Task { await jobs.run() }, Task { await deployments.run() },
            Task { await replicaSets.run() },
        ])
    }

    /// Ends the controllers, and every process of a pod.
    func stop() async {
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }
}
