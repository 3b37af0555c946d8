import Autoscaler
import Foundation
import KubernetesClient
import Testing

@testable import presage

struct PlanTests {
    @Test func `a plan has the numbers, the reasons and the scores`() async throws {
        let plan = try #require(try await plan(PlanFolder.usual()).first)
        #expect(plan.wouldChange)
        #expect(plan.reason == "WouldChange")
        #expect(plan.target == "checkout")
        #expect(plan.changes.count == 4)
        #expect(plan.smape.map { $0 < 20 } == true)
        let app = try #require(plan.recommendation?.containers.first)
        #expect(plan.recommendation?.containers.map(\.name) == ["app"])
        let request = try #require(app.target.requests?.cpu)
        // 80% of a peak near 0.6 cores, whose noise reaches 6%.
        #expect(try Quantity("450m") < request && request < Quantity("600m"))
        #expect(app.explanation?.cpuRequest?.contains("80% of") == true)
    }

    @Test func `a plan of what was planned changes nothing`() async throws {
        let folder = try PlanFolder.usual()
        let first = try #require(try await plan(folder).first?.recommendation?.containers.first?.target)
        var deployment = try YAML.parseOne(folder.read("deployment.yaml"))
        deployment["spec", "template", "spec", "containers", 0, "resources"] = try JSONValue(encoding: first)
        try folder.write(YAML.write(deployment), as: "deployment.yaml")
        let second = try #require(try await plan(folder).first)
        #expect(!second.wouldChange)
        #expect(second.reason == "UpToDate")
    }

    @Test func `the mode Off changes nothing, and Recommend is planned`() async throws {
        let off = try await plan(PlanFolder.usual(model: PlanFolder.model + "\n  scaling: {mode: \"Off\"}"))
        #expect(off.map(\.reason) == ["Off"])
        let recommend = try await plan(PlanFolder.usual(model: PlanFolder.model + "\n  scaling: {mode: Recommend}"))
        #expect(recommend.map(\.wouldChange) == [true])
    }

    @Test func `windows and cooldown belong to the cluster`() async throws {
        let model = PlanFolder.model + "\n  scaling: {mode: Apply, windows: [{start: \"00:00\", end: \"00:01\"}]}"
        #expect(try await plan(PlanFolder.usual(model: model)).map(\.wouldChange) == [true])
    }

