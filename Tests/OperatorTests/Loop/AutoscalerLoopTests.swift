import Autoscaler
import KubernetesClient
import Logging
import Testing

@testable import Operator

@Suite(.serialized)
struct AutoscalerLoopTests {
    private func requests(_ deployment: JSONValue) -> JSONValue? {
        deployment["spec", "template", "spec", "containers", 0, "resources", "requests"]
    }

    /// A model in Apply whose first version is in production, once it says that an autoscaler has CPU; the memory alone was set.
    private func trainedModelThatLeavesCPU(_ harness: OperatorHarness) async throws -> ForecastModel {
        try await harness.createModel(spec: [
            "scaling": ["mode": "Apply", "conflictPolicy": "TakeOwnership", "cooldown": "1h"]
        ])
        try await harness.trainFirst()
        let model = try await harness.model { $0.status?.conditions?["Scaled"]?.reason == "Autoscaled" }
        let asked = requests(try await harness.deploymentJSON())
        #expect(asked?["cpu"] == "2" && asked?["memory"] != "4Gi", "\(String(describing: asked))")
        return model
    }

    @Test func `what an autoscaler goes by is left to it, the other resource is set`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            func autoscaler(_ name: String, of target: String, _ metric: JSONValue) async throws {
                try await harness.create([
                    "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
                    "metadata": ["name": .string(name), "namespace": .string(OperatorHarness.namespace)],
                    "spec": [
                        "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": .string(target)],
                        "maxReplicas": 9, "metrics": [["type": "Resource", "resource": metric]],
                    ],
                ])
            }
            let half: JSONValue = ["type": "Utilization", "averageUtilization": 50]
            try await autoscaler("other", of: "other", ["name": "memory", "target": half])
            try await autoscaler(
                "value", of: "shop", ["name": "memory", "target": ["type": "AverageValue", "averageValue": "1Gi"]])
            try await autoscaler("share", of: "shop", ["name": "cpu", "target": half])
            let model = try await trainedModelThatLeavesCPU(harness)
            let message = try #require(model.status?.conditions?["Scaled"]?.message)
            #expect(message.contains("HorizontalPodAutoscaler share scales Deployment shop by cpu"), "\(message)")
            #expect(message.contains("controlledResources"))

            // The change of the memory cools down, and nothing waits for that.
            try await harness.patchModel(["spec": ["scaling": ["tolerancePercent": 5]]])
            let later = try await harness.model {
                $0.status?.observedGeneration == $0.metadata.generation.map(Int.init)
            }
            #expect(
                later.status?.conditions?["Scaled"]
                    == model.status?.conditions?["Scaled"].map {
                        var same = $0
                        same.observedGeneration = later.status?.observedGeneration
                        return same
                    })

            // A person follows the second way out.
            try await harness.patchModel([
                "spec": ["scaling": ["containers": [["name": "*", "controlledResources": ["memory"]]]]]
            ])
            _ = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
            #expect(requests(try await harness.deploymentJSON())?["cpu"] == "2")
        }
    }

    @Test func `what a VerticalPodAutoscaler sets is left to it, where there are any and not before`() async throws {
        try await OperatorHarness.with { harness in
            let namespace = OperatorHarness.namespace
            try await harness.create([
                "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
                "metadata": ["name": "verticalpodautoscalers.autoscaling.k8s.io"],
                "spec": [
                    "group": "autoscaling.k8s.io", "scope": "Namespaced",
                    "names": [
                        "plural": "verticalpodautoscalers", "singular": "verticalpodautoscaler",
                        "kind": "VerticalPodAutoscaler", "listKind": "VerticalPodAutoscalerList",
                    ],
                    "versions": [
                        [
                            "name": "v1", "served": true, "storage": true,
                            "schema": [
                                "openAPIV3Schema": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
                            ],
                        ]
                    ],
                ],
            ])
            try await harness.wait("the definition") {
                try? await harness.create([
                    "apiVersion": "autoscaling.k8s.io/v1", "kind": "VerticalPodAutoscaler",
                    "metadata": ["name": "shop-size", "namespace": .string(namespace)],
                    "spec": [
                        "targetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": "shop"],
                        "resourcePolicy": [
                            "containerPolicies": [["containerName": "*", "controlledResources": ["cpu"]]]
                        ],
                    ],
                ])
            }
            try await harness.createDeployment()
            let model = try await trainedModelThatLeavesCPU(harness)
            let message = try #require(model.status?.conditions?["Scaled"]?.message)
            #expect(message.contains("VerticalPodAutoscaler shop-size sets cpu of the pods"), "\(message)")
            #expect(message.contains("updateMode") && message.contains("controlledResources"))
        }
    }

    @Test func `models of a namespace share a list of its autoscalers for a while`() async throws {
        try await OperatorHarness.with { harness in
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let patient = PodAutoscalers(client: harness.client, logger: logger, lifetime: .seconds(3600))
            let eager = PodAutoscalers(client: harness.client, logger: logger, lifetime: .zero)
            let namespace = OperatorHarness.namespace
            #expect(try await patient.claims(on: "shop", in: namespace).isEmpty)
            for name in ["shop-b", "shop-a"] {
                // Without metrics it goes by CPU.
                try await harness.create([
                    "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
                    "metadata": ["name": .string(name), "namespace": .string(namespace)],
                    "spec": ["scaleTargetRef": ["kind": "Deployment", "name": "shop"], "maxReplicas": 9],
                ])
            }
            let claims = try await eager.claims(on: "shop", in: namespace)
            #expect(claims.map(\.name) == ["shop-a", "shop-b"])
            #expect(claims.allSatisfy { $0.resources(of: "web") == [.cpu] })
            #expect(try await eager.claims(on: "other", in: namespace).isEmpty)
            #expect(try await patient.claims(on: "shop", in: namespace).isEmpty)
        }
    }
}
