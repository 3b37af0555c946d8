import Foundation
import HTTPTransport
import KubernetesClient

@testable import Playground

extension PlaygroundServer: FaultyServer {
    var direct: ClusterConfiguration { ClusterConfiguration(server: url, proxy: .none, credentials: .token(token)) }
    var makesPods: Bool { false }

    func observe(_ tell: @escaping @Sendable (Commit) -> Void) async throws {
        _ = cluster.observe { event in
            let change: Commit.Change =
                switch event.change {
                case .added: .added
                case .modified: .modified
                case .deleted: .deleted
                }
            tell(
                Commit(
                    change: change, plural: event.key.resource.plural, namespace: event.key.name.namespace,
                    name: event.key.name.name, object: event.object, previous: event.previous))
        }
    }

    func issueToken() async throws -> String { issueToken(for: "presage") }
    func revoke(_ token: String) async throws { revokeToken(token) }
}
