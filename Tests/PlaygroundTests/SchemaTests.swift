import Foundation
import KubernetesClient
import Testing

@testable import Playground

struct SchemaTests {
    private func withWidgets(_ body: (TestAPI) async throws -> Void) async throws {
        try await TestAPI.run { (api) async throws in
            #expect(try await api.send("POST", Fixtures.definitions, Fixtures.definition).code == 201)
            try await body(api)
        }
    }

    @Test(
        arguments: [
            (["size": 0], "spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1"),
            (["size": 11], "spec.size in body should be less than or equal to 10"),
            (
                ["size": "x"],
                "spec.size: Invalid value: \"string\": spec.size in body must be of type integer: \"string\""
            ),
            ([:], "spec.size: Required value"),
            (
                ["size": 1, "color": "blue"],
                "spec.color: Unsupported value: \"blue\": supported values: \"red\", \"green\""
            ),
            (["size": 1, "code": "A"], "spec.code: Invalid value: \"A\": spec.code in body should match '^[a-z]+$'"),
            (["size": 1, "code": "abcdef"], "spec.code: Too long: may not be more than 5 bytes"),
            (["size": 1, "left": "a", "right": "b"], "must validate one and only one schema (oneOf)"),
            (["size": 1, "amount": true], "spec.amount: Invalid value: \"boolean\""),
            (["size": 1, "labels": ["a": 1]], "spec.labels.a: Invalid value: \"integer\""),
            (
                ["size": 1, "parts": [["name": "a"], ["name": "a"]]], "spec.parts[1]: Duplicate value: {\"name\":\"a\"}"
            ),
        ] as [(JSONValue, String)])
    func `a value against the schema is refused with the field's name`(spec: JSONValue, message: String) async throws {
        try await withWidgets { (api) async throws in
            let refused = try await api.send("POST", Fixtures.widgets, Fixtures.widget("a", spec))
            #expect(refused.code == 422)
            #expect(refused.json["reason"] == "Invalid")
            let text = refused.json["message"]?.stringValue ?? ""
            #expect(text.hasPrefix("Widget.example.com \"a\" is invalid: "))
            #expect(text.contains(message), "\(text)")
        }
    }

    @Test func `defaults are filled in and unknown fields pruned with a warning`() async throws {
        try await withWidgets { (api) async throws in
            let spec: JSONValue = ["size": 1, "nope": 2, "free": ["any": [1]], "parts": [["name": "a"]]]
            let made = try await api.send("POST", Fixtures.widgets, Fixtures.widget("a", spec))
            #expect(made.code == 201)
            #expect(
                made.json["spec"] == [
                    "size": 1, "free": ["any": [1]], "parts": [["name": "a", "count": 1]], "color": "red",
                ])
            let strict = try await api.send(
                "POST", Fixtures.widgets + "?fieldValidation=Strict", Fixtures.widget("b", spec))
            #expect(strict.code == 400)
            #expect(strict.json["message"]?.stringValue?.contains("unknown field \"spec.nope\"") == true)
        }
    }

    @Test func `self == oldSelf holds a field`() async throws {
        try await withWidgets { (api) async throws in
            _ = try await api.send("POST", Fixtures.widgets, Fixtures.widget("a", ["size": 1, "fixed": "x"]))
            let refused = try await api.send(
                "PATCH", Fixtures.widgets + "/a", ["spec": ["fixed": "y"]], type: "application/merge-patch+json")
            #expect(refused.code == 422)
            #expect(refused.json["message"]?.stringValue?.contains("fixed is immutable") == true)
        }
    }

    @Test func `status is apart and does not count as a generation`() async throws {
        try await withWidgets { (api) async throws in
            var body = Fixtures.widget("a", ["size": 1])
            body["status"] = ["conditions": [["type": "Ready", "status": "True"]]]
            let made = try await api.send("POST", Fixtures.widgets, body)
            #expect(made.json["status"] == nil)
            body["metadata", "resourceVersion"] = made.json["metadata", "resourceVersion"]
            body["spec", "size"] = 5
            let status = try await api.send("PUT", Fixtures.widgets + "/a/status", body)
            #expect(status.json["spec", "size"] == 1)
            #expect(status.json["status", "conditions", 0, "status"] == "True")
            #expect(status.json["metadata", "generation"] == 1)
            body["metadata", "resourceVersion"] = status.json["metadata", "resourceVersion"]
            body["status"] = nil
            let main = try await api.send("PUT", Fixtures.widgets + "/a", body)
            #expect(main.json["metadata", "generation"] == 2)
            #expect(main.json["status", "conditions", 0, "status"] == "True")
        }
    }

    @Test func `an update of a custom resource needs the current resource version`() async throws {
        try await withWidgets { (api) async throws in
            var body = Fixtures.widget("a", ["size": 1])
            _ = try await api.send("POST", Fixtures.widgets, body)
            #expect(try await api.send("PUT", Fixtures.widgets + "/a", body).code == 422)
            body["metadata", "resourceVersion"] = "1"
            let stale = try await api.send("PUT", Fixtures.widgets + "/a", body)
            #expect(stale.code == 409)
            #expect(stale.json["message"]?.stringValue?.contains("the object has been modified") == true)
        }
    }

    @Test func `a definition that is not structural is refused`() async throws {
        try await TestAPI.run { (api) async throws in
            var definition = Fixtures.definition
            definition["spec", "versions", 0, "schema", "openAPIV3Schema", "properties", "spec", "properties", "bad"] =
                [
                    "description": "no type"
                ]
            let refused = try await api.send("POST", Fixtures.definitions, definition)
            #expect(refused.code == 422)
            #expect(refused.json["message"]?.stringValue?.contains("properties[bad].type: Required value") == true)
        }
    }

    @Test func `a definition that describes metadata is refused`() async throws {
        try await TestAPI.run { (api) async throws in
            var definition = Fixtures.definition
            definition["spec", "versions", 0, "schema", "openAPIV3Schema", "properties", "metadata"] = [
                "type": "object", "description": "the object's metadata",
            ]
            let refused = try await api.send("POST", Fixtures.definitions, definition)
            #expect(refused.code == 422)
            #expect(
                refused.json["message"]?.stringValue?.contains("must not specify anything other than name") == true)
            definition["spec", "versions", 0, "schema", "openAPIV3Schema", "properties", "metadata"] = [
                "type": "object", "properties": ["name": ["type": "string", "maxLength": 20]],
            ]
            #expect(try await api.send("POST", Fixtures.definitions, definition).code == 201)
        }
    }

    @Test func `the project's own definitions are accepted`() async throws {
        var folder = URL(filePath: #filePath)
        repeat {
            folder.deleteLastPathComponent()
        } while folder.path != "/"
            && !FileManager.default.fileExists(atPath: folder.appending(path: "crds").path)
        let files = try FileManager.default.contentsOfDirectory(
            at: folder.appending(path: "crds"), includingPropertiesForKeys: nil)
        let definitions = try files.filter { ["yaml", "yml"].contains($0.pathExtension) }
            .flatMap { try YAML.parse([UInt8](Data(contentsOf: $0))) }
            .filter { $0["kind"] == "CustomResourceDefinition" }
        try await TestAPI.run { (api) async throws in
            for definition in definitions {
                let made = try await api.send("POST", Fixtures.definitions, definition)
                #expect(made.code == 201, "\(made.json["message"]?.stringValue ?? "")")
            }
        }
    }
}
