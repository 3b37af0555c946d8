import Foundation
import KubernetesClient

/// What a kubelet needs of an API server: the playground's own state, or any server through a client.
protocol NodeAPI: Sendable {
    /// The node that the kubelet's pods run on.
    var nodeName: String { get }
    /// The wall clock of timestamps.
    var now: @Sendable () -> Date { get }

    /// The names of pods that there are, and then of those that change, until the stream's reader ends.
    func podNames() -> AsyncStream<ObjectName>
    /// A pod as last seen.
    func pod(_ name: ObjectName) -> JSONValue?
    /// A ConfigMap, a Secret or a service account; nil where there is none.
    func object(_ resource: ResourceKey, _ name: ObjectName) async throws -> JSONValue?
    /// Gives a pod that has no node to this one.
    func bind(_ pod: JSONValue) async
    /// Changes the pod's status as it is now stored; nothing happens where the pod is gone or another has its name.
    func changeStatus(of pod: JSONValue, _ change: @escaping @Sendable (inout JSONValue) -> Void) async
    /// Lets go of a pod that is marked for deletion.
    func release(_ name: ObjectName, uid: String) async
    /// A token of the pod's service account for a projected volume.
    func token(of pod: JSONValue, audience: String?, seconds: Int) async throws -> String
    /// What a process of the pod finds the API with; nil where the pod has no service account's token.
    func kubeconfig(of pod: JSONValue, mounts: MountTable) async throws -> String?
    /// The pod has ended: what was made for it can go.
    func forget(uid: String)
    /// Writes an event about a pod.
    func record(_ pod: JSONValue, reason: String, message: String) async
}

extension NodeAPI {
    /// Where a pod finds its service account.
    static var serviceAccountPath: String { "/var/run/secrets/kubernetes.io/serviceaccount" }
}
