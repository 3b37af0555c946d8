import Autoscaler
import Foundation
import Testing

struct ScalingDecisionTests {
    @Test(arguments: [(Horizon.day, "412m", "618m"), (.week, "412m", "618m"), (.month, "361m", "773m")])
    func `the horizon picks the multipliers`(horizon: Horizon, request: String, limit: String) throws {
        var scenario = Scenario()
        scenario.horizon = horizon
        #expect(scenario.decision.wanted.requests?.cpu == (try quantity(request)))
        #expect(scenario.decision.wanted.limits?.cpu == (try quantity(limit)))
    }

    @Test func `every number is explained in one line with arithmetic that a person can check`() {
        let explanation = Scenario().decision.explanation
        let bound = "the 90% upper bound of the highest use in the next day (ETS, checked on 12 past days)"
        #expect(explanation?.cpuRequest == "CPU request 412m = 80% of 515m, \(bound)")
        #expect(explanation?.cpuLimit == "CPU limit 618m = 120% of 515m, \(bound)")
        #expect(explanation?.memoryRequest == "memory request 820Mi = 80% of 1Gi, \(bound)")
        #expect(explanation?.memoryLimit == "memory limit 1229Mi = 120% of 1Gi, \(bound)")
    }

    @Test func `a cap is applied and named, and the uncapped number is kept`() throws {
        var scenario = Scenario()
        scenario.policy.maxAllowed = ResourceList(cpu: try quantity("400m"))
        let decision = scenario.decision
        #expect(decision.wanted.requests?.cpu == (try quantity("400m")))
        #expect(decision.wanted.limits?.cpu == (try quantity("400m")))
        #expect(decision.recommendation?.containers.first?.uncappedTarget?.requests?.cpu == (try quantity("412m")))
        #expect(decision.explanation?.cpuRequest?.hasSuffix("; capped by maxAllowed 400m") == true)
        #expect(decision.explanation?.cpuRequest?.hasPrefix("CPU request 400m: 412m = 80% of 515m") == true)
    }

    @Test func `a floor is applied and named`() throws {
        var scenario = Scenario()
        scenario.policy.minAllowed = ResourceList(memory: try quantity("2Gi"))
        #expect(scenario.decision.wanted.requests?.memory == (try quantity("2Gi")))
        #expect(scenario.decision.explanation?.memoryRequest?.contains("raised to minAllowed 2Gi") == true)
    }

    @Test func `an idle container keeps the least that lets it start`() throws {
        var scenario = Scenario()
        scenario.cpu = 0
        scenario.memory = 0
        #expect(
            scenario.decision.wanted.requests == ResourceList(cpu: try quantity("10m"), memory: try quantity("16Mi")))
        #expect(scenario.decision.explanation?.cpuRequest?.contains("least that is ever set") == true)
    }

    @Test func `a request above its limit lifts the limit`() throws {
        var scenario = Scenario()
        scenario.policy.requestPercent = 150
        #expect(scenario.decision.wanted.limits?.cpu == scenario.decision.wanted.requests?.cpu)
        #expect(scenario.decision.explanation?.cpuLimit?.contains("raised to the request") == true)
    }

    @Test func `requests alone leave limits out and stay below them`() throws {
        var scenario = Scenario()
        scenario.policy.controlledValues = .requestsOnly
        scenario.current.limits = ResourceList(cpu: try quantity("300m"))
        let decision = scenario.decision
        #expect(decision.wanted.limits == nil)
        #expect(decision.wanted.requests?.cpu == (try quantity("300m")))
        #expect(decision.explanation?.cpuRequest?.contains("capped by the limit") == true)
    }

    @Test func `a resource that is not controlled is left alone`() {
        var scenario = Scenario()
        scenario.policy.controlledResources = [.cpu]
        #expect(scenario.decision.wanted.requests?.memory == nil)
        #expect(scenario.decision.changes.allSatisfy { $0.resource == .cpu })
    }

    @Test func `a container that is off is left alone`() {
        var scenario = Scenario()
        scenario.policy.mode = .off
        #expect(scenario.decision.reason == .noForecast)
        #expect(scenario.decision.desired.isEmpty)
    }

    @Test func `settings of the star hold for containers without their own`() throws {
        var scenario = Scenario()
        scenario.policy = ContainerPolicy(name: "*")
        scenario.policy.requestPercent = 100
        #expect(scenario.decision.wanted.requests?.cpu == (try quantity("515m")))
    }

    @Test func `a container without a forecast is not part of what is set`() {
        var input = Scenario().input
        input.containers.append(ContainerResources(name: "sidecar", resources: input.containers[0].resources))
        #expect(ScalingDecision.decide(input).desired.map(\.name) == ["app"])
    }

    @Test func `memory that follows its limit is never lowered, and cpu beside it is`() throws {
        var scenario = Scenario()
        scenario.followers = ["app"]
        let decision = scenario.decision
        #expect(decision.wanted.requests?.memory == (try quantity("4Gi")))
        #expect(decision.wanted.limits?.memory == (try quantity("8Gi")))
        #expect(decision.wanted.requests?.cpu == (try quantity("412m")))
        #expect(decision.heldMemory == ["app"])
        #expect(decision.explanation?.memoryLimit?.contains("memory follows its limit") == true)
    }

    @Test func `memory that usually peaks at its limit is recognized`() throws {
        var scenario = Scenario()
        scenario.memory = 7.9 * 1_073_741_824
        scenario.memoryUsual = 7.8 * 1_073_741_824
        scenario.current.requests?.memory = try quantity("8Gi")
        #expect(scenario.decision.wanted.requests?.memory == (try quantity("8Gi")))
        #expect(scenario.decision.heldMemory == ["app"])
        scenario.memoryUsual = 6 * 1_073_741_824
        #expect(scenario.decision.heldMemory.isEmpty)
    }

    @Test func `memory that follows its limit may grow`() throws {
        var scenario = Scenario()
        scenario.followers = ["app"]
        scenario.memory = 10 * 1_073_741_824
        #expect(scenario.decision.wanted.limits?.memory == (try quantity("12Gi")))
        #expect(scenario.decision.heldMemory.isEmpty)
    }
}
