import KubernetesClient
import Testing

@testable import Playground

struct DeploymentTests {
    private let web = Fixtures.deployments + "/web"
    private let sets = "/apis/apps/v1/namespaces/default/replicasets"

    private func rolledOut(_ api: TestAPI) async throws -> JSONValue {
        try await api.wait(web, "the rollout") {
            $0["status", "observedGeneration"] == $0["metadata", "generation"]
                && $0["status", "updatedReplicas"] == $0["spec", "replicas"]
                && $0["status", "replicas"] == $0["spec", "replicas"]
                && $0["status", "availableReplicas"] == $0["spec", "replicas"]
        }
    }

    @Test func `a changed template makes a new replica set and empties the old one`() async throws {
        try await TestAPI.run { (api) async throws in
            _ = try await api.send("POST", Fixtures.deployments, Fixtures.deployment())
            _ = try await rolledOut(api)
            let resources: JSONValue = ["requests": ["cpu": "1"]]
            _ = try await api.apply(web, Fixtures.partial(resources), as: "presage")
            let after = try await rolledOut(api)
            #expect(after.annotations["deployment.kubernetes.io/revision"] == "2")
            let list = try await api.send("GET", sets).json["items"]?.arrayValue ?? []
            #expect(list.count == 2)
            #expect(list.compactMap { $0["spec", "replicas"]?.intValue }.sorted() == [0, 2])
            let pods = try await api.send("GET", "/api/v1/namespaces/default/pods").json["items"]?.arrayValue ?? []
            #expect(pods.count == 2)
            #expect(pods.allSatisfy { $0["spec", "containers", 0, "resources"] == resources })
            #expect(pods.allSatisfy { PodStatus.isReady($0) })
        }
    }

    @Test func `resources change in place by resize and identical templates without a rollout`() async throws {
        try await TestAPI.run { (api) async throws in
            let before: JSONValue = ["requests": ["cpu": "1"], "limits": ["cpu": "2"]]
            let after: JSONValue = ["requests": ["cpu": "500m"], "limits": ["cpu": "3"]]
            _ = try await api.send("POST", Fixtures.deployments, Fixtures.deployment(resources: before))
            _ = try await rolledOut(api)
            let pods = "/api/v1/namespaces/default/pods"
            let old = try await api.send("GET", pods).json["items"]?.arrayValue ?? []
            let patch: JSONValue = ["spec": ["containers": [["name": "app", "resources": after]]]]
            let strategic = "application/strategic-merge-patch+json"
            #expect(try await api.send("PATCH", pods + "/\(old[0].name)", patch, type: strategic).code == 422)
            for pod in old {
                let resized = try await api.send("PATCH", pods + "/\(pod.name)/resize", patch, type: strategic)
                #expect(resized.json["status", "containerStatuses", 0, "resources"] == after)
            }
            let dropped: JSONValue = ["spec": ["containers": [["name": "app", "resources": ["limits": .null]]]]]
            #expect(try await api.send("PATCH", pods + "/\(old[0].name)/resize", dropped, type: strategic).code == 422)

            let template: JSONValue = ["spec": ["template": patch]]
            _ = try await api.send("PATCH", web, ["spec": ["paused": true]], type: "application/merge-patch+json")
            _ = try await api.wait(web, "the pause") {
                $0["status", "observedGeneration"] == $0["metadata", "generation"]
            }
            _ = try await api.send("PATCH", web, template, type: strategic)
            let set = try await api.send("GET", sets).json["items", 0]?.name ?? ""
            _ = try await api.send("PATCH", sets + "/\(set)", template, type: strategic)
            _ = try await api.send("PATCH", web, ["spec": ["paused": .null]], type: "application/merge-patch+json")
            _ = try await rolledOut(api)
            let now = try await api.send("GET", pods).json["items"]?.arrayValue ?? []
            #expect(Set(now.map(\.uid)) == Set(old.map(\.uid)))
            #expect(try await api.send("GET", sets).json["items"]?.arrayValue?.count == 1)
        }
    }
}
