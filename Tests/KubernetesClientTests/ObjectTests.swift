import Foundation
import KubernetesClient
import Testing

@Suite struct ObjectTests {
    private let manifest = """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop","uid":"u1",
        "resourceVersion":"7","generation":2,"creationTimestamp":"2026-11-21T09:30:00Z","labels":{"app":"web"},
        "finalizers":["a/b"],"ownerReferences":[{"apiVersion":"v1","kind":"Owner","name":"o","uid":"u0","controller":true}],
        "managedFields":[{"manager":"kubectl","operation":"Update","apiVersion":"apps/v1",
        "time":"2026-11-21T09:30:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{}}}]},
        "spec":{"replicas":3,"futureField":{"x":[1,2]},"template":{"spec":{"containers":[{"name":"app"}]}}},
        "futureTop":1}
        """

    @Test func `fields that the types do not know survive a round trip`() throws {
        let json = try JSONValue(parsing: manifest)
        let object = try KubernetesObject(json: json)
        #expect(try object.jsonValue() == json)
        let deployment = try Deployment(json: json)
        #expect(try deployment.jsonValue() == json)
        #expect(try JSONValue(encoding: deployment) == json)
        #expect(deployment.replicas == 3)
        #expect(deployment.containers.first?["name"] == "app")
        #expect(deployment.metadata.controller?.name == "o")
    }

    @Test func `a change through a view keeps the rest`() throws {
        var deployment = try Deployment(json: try JSONValue(parsing: manifest))
        deployment["spec", "replicas"] = 5
        deployment.metadata.labels["tier"] = "front"
        let json = try deployment.jsonValue()
        #expect(json["spec", "futureField", "x", 1] == 2)
        #expect(json["spec", "replicas"] == 5)
        #expect(json["metadata", "labels"] == ["app": "web", "tier": "front"])
    }

    @Test(arguments: [
        ("2026-11-21T09:30:00Z", 1_795_253_400_000_000), ("2026-11-21T09:30:00.123456Z", 1_795_253_400_123_456),
        ("2026-11-21T10:30:00+01:00", 1_795_253_400_000_000), ("1969-12-31T23:59:59.5Z", -500_000),
        ("2024-02-29T00:00:00Z", 1_709_164_800_000_000), ("2026-11-21t09:30:00.1234567z", 1_795_253_400_123_456),
    ])
    func `times are read as RFC 3339`(text: String, microseconds: Int64) {
        #expect(MicroTime(text)?.microseconds == microseconds)
    }

    @Test(arguments: [
        "", "2026-11-21", "2026-02-30T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T09:30:00",
        "2026-11-21T09:30:00.Z", "2026-11-21T09:30:00Zx",
    ])
    func `what is no time is refused`(text: String) {
        #expect(MicroTime(text) == nil)
    }

    @Test func `times agree with Foundation's formatter over four hundred years`() async {
        let formatter = ISO8601DateFormatter()
        for day in stride(from: -80_000, to: 80_000, by: 37) {
            let seconds = Int64(day) * 86_400 + Int64(abs(day) * 7919 % 86_400)
            let time = Timestamp(seconds: seconds)
            await Task.yield()
            #expect(time.description == formatter.string(from: time.date))
            #expect(Timestamp(time.description) == time)
        }
        #expect(MicroTime(microseconds: -1).description == "1969-12-31T23:59:59.999999Z")
    }

    @Test func `paths are built as the API server has them`() {
        let definition = Deployment.definition
        #expect(
            definition.path(namespace: "shop", name: "web", subresource: "status")
                == "/apis/apps/v1/namespaces/shop/deployments/web/status")
        #expect(definition.path() == "/apis/apps/v1/deployments")
        #expect(Namespace.definition.path(namespace: "x", name: "shop") == "/api/v1/namespaces/shop")
        #expect(
            Role.definition.path(namespace: "a", name: "system:x/y")
                == "/apis/rbac.authorization.k8s.io/v1/namespaces/a/roles/system:x%2Fy")
    }

    @Test func `a Secret's values are in no description`() throws {
        let secret = try Secret(json: ["metadata": ["name": "s"], "data": ["password": "aHVudGVyMg=="]])
        #expect(secret.text("password") == "hunter2")
        #expect(!"\(secret)".contains("hunter2") && !"\(secret)".contains("aHVudGVyMg"))
        #expect(!String(reflecting: secret).contains("aHVudGVyMg"))
    }

    @Test func `an apply's conflict names fields and managers`() {
        let status = Status(
            message: "Apply failed",
            reason: "Conflict",
            details: .init(causes: [
                .init(
                    reason: "FieldManagerConflict",
                    message: "conflict with \"kubectl-client-side-apply\" using apps/v1",
                    field: ".spec.replicas"
                )
            ]),
            code: 409
        )
        let error = KubernetesError(code: .conflict, message: "x", status: status)
        #expect(error.isFieldManagerConflict)
        #expect(error.fieldManagerConflicts.first?.manager == "kubectl-client-side-apply")
        #expect(error.fieldManagerConflicts.first?.field == ".spec.replicas")
    }
}
