import Foundation
import KubernetesClient
import Threading

/// The shared state of the API server, for everything that reads or writes objects.
final class Cluster: Sendable {
    /// Who writes what controllers write: all of them are one program, and so one field manager.
    static let controllerManager = "kube-controller-manager"

    private let state: Locked<ClusterState>
    let now: @Sendable () -> Date

    init(historyLimit: Int, now: @escaping @Sendable () -> Date) {
        state = Locked(ClusterState(historyLimit: historyLimit, now: now))
        self.now = now
        for name in ["default", "kube-system", "kube-public", "kube-node-lease"] { seedNamespace(name) }
        seedNode()
    }

    /// Runs `body` as one step that nobody sees half done.
    func with<Result, Failure: Error>(
        _ body: (inout ClusterState) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try state.withLock(body)
    }

    func object(_ resource: ResourceKey, _ name: ObjectName) -> JSONValue? {
        with { $0.object(resource, name) }
    }

    func objects(_ resource: ResourceKey, namespace: String = "") -> [JSONValue] {
        with { state in
            (state.objects[resource] ?? [:]).filter { namespace.isEmpty || $0.key.namespace == namespace }
                .sorted { $0.key < $1.key }.map(\.value)
        }
    }

    /// Calls `body` for every later change, under the lock: it must be quick and must not call back.
    func observe(_ body: @escaping @Sendable (StoredEvent) -> Void) -> Int {
        with { $0.observe(body) }
    }

    func stopObserving(_ observer: Int) { with { $0.observers[observer] = nil } }

    /// Makes an object as one of the server's own parts.
    @discardableResult
    func create(_ resource: ResourceKey, _ object: JSONValue, as manager: String) throws(APIError) -> JSONValue {
        try with { state throws(APIError) in
            guard let type = state.registry.type(resource) else { throw .pathNotFound }
            return try state.create(type, namespace: object.namespace, object, .internalWrite(manager))
        }
    }

    /// Changes an object as one of the server's own parts; nothing happens where it is gone.
    @discardableResult
    func modify(
        _ resource: ResourceKey, _ name: ObjectName, subresource: String = "", as manager: String,
        _ change: (inout JSONValue) -> Void
    ) -> JSONValue? {
        with { state in
            guard let type = state.registry.type(resource), var object = try? state.get(type, name) else { return nil }
            change(&object)
            return try? state.update(
                type, name, subresource: subresource, object, .internalWrite(manager), as: .patch)
        }
    }

    func delete(_ resource: ResourceKey, _ name: ObjectName, _ options: DeleteOptions = DeleteOptions()) {
        with { state in
            guard let type = state.registry.type(resource) else { return }
            _ = try? state.delete(type, name, options)
        }
    }

    private func seedNamespace(_ name: String) {
        _ = try? create(
            .namespaces, ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]],
            as: "kube-apiserver")
    }

    private func seedNode() {
        let node = ResourceKey(group: "", plural: "nodes")
        let object: JSONValue = [
            "apiVersion": "v1", "kind": "Node",
            "metadata": ["name": "playground", "labels": ["kubernetes.io/hostname": "playground"]],
        ]
        _ = try? create(node, object, as: "kubelet")
        modify(node, ObjectName(namespace: "", name: "playground"), subresource: "status", as: "kubelet") {
            $0["status", "nodeInfo", "kubeletVersion"] = .string(ServerVersion.gitVersion)
        }
    }
}

/// The version that the playground claims.
enum ServerVersion {
    static let gitVersion = "v1.32.0"

    static let json: JSONValue = [
        "major": "1", "minor": "32", "gitVersion": .string(gitVersion), "gitCommit": "presage-playground",
        "gitTreeState": "clean", "buildDate": "2025-01-01T00:00:00Z", "goVersion": "none", "compiler": "swift",
        "platform": "linux/amd64",
    ]
}
