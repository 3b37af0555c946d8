public import Foundation
public import KubernetesClient
public import Logging

/// A node of any cluster that runs pods as processes of this machine: the playground's kubelet, over the API.
///
/// It is for tests against a real API server, where no scheduler and no container runtime are: every pod without a node
/// becomes its own. Volumes, environment, service-account token, termination message and status are a kubelet's; nothing
/// is isolated. A pod of a Deployment whose image has no executable here is Running and Ready without a process.
public struct NodeAgent: Sendable {
    private let client: KubernetesClient
    private let name: String
    private let context: Kubelet.Context
    private let now: @Sendable () -> Date

    /// An agent; it does nothing until it runs.
    ///
    /// - Parameters:
    ///   - client: Needs a node's and a scheduler's rights; an administrator's do.
    ///   - name: The name of the node.
    ///   - directory: Where sandboxes and logs of pods lie.
    ///   - runner: Which executable an image stands for.
    ///   - now: The wall clock of timestamps.
    public init(
        client: KubernetesClient,
        name: String = "local",
        directory: URL,
        runner: PodRunner,
        now: @escaping @Sendable () -> Date = { Date() },
        logger: Logger = Logger(label: "playground.node")
    ) {
        self.client = client
        self.name = name
        self.now = now
        context = Kubelet.Context(
            api: ClientNodeAPI(client: client, nodeName: name, now: now, logger: logger), runner: runner,
            logs: PodLogFiles(directory: directory), processes: ProcessGuard(),
            inherited: Kubelet.Context.ownEnvironment)
    }

    /// Registers the node and works its pods until the task is cancelled; then ends every process.
    ///
    /// - Throws: A `KubernetesError` where the node cannot be registered.
    public func run() async throws {
        try await register()
        await Kubelet(context: context).run()
    }

    /// What a container wrote so far; nil where it never ran.
    public func log(podUID: String, container: String) -> String? {
        context.logs.text(PodLogQuery(uid: podUID, container: container))
    }

    private func register() async throws {
        let definition = ResourceDefinition(group: "", version: "v1", plural: "nodes", kind: "Node", namespaced: false)
        let node: JSONValue = [
            "apiVersion": "v1", "kind": "Node",
            "metadata": ["name": .string(name), "labels": ["kubernetes.io/hostname": .string(name)]],
        ]
        let _: KubernetesObject = try await client.apply(
            KubernetesObject.self, node, fieldManager: "kubelet", force: true, definition: definition)
        let time = JSONValue.string(APITime.text(now()))
        let ready: JSONValue = [
            "status": [
                "conditions": [
                    [
                        "type": "Ready", "status": "True", "reason": "KubeletReady", "message": "",
                        "lastHeartbeatTime": time, "lastTransitionTime": time,
                    ]
                ]
            ]
        ]
        let _: KubernetesObject = try await client.patch(
            KubernetesObject.self, name, .strategic(ready), subresource: "status", definition: definition)
    }
}
