import Foundation
import KubernetesClient
import Testing

extension APIServerTests {
    private static let tokens = ResourceDefinition(
        group: "authentication.k8s.io", version: "v1", plural: "tokenreviews", kind: "TokenReview", namespaced: false)
    private static let rights = ResourceDefinition(
        group: "authorization.k8s.io", version: "v1", plural: "subjectaccessreviews", kind: "SubjectAccessReview",
        namespaced: false)

    private func ask(
        _ client: KubernetesClient, _ definition: ResourceDefinition, _ spec: JSONObject
    ) async throws -> JSONValue? {
        let review = KubernetesObject(
            apiVersion: definition.apiVersion, kind: definition.kind, metadata: ObjectMeta(),
            content: ["spec": .object(spec)])
        return try await client.create(review, definition: definition)["status"]
    }

    @Test(arguments: APIServer.atHand) func `a token and a right are reviewed`(server: APIServer) async throws {
        try await server.inNamespace { client, namespace in
            _ = try await client.create(ServiceAccount(metadata: ObjectMeta(name: "someone", namespace: namespace)))
            let made = try await client.create(
                "token", of: "someone", namespace: namespace,
                ["apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": [:]],
                definition: ServiceAccount.definition)
            let token = try #require(made["status", "token"])
            let known = try await ask(client, Self.tokens, ["token": token])
            #expect(known?["authenticated"] == true)
            let name = "system:serviceaccount:\(namespace):someone"
            #expect(known?["user", "username"]?.stringValue == name)
            let groups = Set((known?["user", "groups"]?.arrayValue ?? []).compactMap(\.stringValue))
            #expect(
                groups.isSuperset(of: [
                    "system:serviceaccounts", "system:serviceaccounts:\(namespace)", "system:authenticated",
                ]))
            let unknown = try await ask(client, Self.tokens, ["token": "nobody's"])
            #expect(unknown?["authenticated"] != true && unknown?["error"]?.stringValue?.isEmpty == false)

            let pods: JSONValue = ["verb": "list", "resource": "pods", "namespace": .string(namespace)]
            let right: JSONObject = ["user": .string(name), "resourceAttributes": pods]
            #expect(try await ask(client, Self.rights, right)?["allowed"] == false)
            let masters: JSONObject = [
                "user": "root", "groups": ["system:masters"], "resourceAttributes": pods,
            ]
            #expect(try await ask(client, Self.rights, masters)?["allowed"] == true)
        }
    }

    @Test(arguments: APIServer.atHand) func `a review without its question is refused`(server: APIServer) async throws {
        try await server.withClient { client in
            let path: JSONValue = ["verb": "get", "path": "/metrics"]
            let questions: [(ResourceDefinition, JSONObject)] = [
                (Self.tokens, [:]), (Self.tokens, ["token": ""]), (Self.rights, ["user": "jane"]),
                (Self.rights, ["nonResourceAttributes": path]),
                (
                    Self.rights,
                    ["user": "jane", "nonResourceAttributes": path, "resourceAttributes": ["verb": "get"]]
                ),
            ]
            for (definition, spec) in questions {
                await #expect("\(spec)") {
                    try await ask(client, definition, spec)
                } throws: {
                    ($0 as? KubernetesError)?.code == .invalid
                }
            }
            // It is asked and not stored.
            await #expect {
                try await client.list(KubernetesObject.self, definition: Self.tokens)
            } throws: {
                ($0 as? KubernetesError)?.httpStatus == 405
            }
        }
    }
}
