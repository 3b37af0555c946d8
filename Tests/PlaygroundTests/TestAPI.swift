import Foundation
import HTTPTransport
import KubernetesClient
import Testing

@testable import Playground

/// A playground with a plain HTTP client, so that tests see what is on the wire.
struct TestAPI: Sendable {
    let server: PlaygroundServer
    let client = HTTPClient()

    /// Runs `body` against a playground of its own and stops it afterwards.
    static func run(
        _ configure: (inout PlaygroundConfiguration) -> Void = { _ in },
        _ body: (TestAPI) async throws -> Void
    ) async throws {
        var configuration = PlaygroundConfiguration()
        configure(&configuration)
        let server = try await PlaygroundServer.start(configuration)
        do {
            try await body(TestAPI(server: server))
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    @discardableResult
    func send(
        _ method: String, _ path: String, _ body: JSONValue? = nil, type: String = "application/json",
        accept: String = "application/json", token: String? = nil
    ) async throws -> (code: Int, json: JSONValue) {
        var headers: HTTPHeaders = ["Content-Type": type, "Accept": accept, "User-Agent": "tester/1"]
        if let token { headers.add("Authorization", "Bearer \(token)") }
        let request = HTTPRequest(
            method: method, url: server.url + path, headers: headers,
            body: body.map { .bytes($0.serialized()) } ?? .none)
        let answer = try await client.fetch(request)
        return (answer.status, (try? JSONValue(parsing: answer.body)) ?? .null)
    }

    /// Server-side apply.
    func apply(
        _ path: String, _ body: JSONValue, as manager: String, force: Bool = false
    ) async throws -> (code: Int, json: JSONValue) {
        try await send(
            "PATCH", "\(path)?fieldManager=\(manager)&force=\(force)", body, type: "application/apply-patch+yaml")
    }

    /// Asks until `condition` holds; fails after ten seconds.
    func wait(
        _ path: String, _ what: String, sourceLocation: SourceLocation = #_sourceLocation,
        until condition: (JSONValue) -> Bool
    ) async throws -> JSONValue {
        var last = JSONValue.null
        let end = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < end {
            last = try await send("GET", path).json
            if condition(last) { return last }
            try await Task.sleep(for: .milliseconds(25))
        }
        Issue.record("\(what) did not happen: \(last)", sourceLocation: sourceLocation)
        return last
    }

    /// The events of a watch, until it ends or `count` have come.
    func watch(_ path: String, count: Int) async throws -> [JSONValue] {
        let response = try await client.send(HTTPRequest(url: server.url + path))
        var events: [JSONValue] = []
        var rest: [UInt8] = []
        for try await chunk in response.body {
            rest += chunk
            while let end = rest.firstIndex(of: 0x0A) {
                events.append(try JSONValue(parsing: rest[..<end]))
                rest.removeSubrange(...end)
            }
            if events.count >= count { break }
        }
        response.body.cancel()
        return events
    }
}

/// Objects that several tests use.
enum Fixtures {
    static let deployments = "/apis/apps/v1/namespaces/default/deployments"
    static let configMaps = "/api/v1/namespaces/default/configmaps"
    static let jobs = "/apis/batch/v1/namespaces/default/jobs"
    static let widgets = "/apis/example.com/v1/namespaces/default/widgets"

    static func deployment(_ name: String = "web", resources: JSONValue? = nil) -> JSONValue {
        var object: JSONValue = [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": .string(name)],
            "spec": [
                "replicas": 2, "selector": ["matchLabels": ["app": "web"]],
                "template": [
                    "metadata": ["labels": ["app": "web"]],
                    "spec": [
                        "containers": [["name": "app", "image": "nginx:1"], ["name": "side", "image": "envoy:1"]]
                    ],
                ],
            ],
        ]
        if let resources { object["spec", "template", "spec", "containers", 0, "resources"] = resources }
        return object
    }

    /// What an autoscaler applies: one container, only its resources.
    static func partial(_ resources: JSONValue, container: String = "app") -> JSONValue {
        [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web"],
            "spec": [
                "template": ["spec": ["containers": [["name": .string(container), "resources": resources]]]]
            ],
        ]
    }

    static func configMap(_ name: String, _ data: JSONValue = ["a": "1"]) -> JSONValue {
        ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)], "data": data]
    }

    static func widget(_ name: String, _ spec: JSONValue) -> JSONValue {
        ["apiVersion": "example.com/v1", "kind": "Widget", "metadata": ["name": .string(name)], "spec": spec]
    }

    static func job(_ name: String, _ script: String, _ spec: JSONObject = [:], policy: String = "Never") -> JSONValue {
        var object: JSONValue = [
            "apiVersion": "batch/v1", "kind": "Job", "metadata": ["name": .string(name)], "spec": .object(spec),
        ]
        object["spec", "template", "spec"] = [
            "restartPolicy": .string(policy), "terminationGracePeriodSeconds": 1,
            "containers": [["name": "main", "image": "shell", "command": ["sh", "-c", .string(script)]]],
        ]
        return object
    }

    static let definition: JSONValue = {
        let text = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.example.com}
            spec:
              group: example.com
              scope: Namespaced
              names: {plural: widgets, singular: widget, kind: Widget, shortNames: [wd]}
              versions:
              - name: v1
                served: true
                storage: true
                subresources: {status: {}}
                additionalPrinterColumns:
                - {name: Size, type: integer, jsonPath: .spec.size}
                - {name: Ready, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].status'}
                schema:
                  openAPIV3Schema:
                    type: object
                    required: [spec]
                    properties:
                      spec:
                        type: object
                        description: What is wanted.
                        required: [size]
                        oneOf: [{required: [left]}, {required: [right]}, {not: {anyOf: [{required: [left]}, {required: [right]}]}}]
                        properties:
                          size: {type: integer, minimum: 1, maximum: 10, description: How large.}
                          color: {type: string, enum: [red, green], default: red}
                          code: {type: string, pattern: '^[a-z]+$', maxLength: 5}
                          left: {type: string}
                          right: {type: string}
                          fixed:
                            type: string
                            x-kubernetes-validations: [{rule: self == oldSelf, message: fixed is immutable}]
                          free: {type: object, x-kubernetes-preserve-unknown-fields: true}
                          amount: {x-kubernetes-int-or-string: true}
                          labels: {type: object, additionalProperties: {type: string}}
                          parts:
                            type: array
                            x-kubernetes-list-type: map
                            x-kubernetes-list-map-keys: [name]
                            items:
                              type: object
                              required: [name]
                              properties: {name: {type: string}, count: {type: integer, default: 1}}
                      status:
                        type: object
                        properties:
                          conditions:
                            type: array
                            x-kubernetes-list-type: map
                            x-kubernetes-list-map-keys: [type]
                            items:
                              type: object
                              required: [type, status]
                              properties: {type: {type: string}, status: {type: string}}
            """
        return (try? YAML.parseOne(text)) ?? .null
    }()

    static let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
}
