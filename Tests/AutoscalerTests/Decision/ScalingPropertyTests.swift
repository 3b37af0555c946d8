import Autoscaler
import Foundation
import Testing

/// What holds for every input, tried on thousands of them.
struct ScalingPropertyTests {
    private func scenario(_ random: inout SplitMix) -> Scenario {
        var scenario = Scenario()
        scenario.horizon = Horizon.allCases.randomElement(using: &random) ?? .day
        scenario.cpu = .random(in: 0...20, using: &random)
        scenario.memory = .random(in: 0...64e9, using: &random)
        scenario.memoryUsual = .random(in: 0...(scenario.memory ?? 0), using: &random)
        scenario.policy.controlledValues = Bool.random(using: &random) ? .requestsOnly : .requestsAndLimits
        if Bool.random(using: &random) { scenario.policy.requestPercent = .random(in: 1...300, using: &random) }
        if Bool.random(using: &random) { scenario.policy.limitPercent = .random(in: 1...300, using: &random) }
        if Bool.random(using: &random) {
            scenario.policy.minAllowed = ResourceList(
                cpu: Quantity(milli: .random(in: 0...1000, using: &random)),
                memory: Quantity(.random(in: 0...4_000_000_000, using: &random)))
        }
        if Bool.random(using: &random) {
            scenario.policy.maxAllowed = ResourceList(
                cpu: Quantity(milli: .random(in: 1000...9000, using: &random)),
                memory: Quantity(.random(in: 4_000_000_000...32_000_000_000, using: &random)))
        }
        if Bool.random(using: &random) { scenario.followers = ["app"] }
        scenario.current.limits = ResourceList(
            cpu: Quantity(milli: .random(in: 500...20_000, using: &random)),
            memory: Quantity(.random(in: 1...64_000_000_000, using: &random)))
        let limit = scenario.current.limits?.memory?.nanos ?? 0
        scenario.current.requests = ResourceList(memory: Quantity(nanos: limit / .random(in: 1...4, using: &random)))
        return scenario
    }

    @Test func `a request is never above its limit, written or standing`() {
        var random = SplitMix(state: 1)
        for _ in 0..<3000 {
            let scenario = scenario(&random)
            let wanted = scenario.decision.wanted
            for resource in ResourceName.allCases {
                let limit = wanted.limits?[resource] ?? scenario.current.limits?[resource]
                if let request = wanted.requests?[resource], let limit { #expect(request <= limit) }
            }
        }
    }

    @Test func `no number is above maxAllowed, nor below minAllowed unless a standing limit says so`() {
        var random = SplitMix(state: 2)
        for _ in 0..<3000 {
            let scenario = scenario(&random)
            let wanted = scenario.decision.wanted
            for resource in ResourceName.allCases {
                for list in [wanted.requests, wanted.limits] {
                    guard let number = list?[resource] else { continue }
                    if let most = scenario.policy.maxAllowed?[resource] { #expect(number <= most) }
                    if let least = scenario.policy.minAllowed?[resource],
                        scenario.policy.controlledValues == .requestsAndLimits
                    {
                        #expect(number >= least)
                    }
                }
            }
        }
    }

    @Test func `more need never gives less`() {
        var random = SplitMix(state: 3)
        for _ in 0..<3000 {
            var scenario = scenario(&random)
            let before = scenario.decision.wanted
            scenario.cpu = (scenario.cpu ?? 0) * 1.3 + 0.001
            scenario.memory = (scenario.memory ?? 0) * 1.3 + 1
            let after = scenario.decision.wanted
            for resource in ResourceName.allCases {
                if let old = before.requests?[resource], let new = after.requests?[resource] { #expect(old <= new) }
                if let old = before.limits?[resource], let new = after.limits?[resource] { #expect(old <= new) }
            }
        }
    }

    @Test func `what was applied is not changed again`() {
        var random = SplitMix(state: 4)
        for _ in 0..<3000 {
            var scenario = scenario(&random)
            scenario.scaling.tolerancePercent = 0
            let decision = scenario.decision
            let wanted = decision.wanted
            scenario.followers = decision.recommendation?.memoryFollowers ?? []
            scenario.current.requests = wanted.requests
            scenario.current.limits = wanted.limits ?? scenario.current.limits
            #expect(scenario.decision.changes.isEmpty)
            #expect(scenario.decision.wanted == wanted)
        }
    }

    @Test func `memory that follows its limit never shrinks below what maxAllowed lets it keep`() {
        var random = SplitMix(state: 5)
        for _ in 0..<3000 {
            var scenario = scenario(&random)
            scenario.followers = ["app"]
            let wanted = scenario.decision.wanted
            let most = scenario.policy.maxAllowed?.memory
            for (number, standing) in [
                (wanted.requests?.memory, scenario.current.requests?.memory),
                (wanted.limits?.memory, scenario.current.limits?.memory),
            ] {
                if let number, let standing { #expect(number >= min(standing, most ?? standing)) }
            }
        }
    }

    @Test func `a history with a part missing never lowers what maxAllowed lets stand`() {
        var random = SplitMix(state: 7)
        for _ in 0..<3000 {
            var scenario = scenario(&random)
            scenario.history = .partial("store s is away")
            let wanted = scenario.decision.wanted
            for resource in ResourceName.allCases {
                let most = scenario.policy.maxAllowed?[resource]
                for (number, standing) in [
                    (wanted.requests?[resource], scenario.current.requests?[resource]),
                    (wanted.limits?[resource], scenario.current.limits?[resource]),
                ] {
                    guard let number, let standing else { continue }
                    // A request comes down to a limit that was below it and that controlledValues leaves alone.
                    #expect(number >= min(standing, most ?? standing, scenario.current.limits?[resource] ?? standing))
                }
            }
        }
    }

    @Test func `every number that changes has an explanation that names it`() {
        var random = SplitMix(state: 6)
        for _ in 0..<1000 {
            let decision = scenario(&random).decision
            for change in decision.changes {
                let explanation = decision.explanation
                let line =
                    switch (change.resource, change.field) {
                    case (.cpu, "requests"): explanation?.cpuRequest
                    case (.cpu, _): explanation?.cpuLimit
                    case (.memory, "requests"): explanation?.memoryRequest
                    case (.memory, _): explanation?.memoryLimit
                    }
                #expect(line?.contains(change.to.description) == true)
                #expect(line?.contains("\n") == false)
            }
        }
    }
}
