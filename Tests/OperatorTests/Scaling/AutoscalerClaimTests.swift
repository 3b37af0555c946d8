import Autoscaler
import KubernetesClient
import Testing

@testable import Operator

struct AutoscalerClaimTests {
    private func horizontal(_ metrics: JSONValue?) -> AutoscalerClaim? {
        var spec: JSONValue = ["scaleTargetRef": ["kind": "Deployment", "name": "shop"]]
        spec["metrics"] = metrics
        return AutoscalerClaim(kind: "HorizontalPodAutoscaler", name: "h", spec: spec)
    }

    private func vertical(_ spec: JSONValue) -> AutoscalerClaim? {
        var spec = spec
        spec["targetRef"] = ["kind": "Deployment", "name": "shop"]
        return AutoscalerClaim(kind: "VerticalPodAutoscaler", name: "v", spec: spec)
    }

    private let share: JSONValue = ["type": "Utilization", "averageUtilization": 50]

    @Test func `a share of the request is claimed, of all containers or of one`() throws {
        let one: JSONValue = [
            "type": "ContainerResource",
            "containerResource": ["name": "cpu", "container": "web", "target": share],
        ]
        let claim = try #require(horizontal([one]))
        #expect(claim.resources(of: "web") == [.cpu] && claim.resources(of: "proxy").isEmpty)
        #expect(claim.message.contains("scales Deployment shop (container web) by cpu in percent"))

        let both = try #require(
            horizontal([one, ["type": "Resource", "resource": ["name": "memory", "target": share]]]))
        #expect(both.resources(of: "web") == [.cpu, .memory] && both.resources(of: "proxy") == [.memory])
        #expect(both.message.contains("scales Deployment shop by cpu and memory in percent"))

        #expect(try #require(horizontal(nil)).resources(of: "web") == [.cpu], "what a server fills in")
        #expect(horizontal([]) == nil)
        #expect(
            horizontal([["type": "Resource", "resource": ["name": "cpu", "target": ["type": "AverageValue"]]]]) == nil)
        #expect(horizontal([["type": "Resource", "resource": ["name": "nvidia.com/gpu", "target": share]]]) == nil)
    }

    @Test(arguments: [nil, "Auto", "Initial", "Recreate", "InPlaceOrRecreate"] as [String?])
    func `a VerticalPodAutoscaler claims both resources of all containers, but for what its policies leave out`(
        mode: String?
    ) throws {
        let update: JSONValue = mode.map { ["updateMode": .string($0)] } ?? [:]
        let all = try #require(vertical(["updatePolicy": update]))
        #expect(all.resources(of: "web") == [.cpu, .memory])
        #expect(
            all.message.contains("VerticalPodAutoscaler v sets cpu and memory of the pods of Deployment shop as they"))

        let policies: JSONValue = [
            ["containerName": "*", "mode": "Off"], ["containerName": "web", "controlledResources": ["memory"]],
        ]
        let some = try #require(
            vertical(["updatePolicy": update, "resourcePolicy": ["containerPolicies": policies]]))
        #expect(some.resources(of: "web") == [.memory] && some.resources(of: "proxy").isEmpty)
        #expect(some.message.contains("sets memory of the pods of Deployment shop (container web)"))
    }

    @Test func `a VerticalPodAutoscaler that only recommends claims nothing, nor does one of another kind's pods`() {
        #expect(vertical(["updatePolicy": ["updateMode": "Off"]]) == nil)
        #expect(vertical(["resourcePolicy": ["containerPolicies": [["containerName": "*", "mode": "Off"]]]]) == nil)
        let set: JSONValue = ["targetRef": ["kind": "StatefulSet", "name": "shop"]]
        #expect(AutoscalerClaim(kind: "VerticalPodAutoscaler", name: "v", spec: set) == nil)
        #expect(AutoscalerClaim(kind: "ScaledObject", name: "k", spec: ["scaleTargetRef": ["name": "shop"]]) == nil)
    }

    @Test func `several claims add up, and are told where they keep a number from what was decided`() throws {
        let cpu = try #require(horizontal(nil))
        let memory = try #require(
            vertical([
                "resourcePolicy": ["containerPolicies": [["containerName": "*", "controlledResources": ["memory"]]]]
            ]))
        let claims = [cpu, memory]
        #expect(
            claims.resources(of: [ContainerResources(name: "web", resources: .init())]) == ["web": [.cpu, .memory]])

        func change(_ resource: String, from: String, to: String) throws -> [ScalingDecision.Change] {
            let change: JSONValue = [
                "container": "web", "field": "requests", "resource": .string(resource), "from": .string(from),
                "to": .string(to),
            ]
            return [try change.decode(ScalingDecision.Change.self)]
        }
        #expect(claims.keeping(try change("memory", from: "1Gi", to: "2Gi"), tolerancePercent: 10) == [memory])
        #expect(claims.keeping(try change("cpu", from: "100m", to: "101m"), tolerancePercent: 10).isEmpty)
        #expect([cpu].keeping(try change("memory", from: "1Gi", to: "2Gi"), tolerancePercent: 10).isEmpty)
    }
}
