import KubernetesClient
import Testing

@testable import Playground

struct PatchTests {
    private let strategic = StrategicMergePatch(shape: .workload)

    private func containers(_ object: JSONValue) -> [String] {
        (object["spec", "template", "spec", "containers"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
    }

    private func patch(_ containers: JSONValue, _ more: JSONObject = [:]) -> JSONValue {
        var spec = more
        spec["containers"] = containers
        return ["spec": ["template": ["spec": .object(spec)]]]
    }

    @Test func `a strategic patch merges containers by name`() throws {
        let result = try strategic.applied(
            patch([["name": "side", "image": "envoy:2"], ["name": "new", "image": "x"]]), to: Fixtures.deployment())
        #expect(containers(result) == ["app", "side", "new"])
        #expect(result["spec", "template", "spec", "containers", 0, "image"] == "nginx:1")
        #expect(result["spec", "template", "spec", "containers", 1, "image"] == "envoy:2")
    }

    @Test func `the directive delete removes a list item`() throws {
        let result = try strategic.applied(patch([["name": "side", "$patch": "delete"]]), to: Fixtures.deployment())
        #expect(containers(result) == ["app"])
    }

    @Test func `the directive replace takes the list as it is`() throws {
        let result = try strategic.applied(
            patch([["name": "one", "image": "x"], ["$patch": "replace"]]), to: Fixtures.deployment())
        #expect(containers(result) == ["one"])
    }

    @Test func `setElementOrder sorts what it lists`() throws {
        let result = try strategic.applied(
            patch(
                [["name": "side", "image": "envoy:2"]],
                ["$setElementOrder/containers": [["name": "side"], ["name": "app"]]]), to: Fixtures.deployment())
        #expect(containers(result) == ["side", "app"])
    }

    @Test func `retainKeys drops the other keys`() throws {
        var live = Fixtures.deployment()
        live["spec", "strategy"] = ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": 1]]
        let result = try strategic.applied(
            ["spec": ["strategy": ["$retainKeys": ["type"], "type": "Recreate"]]], to: live)
        #expect(result["spec", "strategy"] == ["type": "Recreate"])
    }

    @Test func `null removes a field in merge patches of both kinds`() throws {
        let live: JSONValue = ["a": ["b": 1, "c": 2]]
        #expect(live.mergePatched(with: ["a": ["b": .null]]) == ["a": ["c": 2]])
        #expect(try strategic.applied(["a": ["b": .null]], to: live) == ["a": ["c": 2]])
    }

    @Test func `a JSON patch adds, tests, moves, and refuses missing paths`() throws {
        let live: JSONValue = ["a": [1, 2], "b/c": "x"]
        let patch = try JSONPatch([
            ["op": "test", "path": "/a/0", "value": 1], ["op": "add", "path": "/a/-", "value": 3],
            ["op": "move", "from": "/b~1c", "path": "/d"], ["op": "remove", "path": "/a/0"],
        ])
        #expect(try patch.applied(to: live) == ["a": [2, 3], "d": "x"])
        #expect(throws: APIError.self) {
            try JSONPatch([["op": "replace", "path": "/nope", "value": 1]]).applied(to: live)
        }
        let failed = #expect(throws: APIError.self) {
            try JSONPatch([["op": "test", "path": "/a/0", "value": 9]]).applied(to: live)
        }
        #expect(failed?.code == 422)
    }

    @Test func `a strategic patch of a custom resource gets 415`() async throws {
        try await TestAPI.run { (api) async throws in
            _ = try await api.send("POST", Fixtures.definitions, Fixtures.definition)
            _ = try await api.send("POST", Fixtures.widgets, Fixtures.widget("a", ["size": 1]))
            let refused = try await api.send(
                "PATCH", Fixtures.widgets + "/a", ["spec": ["size": 2]],
                type: "application/strategic-merge-patch+json")
            #expect(refused.code == 415)
        }
    }
}
