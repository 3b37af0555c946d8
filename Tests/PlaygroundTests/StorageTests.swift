import KubernetesClient
import Testing

@testable import Playground

struct StorageTests {
    @Test func `an object is made, read, replaced and deleted`() async throws {
        try await TestAPI.run { (api) async throws in
            let made = try await api.send("POST", Fixtures.configMaps, Fixtures.configMap("a"))
            #expect(made.code == 201)
            #expect(made.json["metadata", "uid"]?.stringValue?.count == 36)
            #expect(
                try await api.send("POST", Fixtures.configMaps, Fixtures.configMap("a")).json["reason"]
                    == "AlreadyExists")
            let put = try await api.send("PUT", Fixtures.configMaps + "/a", Fixtures.configMap("a", ["b": "2"]))
            #expect(put.json["data"] == ["b": "2"])
            let gone = try await api.send("DELETE", Fixtures.configMaps + "/a")
            #expect(gone.json["status"] == "Success")
            let missing = try await api.send("GET", Fixtures.configMaps + "/a")
            #expect(missing.code == 404)
            #expect(missing.json["message"] == "configmaps \"a\" not found")
        }
    }

    @Test func `an unchanged write keeps the resource version`() async throws {
        try await TestAPI.run { (api) async throws in
            let made = try await api.send("POST", Fixtures.configMaps, Fixtures.configMap("a"))
            let put = try await api.send("PUT", Fixtures.configMaps + "/a", Fixtures.configMap("a"))
            #expect(put.json["metadata", "resourceVersion"] == made.json["metadata", "resourceVersion"])
        }
    }

    @Test func `a dry run stores nothing`() async throws {
        try await TestAPI.run { (api) async throws in
            #expect(
                try await api.send("POST", Fixtures.configMaps + "?dryRun=All", Fixtures.configMap("a")).code == 201)
            #expect(try await api.send("GET", Fixtures.configMaps + "/a").code == 404)
            #expect(
                try await api.send("POST", Fixtures.configMaps + "?dryRun=Some", Fixtures.configMap("a")).code == 422)
        }
    }

    @Test func `names are generated, checked, and namespaces must exist`() async throws {
        try await TestAPI.run { (api) async throws in
            var body = Fixtures.configMap("x")
            body["metadata"] = ["generateName": "run-"]
            let made = try await api.send("POST", Fixtures.configMaps, body)
            #expect(made.json["metadata", "name"]?.stringValue?.count == 9)
            #expect(try await api.send("POST", Fixtures.configMaps, Fixtures.configMap("Bad_Name")).code == 422)
            let elsewhere = try await api.send("POST", "/api/v1/namespaces/nope/configmaps", Fixtures.configMap("a"))
            #expect(elsewhere.code == 404)
            #expect(elsewhere.json["message"] == "namespaces \"nope\" not found")
        }
    }

    @Test func `immutable and oversized config maps are refused as the server does`() async throws {
        try await TestAPI.run { (api) async throws in
            var body = Fixtures.configMap("a")
            body["immutable"] = true
            _ = try await api.send("POST", Fixtures.configMaps, body)
            let changed = try await api.send(
                "PATCH", Fixtures.configMaps + "/a", ["data": ["a": "2"]], type: "application/merge-patch+json")
            #expect(changed.code == 422)
            let annotated = try await api.send(
                "PATCH", Fixtures.configMaps + "/a", ["metadata": ["annotations": ["x": "y"]]],
                type: "application/merge-patch+json")
            #expect(annotated.code == 200)
            let large = JSONValue.string(String(repeating: "x", count: 1_048_577))
            #expect(try await api.send("POST", Fixtures.configMaps, Fixtures.configMap("b", ["x": large])).code == 422)
            let huge = JSONValue.string(String(repeating: "x", count: 3_200_000))
            #expect(try await api.send("POST", Fixtures.configMaps, Fixtures.configMap("c", ["x": huge])).code == 413)
        }
    }

    @Test func `lists are paged and selected by label and field`() async throws {
        try await TestAPI.run { (api) async throws in
            for index in 0..<5 {
                var body = Fixtures.configMap("m\(index)")
                body["metadata", "labels"] = ["parity": index % 2 == 0 ? "even" : "odd"]
                _ = try await api.send("POST", Fixtures.configMaps, body)
            }
            var names: [String] = []
            var token = ""
            repeat {
                let page = try await api.send("GET", Fixtures.configMaps + "?limit=2&continue=\(token)").json
                names += (page["items"]?.arrayValue ?? []).map(\.name)
                token = page["metadata", "continue"]?.stringValue ?? ""
            } while !token.isEmpty
            #expect(names == ["m0", "m1", "m2", "m3", "m4"])
            for (selector, count) in [
                ("labelSelector=parity%3Dodd", 2), ("labelSelector=parity%20in%20(odd,even)", 5),
                ("labelSelector=!parity", 0), ("labelSelector=parity!%3Dodd", 3),
                ("fieldSelector=metadata.name%3Dm3", 1), ("fieldSelector=metadata.name!%3Dm3", 4),
            ] {
                let found = try await api.send("GET", Fixtures.configMaps + "?" + selector).json
                #expect(found["items"]?.arrayValue?.count == count, "\(selector)")
            }
            let refused = try await api.send("GET", Fixtures.configMaps + "?fieldSelector=data.a%3D1")
            #expect(refused.code == 400)
        }
    }

    @Test func `a finalizer keeps an object until it is removed`() async throws {
        try await TestAPI.run { (api) async throws in
            var body = Fixtures.configMap("a")
            body["metadata", "finalizers"] = ["example.com/hold"]
            _ = try await api.send("POST", Fixtures.configMaps, body)
            let marked = try await api.send("DELETE", Fixtures.configMaps + "/a")
            #expect(marked.json["metadata", "deletionTimestamp"] != nil)
            #expect(try await api.send("GET", Fixtures.configMaps + "/a").code == 200)
            _ = try await api.send(
                "PATCH", Fixtures.configMaps + "/a", ["metadata": ["finalizers": .null]],
                type: "application/merge-patch+json")
            #expect(try await api.send("GET", Fixtures.configMaps + "/a").code == 404)
        }
    }

    @Test(arguments: ["Background", "Foreground", "Orphan"])
    func `deletion reaches what an owner owns`(policy: String) async throws {
        try await TestAPI.run { (api) async throws in
            let owner = try await api.send("POST", Fixtures.configMaps, Fixtures.configMap("owner")).json
            var child = Fixtures.configMap("child")
            child["metadata", "ownerReferences"] = [
                [
                    "apiVersion": "v1", "kind": "ConfigMap", "name": "owner",
                    "uid": owner["metadata", "uid"] ?? "", "blockOwnerDeletion": true,
                ]
            ]
            _ = try await api.send("POST", Fixtures.configMaps, child)
            _ = try await api.send("DELETE", Fixtures.configMaps + "/owner", ["propagationPolicy": .string(policy)])
            #expect(try await api.send("GET", Fixtures.configMaps + "/owner").code == 404)
            let left = try await api.send("GET", Fixtures.configMaps + "/child")
            #expect(left.code == (policy == "Orphan" ? 200 : 404))
            if policy == "Orphan" { #expect(left.json["metadata", "ownerReferences"] == nil) }
        }
    }

    @Test func `a namespace takes its content along, a definition its resources`() async throws {
        try await TestAPI.run { (api) async throws in
            let namespace: JSONValue = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "team"]]
            _ = try await api.send("POST", "/api/v1/namespaces", namespace)
            _ = try await api.send("POST", "/api/v1/namespaces/team/configmaps", Fixtures.configMap("a"))
            _ = try await api.send("DELETE", "/api/v1/namespaces/team")
            #expect(try await api.send("GET", "/api/v1/namespaces/team").code == 404)
            _ = try await api.send("POST", Fixtures.definitions, Fixtures.definition)
            _ = try await api.send("POST", Fixtures.widgets, Fixtures.widget("a", ["size": 1]))
            _ = try await api.send("DELETE", Fixtures.definitions + "/widgets.example.com")
            #expect(try await api.send("GET", Fixtures.definitions + "/widgets.example.com").code == 404)
            #expect(try await api.send("GET", Fixtures.widgets).code == 404)
        }
    }

    @Test func `events of both APIs are the same objects`() async throws {
        try await TestAPI.run { (api) async throws in
            let event: JSONValue = [
                "apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": ["name": "e1"],
                "regarding": ["kind": "Pod", "name": "p", "namespace": "default"], "note": "it happened",
                "reason": "Testing", "type": "Normal", "reportingController": "test", "reportingInstance": "t",
                "action": "Test", "eventTime": "2026-01-01T00:00:00.000000Z",
            ]
            #expect(try await api.send("POST", "/apis/events.k8s.io/v1/namespaces/default/events", event).code == 201)
            let core = try await api.send(
                "GET", "/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3Dp")
            #expect(core.json["items", 0, "message"] == "it happened")
            #expect(core.json["items", 0, "involvedObject", "kind"] == "Pod")
            let other = try await api.send("GET", "/apis/events.k8s.io/v1/namespaces/default/events/e1")
            #expect(other.json["note"] == "it happened")
        }
    }

    @Test func `a wrong token gets 401, and without anonymous access so does none`() async throws {
        try await TestAPI.run { (api) async throws in
            #expect(try await api.send("GET", "/api/v1/namespaces", token: "wrong").code == 401)
            #expect(try await api.send("GET", "/api/v1/namespaces", token: api.server.token).code == 200)
        }
        try await TestAPI.run({ $0.allowsAnonymous = false }) { (api) async throws in
            let refused = try await api.send("GET", "/api/v1/namespaces")
            #expect(refused.code == 401)
            #expect(refused.json["reason"] == "Unauthorized")
            #expect(try await api.send("GET", "/healthz").code == 200)
        }
    }
}
