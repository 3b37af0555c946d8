import Foundation
import KubernetesClient
import Threading

/// The playground's own state, as its kubelet sees it: no request of it can meet an injected fault.
struct PlaygroundNodeAPI: NodeAPI {
    let cluster: Cluster
    let tokens: TokenStore
    let url: String
    private let issued = Locked<[String: [String]]>([:])
    private let events: EventWriter

    init(cluster: Cluster, tokens: TokenStore, url: String) {
        self.cluster = cluster
        self.tokens = tokens
        self.url = url
        events = EventWriter(cluster: cluster, component: "kubelet")
    }

    var nodeName: String { "playground" }
    var now: @Sendable () -> Date { cluster.now }

    func podNames() -> AsyncStream<ObjectName> {
        let (names, continuation) = AsyncStream<ObjectName>.makeStream()
        let observer = cluster.observe { event in
            if event.key.resource == .pods { continuation.yield(event.key.name) }
        }
        // Not here: a task that is cancelled is locked while this runs, and who holds the cluster's lock may be waking it.
        continuation.onTermination = { [cluster] _ in Task { cluster.stopObserving(observer) } }
        for pod in cluster.objects(.pods) { continuation.yield(pod.objectName) }
        return names
    }

    func pod(_ name: ObjectName) -> JSONValue? { cluster.object(.pods, name) }

    func object(_ resource: ResourceKey, _ name: ObjectName) async throws -> JSONValue? {
        cluster.object(resource, name)
    }

    func bind(_ pod: JSONValue) async {
        cluster.modify(.pods, pod.objectName, as: "kube-scheduler") { $0["spec", "nodeName"] = .string(nodeName) }
    }

    func changeStatus(of pod: JSONValue, _ change: @escaping @Sendable (inout JSONValue) -> Void) async {
        cluster.modify(.pods, pod.objectName, subresource: "status", as: "kubelet") { current in
            if current.uid == pod.uid { change(&current) }
        }
    }

    func release(_ name: ObjectName, uid: String) async {
        cluster.delete(.pods, name, DeleteOptions(gracePeriodSeconds: 0, uid: uid))
    }

    func token(of pod: JSONValue, audience: String?, seconds: Int) async throws -> String {
        let account = pod["spec", "serviceAccountName"]?.stringValue ?? "default"
        let token = tokens.issue("system:serviceaccount:\(pod.namespace):\(account)")
        issued.withLock { $0[pod.uid, default: []].append(token) }
        return token
    }

    func kubeconfig(of pod: JSONValue, mounts: MountTable) async throws -> String? {
        if pod["spec", "automountServiceAccountToken"] == false { return nil }
        let token = try await token(of: pod, audience: nil, seconds: 3600)
        return Kubeconfig.text(url: url, token: token, namespace: pod.namespace)
    }

    func forget(uid: String) {
        for token in issued.withLock({ $0.removeValue(forKey: uid) }) ?? [] { tokens.revoke(token) }
    }

    func record(_ pod: JSONValue, reason: String, message: String) async {
        events.record(pod, reason, message, type: "Warning")
    }
}
