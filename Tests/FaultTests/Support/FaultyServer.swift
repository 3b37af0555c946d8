import Foundation
import KubernetesClient
import Playground

/// An API server that fails as a test says: the playground, or a real one that operators reach through a proxy.
protocol FaultyServer: Sendable {
    /// Where operators connect; faults meet them there.
    var url: String { get }
    /// An administrator's token, and the kubeconfig that holds it with ``url``.
    var token: String { get }
    var kubeconfig: String { get }
    /// How everybody else connects, whom no fault meets but a server that is down.
    var direct: ClusterConfiguration { get }
    /// Whether Jobs get pods, which nothing runs.
    var makesPods: Bool { get }

    /// Tells of every change that the server commits from now on, in order.
    func observe(_ tell: @escaping @Sendable (Commit) -> Void) async throws
    /// Sees every request of operators from now on.
    func setGate(_ gate: RequestGate?)

    /// Goes down as a killed process does; every connection breaks.
    func crash() async
    /// Comes back after a ``crash()``; where it forgets its history, watches from before get 410.
    func restart(forgetsHistory: Bool) async

    /// What happens to every open watch: closed in the middle of a line, 410, a line that is no JSON, silence, the end.
    func cutWatches()
    func expireWatches()
    func garbleWatches()
    func muteWatches()
    func endWatches()
    var openWatches: Int { get }

    /// A token with all rights that ``revoke(_:)`` takes back; returns when the server refuses it.
    func issueToken() async throws -> String
    func revoke(_ token: String) async throws
    func stop() async
}

/// A change of one object.
struct Commit: Sendable {
    enum Change: Sendable { case added, modified, deleted }

    var change: Change
    var plural: String
    var namespace: String
    var name: String
    /// After the change; the last state where it was deleted.
    var object: JSONValue
    /// Before; nil where it was added.
    var previous: JSONValue?
}
