import Foundation
import KubernetesClient

/// A service account with all rights, and tokens of it that are bound to a Secret each: they end with it.
final class TokenAccount: Sendable {
    private static let name = "presage-faults"
    private static let namespace = "default"
    private let client: KubernetesClient
    private let secrets = Shared<[String: String]>([:])

    init(client: KubernetesClient) { self.client = client }

    func issue() async throws -> String {
        try await make([
            "apiVersion": "v1", "kind": "ServiceAccount",
            "metadata": ["name": .string(Self.name), "namespace": .string(Self.namespace)],
        ])
        try await make([
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
            "metadata": ["name": .string(Self.name)],
            "roleRef": [
                "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin",
            ],
            "subjects": [
                ["kind": "ServiceAccount", "name": .string(Self.name), "namespace": .string(Self.namespace)]
            ],
        ])
        let secret = try await client.create(
            Secret(metadata: ObjectMeta(name: "token-\(UUID().uuidString.lowercased())", namespace: Self.namespace)))
        let bound: JSONValue = [
            "apiVersion": "v1", "kind": "Secret", "name": .string(secret.metadata.name),
            "uid": .string(secret.metadata.uid ?? ""),
        ]
        let answer = try await client.create(
            "token", of: Self.name, namespace: Self.namespace,
            [
                "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
                "spec": ["boundObjectRef": bound, "expirationSeconds": 3600],
            ], definition: ServiceAccount.definition)
        guard let token = answer["status", "token"]?.stringValue else {
            throw FaultBench.WaitedInVain(what: "a token in the server's answer")
        }
        secrets.change { $0[token] = secret.metadata.name }
        return token
    }

    func revoke(_ token: String) async throws {
        guard let secret = secrets.change({ $0.removeValue(forKey: token) }) else { return }
        try await client.delete(Secret.self, secret, namespace: Self.namespace)
    }

    private func make(_ json: JSONValue) async throws {
        do { _ = try await client.create(KubernetesObject(json: json)) } catch let error as KubernetesError
            where error.code == .alreadyExists
        {}
    }
}
