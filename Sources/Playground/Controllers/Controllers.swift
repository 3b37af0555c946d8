/// The controllers that run beside the API.
final class Controllers: Sendable {
    private let tasks: [Task<Void, Never>]

    private init(tasks: [Task<Void, Never>]) { self.tasks = tasks }

    static func start(
        cluster: Cluster, tokens: TokenStore, url: String, runner: PodRunner, logs: PodLogFiles
    ) -> Controllers {
        Controllers(tasks: [])
    }

    func stop() async {
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }
}