    @Test func `what an autoscaler among the manifests goes by is left to it, as in the cluster`() async throws {
        let folder = try PlanFolder.usual()
        func autoscaler(_ metrics: JSONValue, namespace: String = "default", version: String = "v2") throws {
            let object: JSONValue = [
                "apiVersion": .string("autoscaling/\(version)"), "kind": "HorizontalPodAutoscaler",
                "metadata": ["name": "checkout-scale", "namespace": .string(namespace)],
                "spec": [
                    "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": "checkout"],
                    "maxReplicas": 10, "metrics": metrics,
                ],
            ]
            try folder.write(YAML.write(object), as: "autoscaler.yaml")
        }
        let percent: JSONValue = [
            [
                "type": "Resource",
                "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 60]],
            ]
        ]
        try autoscaler(percent)
        let left = try #require(try await plan(folder).first)
        #expect(left.wouldChange && left.changes.allSatisfy { $0.resource == .memory } && left.changes.count == 2)
        #expect(
            left.warnings.contains { $0.contains("HorizontalPodAutoscaler checkout-scale scales Deployment checkout") })
        let patch = try YAML.parseOne(try KustomizeOutput.patch(left))
        let resources = try #require(patch["spec", "template", "spec", "containers", 0, "resources"])
        #expect(resources["requests"]?.objectValue.map { Array($0.keys) } == ["memory"])
        #expect(resources["limits"]?.objectValue.map { Array($0.keys) } == ["memory"])
        #expect(!PlanTable(plans: [left]).text.contains("CPU request"))

        // One that goes by an amount, or stands in another namespace, decides by no request.
        let amount: JSONValue = [
            [
                "type": "Resource",
                "resource": ["name": "cpu", "target": ["type": "AverageValue", "averageValue": "1"]],
            ]
        ]
        try autoscaler(amount)
        #expect(try await plan(folder).first?.changes.count == 4)
        try autoscaler(percent, namespace: "other")
        #expect(try await plan(folder).first?.changes.count == 4)
    }

    @Test func `what a VerticalPodAutoscaler among the manifests sets is left to it`() async throws {
        let folder = try PlanFolder.usual()
        func autoscaler(_ mode: String) throws {
            try folder.write(
                """
                apiVersion: autoscaling.k8s.io/v1
                kind: VerticalPodAutoscaler
                metadata: {name: checkout-size}
                spec:
                  targetRef: {apiVersion: apps/v1, kind: Deployment, name: checkout}
                  updatePolicy: {updateMode: "\(mode)"}
                  resourcePolicy: {containerPolicies: [{containerName: "*", controlledResources: [memory]}]}
                """, as: "autoscaler.yaml")
        }
        try autoscaler("Recreate")
        let left = try #require(try await plan(folder).first)
        #expect(left.changes.count == 2 && left.changes.allSatisfy { $0.resource == .cpu })
        #expect(left.warnings.contains { $0.contains("VerticalPodAutoscaler checkout-size sets memory") })
        #expect(!PlanTable(plans: [left]).text.contains("memory request"))
        try autoscaler("Off")
        let whole = try #require(try await plan(folder).first)
        #expect(whole.changes.count == 4 && !whole.warnings.contains { $0.contains("checkout-size") })
    }

    @Test func `of a Deployment with an autoscaler the history tells how many pods there are`() async throws {
        let deployment = PlanFolder.deployment().replacing(
            "spec:\n  selector", with: "spec:\n  replicas: 1\n  selector")
        let folder = try PlanFolder.usual(deployment: deployment)
        let rows = PlanFolder.history().split(separator: "\n").dropFirst()
        let pods = (1...4).flatMap { pod in rows.map { "\($0),web-\(pod)" } }
        try folder.write((["timestamp,container,cpu,memory,pod"] + pods).joined(separator: "\n"), as: "usage.csv")
        func request() async throws -> Double {
            try #require(try await plan(folder).first?.recommendation?.containers.first?.target.requests?.cpu)
                .doubleValue
        }
        let alone = try await request()
        try folder.write(
            """
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: checkout}
            spec:
              scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: checkout}
              maxReplicas: 10
              metrics: [{type: Pods, pods: {metric: {name: requests}, target: {type: AverageValue, averageValue: 100}}}]
            """, as: "autoscaler.yaml")
        let scaled = try await request()
        #expect(abs(alone / scaled - 4) < 0.05, "\(alone) alone, \(scaled) as one of four")
    }

    @Test func `a history on the command line goes before the model's source`() async throws {
        let folder = try PlanFolder.usual(
            model: PlanFolder.model.replacing(
                "csv:\n      path: usage.csv", with: "prometheus:\n      url: http://prometheus:9090"))
        await #expect(throws: PlanError.self) { try await plan(folder) }
        #expect(try await plan(folder, history: "usage.csv").count == 1)
    }

    @Test func `a ConfigMap among the manifests can hold the history`() async throws {
        let folder = try PlanFolder.usual(
            model: PlanFolder.model.replacing("path: usage.csv", with: "configMap: {name: usage, key: history.csv}"))
        let map: JSONValue = [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "usage"],
            "data": ["history.csv": .string(PlanFolder.history())],
        ]
        try folder.write(YAML.write(map), as: "history.yaml")
        #expect(try await plan(folder).map(\.wouldChange) == [true])
    }

    @Test func `it trains as the model says: resampled, on several holdouts`() async throws {
        func planned(_ training: String) async throws -> ModelPlan {
            let model = PlanFolder.model + (training.isEmpty ? "" : "\n  training: {\(training)}")
            return try #require(try await plan(PlanFolder.usual(model: model)).first)
        }
        let plain = try await planned("")
        #expect(try await planned("origins: 1").smape == plain.smape)
        #expect(try await planned("origins: 5").smape != plain.smape)
        let resampled = try await planned("preparation: {resample: 6h}")
        #expect(resampled.recommendation?.containers != plain.recommendation?.containers)
    }

    @Test func `the same input gives the same plan`() async throws {
        let folder = try PlanFolder.usual()
        let first = try JSONValue(encoding: try await plan(folder))
        #expect(try JSONValue(encoding: try await plan(folder)) == first)
    }

    @Test func `the table names what stands, what is planned and why`() async throws {
        let text = PlanTable(plans: try await plan(PlanFolder.usual())).text
        #expect(text.contains("ForecastModel default/checkout → Deployment checkout"))
        #expect(text.contains("CONTAINER  NUMBER"))
        #expect(text.contains("app        cpu request     2"))
        #expect(text.contains("app: CPU request"))
        #expect(text.contains("would change: 4 numbers change"))
        #expect(text.hasSuffix("\n"))
    }
}
