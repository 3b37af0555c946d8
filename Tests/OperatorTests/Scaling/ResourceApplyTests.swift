import Autoscaler
import KubernetesClient
import Testing

@testable import Operator

struct ResourceApplyTests {
    private let wanted: [ContainerResources]

    private func conflict(_ list: String, _ resource: String) -> FieldConflict {
        FieldConflict(container: "web", list: list, resource: resource, manager: "kubectl")
    }

    private func kubernetesError(_ status: Status) -> KubernetesError {
        KubernetesError(code: .conflict, message: "conflict", status: status, httpStatus: 409)
    }

    init() throws {
        wanted = [
            ContainerResources(
                name: "web",
                resources: ResourceRequirements(
                    requests: ResourceList(cpu: try Quantity("500m"), memory: try Quantity("1Gi")),
                    limits: ResourceList(cpu: try Quantity("750m"), memory: try Quantity("1536Mi"))))
        ]
    }

    private let requests: JSONValue = ["f:resources": ["f:requests": ["f:cpu": [:]]]]

    @Test func `an apply carries values in canonical form, and the uid and version that were read`() throws {
        let apply = try #require(ResourceApply(wanted: wanted, to: deployment()))
        #expect(
            apply.body == [
                "apiVersion": "apps/v1", "kind": "Deployment",
                "metadata": ["name": "shop", "namespace": "demo", "uid": "u-1", "resourceVersion": "42"],
                "spec": [
                    "template": [
                        "spec": [
                            "containers": [
                                [
                                    "name": "web",
                                    "resources": [
                                        "limits": ["cpu": "750m", "memory": "1536Mi"],
                                        "requests": ["cpu": "500m", "memory": "1Gi"],
                                    ],
                                ]
                            ]
                        ]
                    ]
                ],
            ])
    }

    @Test func `equal values are skipped, however they are written`() {
        let same: JSONValue = [
            "requests": ["cpu": "0.5", "memory": "1024Mi"], "limits": ["cpu": "750m", "memory": "1.5Gi"],
        ]
        #expect(ResourceApply(wanted: wanted, to: deployment(web: same)) == nil)
    }

    @Test func `what we own elsewhere stays in the apply, for the server removes what is left out`() throws {
        let owned = deployment(
            proxy: ["requests": ["cpu": "100m"]],
            managedFields: [entry("presage", containers: ["proxy": requests])])
        let apply = try #require(ResourceApply(wanted: wanted, to: owned))
        #expect(apply.values[.init(container: "proxy", list: "requests", resource: "cpu")] == (try Quantity("100m")))
        #expect(apply.values.count == 5)
    }

    @Test func `yielding leaves out the request with its limit, and keeps the rest`() throws {
        let apply = try #require(ResourceApply(wanted: wanted, to: deployment()))
        let rest = try #require(apply.yielding([conflict("requests", "cpu")]))
        #expect(Set(rest.values.keys.map(\.resource)) == ["memory"])
        #expect(apply.yielding([conflict("requests", "cpu"), conflict("limits", "memory")]) == nil)
    }

    @Test
    func `of a pair that is yielded the half that is ours stays as it is, for the server removes what is left out`()
        throws
    {
        let owned = deployment(managedFields: [entry("presage", containers: ["web": requests])])
        let apply = try #require(ResourceApply(wanted: wanted, to: owned))
        let rest = try #require(apply.yielding([conflict("limits", "cpu")]))
        let ours = FieldOwnership.Leaf(container: "web", list: "requests", resource: "cpu")
        #expect(rest.values[ours] == (try Quantity("2")) && rest.values.count == 3)
        // What another has taken altogether is left out, or his next change would be refused for ours.
        let none = try #require(apply.yielding([conflict("limits", "cpu"), conflict("requests", "cpu")]))
        #expect(Set(none.values.keys.map(\.resource)) == ["memory"])
        #expect(apply.yielding([conflict("limits", "cpu"), conflict("requests", "memory")]) == nil)
    }

    @Test func `the causes of a conflict name container, resource and manager`() {
        let status = Status(
            reason: "Conflict",
            details: .init(causes: [
                .init(
                    reason: "FieldManagerConflict",
                    message: #"conflict with "kubectl-client-side-apply" using apps/v1"#,
                    field: #".spec.template.spec.containers[name="web"].resources.requests.cpu"#)
            ]),
            code: 409)
        let conflicts = FieldConflict.conflicts(in: kubernetesError(status))
        #expect(
            conflicts == [
                FieldConflict(container: "web", list: "requests", resource: "cpu", manager: "kubectl-client-side-apply")
            ])
        let text = FieldConflict.explanation(conflicts, target: "Deployment shop")
        #expect(text.contains("TakeOwnership") && text.contains("leave these resources out"))
        #expect(text.contains(#""kubectl-client-side-apply" owns web.cpu of Deployment shop"#))
    }

    @Test func `a stale resource version is no conflict of fields`() {
        #expect(FieldConflict.conflicts(in: kubernetesError(Status(reason: "Conflict", code: 409))).isEmpty)
    }
}
