import Foundation
import KubernetesClient
import Playground

/// Who may read what.
extension OperatorHarness {
    /// Makes the ClusterRoles that `config/` has for readers.
    func createRoles() async throws {
        let rules: KeyValuePairs<String, JSONValue> = [
            "presage-view": ["apiGroups": ["presage.dev"], "resources": ["forecastmodels"], "verbs": ["get", "list"]],
            "presage-metrics-reader": ["nonResourceURLs": ["/metrics"], "verbs": ["get"]],
        ]
        for (role, rule) in rules {
            try await create([
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
                "metadata": ["name": .string(role)], "rules": [rule],
            ])
        }
    }

    /// A token of a user who has a ClusterRole; in one namespace where it is given.
    func token(for user: String, role: String, in namespace: String? = nil) async throws -> String {
        var metadata: JSONObject = ["name": .string(user)]
        metadata["namespace"] = namespace.map(JSONValue.string)
        try await create([
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": namespace == nil ? "ClusterRoleBinding" : "RoleBinding", "metadata": .object(metadata),
            "roleRef": [
                "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": .string(role),
            ],
            "subjects": [["apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": .string(user)]],
        ])
        return playground.issueToken(for: user)
    }
}
