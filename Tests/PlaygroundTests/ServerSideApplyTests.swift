import KubernetesClient
import Testing

@testable import Playground

/// The behaviour that `ssa-facts.md` records of a real API server.
struct ServerSideApplyTests {
    private let web = Fixtures.deployments + "/web"
    private let small: JSONValue = ["requests": ["cpu": "100m"]]
    private let large: JSONValue = ["requests": ["cpu": "250m", "memory": "64Mi"], "limits": ["cpu": "500m"]]

    private func create(_ api: TestAPI, _ resources: JSONValue? = nil) async throws {
        let made = try await api.send(
            "POST", Fixtures.deployments + "?fieldManager=kubectl-client-side-apply",
            Fixtures.deployment(resources: resources))
        #expect(made.code == 201)
    }

    private func resources(_ object: JSONValue) -> JSONValue? {
        object["spec", "template", "spec", "containers", 0, "resources"]
    }

    @Test func `an apply of what another manager owns is refused and names it`() async throws {
        try await TestAPI.run { (api) async throws in
            try await create(api, small)
            let refused = try await api.apply(web, Fixtures.partial(large), as: "presage")
            #expect(refused.code == 409)
            #expect(refused.json["reason"] == "Conflict")
            let path = ".spec.template.spec.containers[name=\"app\"].resources.requests.cpu"
            #expect(
                refused.json["message"]?.stringValue
                    == "Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using apps/v1: \(path)"
            )
            #expect(refused.json["details", "causes", 0, "reason"] == "FieldManagerConflict")
            #expect(refused.json["details", "causes", 0, "field"]?.stringValue == path)
            let after = try await api.send("GET", web).json
            #expect(resources(after) == small)
        }
    }

    @Test func `a container's name and resources are enough, and force takes the fields over`() async throws {
        try await TestAPI.run { (api) async throws in
            try await create(api, small)
            let applied = try await api.apply(web, Fixtures.partial(large), as: "presage", force: true)
            #expect(applied.code == 200)
            #expect(resources(applied.json) == large)
            let entries = applied.json["metadata", "managedFields"]?.arrayValue ?? []
            let ours = try #require(entries.first { $0["manager"] == "presage" })
            #expect(ours["operation"] == "Apply")
            let container = ours["fieldsV1", "f:spec", "f:template", "f:spec", "f:containers", "k:{\"name\":\"app\"}"]
            #expect(
                container == [
                    ".": [:], "f:name": [:],
                    "f:resources": [
                        "f:limits": ["f:cpu": [:]], "f:requests": ["f:cpu": [:], "f:memory": [:]],
                    ],
                ])
        }
    }

    @Test func `the same apply again changes nothing`() async throws {
        try await TestAPI.run { (api) async throws in
            try await create(api)
            let first = try await api.apply(web, Fixtures.partial(large), as: "presage")
            // The deployment controller writes the status in between; wait for it to be done.
            let before = try await api.wait(web, "the rollout") {
                $0["status", "observedGeneration"] == $0["metadata", "generation"] && $0["status", "replicas"] == 2
                    && $0["status", "updatedReplicas"] == 2 && $0["status", "availableReplicas"] == 2
            }
            let again = try await api.apply(web, Fixtures.partial(large), as: "presage")
            #expect(first.code == 200)
            #expect(again.json["metadata", "resourceVersion"] == before["metadata", "resourceVersion"])
            #expect(again.json["metadata", "generation"] == 2)
        }
    }

    @Test func `what the manager no longer applies disappears unless another owns it`() async throws {
        try await TestAPI.run { (api) async throws in
            try await create(api)
            _ = try await api.apply(web, Fixtures.partial(large), as: "presage")
            let other = try await api.apply(web, Fixtures.partial(["requests": ["cpu": "250m"]]), as: "git")
            #expect(other.code == 200)
            let less = try await api.apply(web, Fixtures.partial(["requests": ["memory": "64Mi"]]), as: "presage")
            #expect(resources(less.json) == ["requests": ["cpu": "250m", "memory": "64Mi"]])
            let gone = try await api.apply(
                web, ["apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web"]], as: "git")
            #expect(resources(gone.json) == ["requests": ["memory": "64Mi"]])
        }
    }

    @Test func `a container left out of the next apply loses its resources`() async throws {
        try await TestAPI.run { (api) async throws in
            try await create(api)
            _ = try await api.apply(web, Fixtures.partial(large), as: "presage")
            let empty: JSONValue = ["apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web"]]
            let after = try await api.apply(web, empty, as: "presage")
            #expect(after.code == 200)
            #expect(resources(after.json)?["requests"] == nil)
            #expect(after.json["spec", "template", "spec", "containers", 0, "image"] == "nginx:1")
            #expect(after.json["metadata", "generation"] == 3)
        }
    }

    @Test func `equal quantities in other words conflict`() async throws {
        try await TestAPI.run { (api) async throws in
            try await create(api)
            _ = try await api.apply(web, Fixtures.partial(["limits": ["cpu": "1", "memory": "1Gi"]]), as: "git")
            let refused = try await api.apply(
                web, Fixtures.partial(["limits": ["cpu": "1000m", "memory": "1024Mi"]]), as: "presage")
            #expect(refused.code == 409)
            #expect(refused.json["details", "causes"]?.arrayValue?.count == 2)
            #expect(refused.json["message"]?.stringValue?.contains("conflicts with \"git\":\n- ") == true)
        }
    }

    @Test func `an unknown container is refused for want of an image`() async throws {
        try await TestAPI.run { (api) async throws in
            try await create(api)
            let refused = try await api.apply(web, Fixtures.partial(small, container: "nope"), as: "presage")
            #expect(refused.code == 422)
            #expect(refused.json["message"]?.stringValue?.contains("containers[2].image: Required value") == true)
        }
    }

    @Test func `a foreign uid and a stale resource version are refused`() async throws {
        try await TestAPI.run { (api) async throws in
            try await create(api)
            var body = Fixtures.partial(small)
            body["metadata", "uid"] = "11111111-1111-1111-1111-111111111111"
            #expect(try await api.apply(web, body, as: "presage").code == 422)
            body = Fixtures.partial(small)
            body["metadata", "resourceVersion"] = "1"
            let stale = try await api.apply(web, body, as: "presage")
            #expect(stale.code == 409)
            #expect(stale.json["details", "causes"] == nil)
        }
    }

    @Test func `trimming the entry lets another manager remove the container`() async throws {
        try await TestAPI.run { (api) async throws in
            let whole = Fixtures.deployment()
            #expect(try await api.apply(web, whole, as: "git").code == 201)
            _ = try await api.apply(web, Fixtures.partial(small, container: "side"), as: "presage")
            var without = whole
            without["spec", "template", "spec", "containers"] = [["name": "app", "image": "nginx:1"]]
            let refused = try await api.apply(web, without, as: "git", force: true)
            #expect(refused.code == 422)
            #expect(refused.json["message"]?.stringValue?.contains("image: Required value") == true)

            let current = try await api.send("GET", web).json
            var entries = current["metadata", "managedFields"]?.arrayValue ?? []
            let index = try #require(entries.firstIndex { $0["manager"] == "presage" })
            let place: [JSONPathElement] = [
                "fieldsV1", "f:spec", "f:template", "f:spec", "f:containers", "k:{\"name\":\"side\"}",
            ]
            entries[index][path: place + ["."]] = nil
            entries[index][path: place + ["f:name"]] = nil
            let trimmed = try await api.send(
                "PATCH", web + "?fieldManager=presage", ["metadata": ["managedFields": .array(entries)]],
                type: "application/merge-patch+json")
            #expect(trimmed.code == 200)
            #expect(trimmed.json["metadata", "generation"] == current["metadata", "generation"])
            let removed = try await api.apply(web, without, as: "git", force: true)
            #expect(removed.code == 200)
            #expect(removed.json["spec", "template", "spec", "containers"]?.arrayValue?.count == 1)
        }
    }

    @Test func `removing our entry keeps values and generation`() async throws {
        try await TestAPI.run { (api) async throws in
            try await create(api)
            let before = try await api.apply(web, Fixtures.partial(large), as: "presage").json
            let kept = (before["metadata", "managedFields"]?.arrayValue ?? []).filter { $0["manager"] != "presage" }
            let after = try await api.send(
                "PATCH", web, ["metadata": ["managedFields": .array(kept)]], type: "application/merge-patch+json"
            ).json
            #expect(resources(after) == large)
            #expect(after["metadata", "generation"] == before["metadata", "generation"])
            #expect(after["metadata", "managedFields"]?.arrayValue?.contains { $0["manager"] == "presage" } == false)
        }
    }

    @Test func `a plain patch and an apply of one name are two managers`() async throws {
        try await TestAPI.run { (api) async throws in
            try await create(api)
            _ = try await api.send(
                "PATCH", web + "?fieldManager=presage",
                [["op": "add", "path": "/spec/template/spec/containers/0/resources", "value": small]],
                type: "application/json-patch+json")
            let refused = try await api.apply(web, Fixtures.partial(large), as: "presage")
            #expect(refused.code == 409)
            #expect(refused.json["message"]?.stringValue?.contains("conflict with \"presage\" using apps/v1") == true)
        }
    }

    @Test func `a status apply owns status only`() async throws {
        try await TestAPI.run { (api) async throws in
            _ = try await api.send("POST", Fixtures.definitions, Fixtures.definition)
            _ = try await api.send("POST", Fixtures.widgets, Fixtures.widget("a", ["size": 1]))
            var body = Fixtures.widget("a", ["size": 9])
            body["status", "conditions"] = [["type": "Ready", "status": "True"]]
            let path = Fixtures.widgets + "/a/status"
            let applied = try await api.apply(path, body, as: "presage")
            #expect(applied.code == 200)
            #expect(applied.json["spec", "size"] == 1)
            #expect(applied.json["metadata", "generation"] == 1)
            let entry = applied.json["metadata", "managedFields"]?.arrayValue?.first { $0["manager"] == "presage" }
            #expect(entry?["subresource"] == "status")
            #expect(entry?["fieldsV1", "f:spec"] == nil)
            body["status", "conditions", 0, "status"] = "False"
            let refused = try await api.apply(path, body, as: "other")
            #expect(
                refused.json["message"]?.stringValue?.contains("conflict with \"presage\" with subresource \"status\"")
                    == true)
        }
    }
}
