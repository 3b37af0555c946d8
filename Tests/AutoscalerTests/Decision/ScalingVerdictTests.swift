import Autoscaler
import Foundation
import Testing

struct ScalingVerdictTests {
    @Test func `numbers that are off are applied`() {
        let decision = Scenario().decision
        #expect(decision.shouldApply)
        #expect(decision.changes.count == 4)
        #expect(decision.recommendation?.version == 3)
    }

    @Test func `a mode of Off recommends nothing`() {
        let decision = Scenario(mode: .off).decision
        #expect(decision.reason == .off)
        #expect(decision.recommendation == nil)
        #expect(decision.desired.isEmpty)
    }

    @Test func `a model without a target decides nothing`() {
        var scenario = Scenario()
        scenario.hasTarget = false
        #expect(scenario.decision.reason == .noTarget)
    }

    @Test func `a mode of Recommend does not apply and says how to`() {
        let decision = Scenario(mode: .recommend).decision
        #expect(decision.reason == .recommendOnly)
        #expect(decision.message.contains("Apply"))
        #expect(decision.recommendation != nil)
    }

    @Test func `low confidence only recommends`() {
        var scenario = Scenario()
        scenario.lowConfidence = "SMAPE is worse than naive"
        #expect(scenario.decision.reason == .lowConfidence)
        #expect(scenario.decision.message.contains("worse than naive"))
        #expect(!scenario.decision.shouldApply)
    }

    @Test(arguments: [HistoryState.stale("old"), .missing("none")])
    func `a stale or missing history changes nothing`(history: HistoryState) {
        var scenario = Scenario()
        scenario.history = history
        #expect(!scenario.decision.shouldApply)
        #expect(scenario.decision.message.contains("the last values are kept"))
    }

    @Test func `a history with a part missing raises and never lowers, and says so`() throws {
        var scenario = Scenario()
        scenario.history = .partial("store s is away")
        #expect(scenario.decision.reason == .historyPartial && !scenario.decision.isScaled)
        #expect(scenario.decision.message.contains("store s is away; nothing is lowered"))
        #expect(scenario.decision.wanted == scenario.current)
        #expect(
            scenario.decision.explanation?.cpuRequest?.contains("a part of the history is missing; kept at 2") == true)

        // What cools down is what would be raised.
        scenario.cpu = 10
        #expect(scenario.decision.shouldApply && scenario.decision.changes.map(\.resource) == [.cpu, .cpu])
        #expect(scenario.decision.leftAlone?.contains("nothing is lowered") == true)
        #expect(scenario.decision.wanted.requests?.memory == scenario.current.requests?.memory)
        scenario.lastApplied = scenario.now
        #expect(scenario.decision.message.hasPrefix("2 of the target's numbers would change in"))

        // A person's word counts more.
        scenario.policy.maxAllowed = ResourceList(memory: try quantity("2Gi"))
        #expect(scenario.decision.wanted.requests?.memory == (try quantity("2Gi")))

        scenario = Scenario()
        scenario.history = .partial("store s is away")
        scenario.current = ResourceRequirements()
        #expect(scenario.decision.shouldApply && scenario.decision.wanted.requests?.cpu != nil)
        #expect(scenario.decision.wanted.limits == nil, "a limit where there was none takes away")

        // All that would be lowered is somebody else's, or within the tolerance.
        scenario = Scenario()
        scenario.history = .partial("store s is away")
        scenario.policy.controlledResources = [.cpu]
        scenario.leftToOthers = ["app": [.cpu], "other": [.memory]]
        #expect(scenario.decision.reason == .upToDate)
        scenario.leftToOthers = [:]
        scenario.scaling.tolerancePercent = 90
        #expect(scenario.decision.reason == .upToDate && scenario.decision.leftAlone == nil)
    }

    @Test func `only a history that would be fresh is one with a part missing`() {
        let now = Date(timeIntervalSince1970: 1_790_000_000)
        func state(_ end: Date?) -> HistoryState {
            HistoryState(end: end, now: now, horizon: .day, isRecorded: false, missingPart: "s")
        }
        #expect(state(now) == .partial("a part of the usage history could not be read: s"))
        #expect(state(.distantPast).reason?.contains("ended") == true && state(nil).reason != nil)
    }

    @Test(arguments: [(47, false), (49, true)])
    func `a history is stale when a day's horizon is two days past`(hours: Int, isStale: Bool) {
        let now = Date(timeIntervalSince1970: 1_790_000_000)
        let end = now.addingTimeInterval(Double(-hours * 3600))
        let state = HistoryState(end: end, now: now, horizon: .day, isRecorded: false)
        #expect((state.reason != nil) == isStale)
        #expect(HistoryState(end: end, now: now, horizon: .week, isRecorded: false) == .fresh)
        #expect(HistoryState(end: .distantPast, now: now, horizon: .day, isRecorded: true) == .fresh)
        #expect(HistoryState(end: nil, now: now, horizon: .day, isRecorded: true).reason != nil)
    }

    @Test func `numbers within the tolerance stay, and one beyond it brings all`() throws {
        var scenario = Scenario()
        let target = scenario.decision.wanted
        scenario.current = target
        scenario.current.requests?.cpu = try quantity("400m")
        #expect(scenario.decision.reason == .withinTolerance)
        #expect(scenario.decision.isScaled)
        scenario.current.limits?.cpu = try quantity("2")
        #expect(scenario.decision.shouldApply)
        #expect(scenario.decision.wanted == target)
    }

    @Test(arguments: [(91, false), (90, true), (110, true), (109, false)])
    func `the tolerance is compared exactly`(percentOfTarget: Int, applies: Bool) throws {
        var scenario = Scenario()
        scenario.cpu = nil
        scenario.policy.requestPercent = 100
        scenario.policy.controlledValues = .requestsOnly
        scenario.memory = Double(percentOfTarget) * 1_048_576
        scenario.current = ResourceRequirements(requests: ResourceList(memory: try quantity("100Mi")))
        #expect(scenario.decision.shouldApply == applies)
    }

    @Test func `equal numbers in another spelling are no change`() throws {
        var scenario = Scenario()
        scenario.cpu = 1.25
        scenario.memory = nil
        scenario.current = ResourceRequirements(
            requests: ResourceList(cpu: try quantity("1")), limits: ResourceList(cpu: try quantity("1.5")))
        #expect(scenario.decision.reason == .upToDate)
    }

    @Test func `a number that is unset is always set`() throws {
        var scenario = Scenario()
        scenario.current = ResourceRequirements()
        #expect(scenario.decision.changes.map(\.from) == [nil, nil, nil, nil])
        #expect(scenario.decision.shouldApply)
    }

    @Test func `a recent change is waited for, until a known moment`() {
        var scenario = Scenario()
        scenario.lastApplied = scenario.now.addingTimeInterval(-1800)
        #expect(scenario.decision.reason == .coolingDown)
        #expect(scenario.decision.retryAt == scenario.now.addingTimeInterval(1800))
        #expect(scenario.decision.message.contains("30m"))
        scenario.lastApplied = scenario.now.addingTimeInterval(-3600)
        #expect(scenario.decision.shouldApply)
    }

    @Test func `a change that a wrong clock put hours ahead holds nothing`() {
        var scenario = Scenario()
        scenario.lastApplied = scenario.now.addingTimeInterval(7200)
        #expect(scenario.decision.shouldApply)
        // Two machines' clocks differ by less than that.
        scenario.lastApplied = scenario.now.addingTimeInterval(5)
        #expect(scenario.decision.reason == .coolingDown)
    }

    @Test func `changes wait for a window`() {
        var scenario = Scenario()
        // 1,790,000,000 is Monday 2026-09-21, 14:13 UTC.
        scenario.scaling.windows = [ChangeWindow(start: "22:00", end: "04:00")]
        #expect(scenario.decision.reason == .outsideWindow)
        scenario.scaling.windows.append(ChangeWindow(start: "14:00", end: "15:00"))
        #expect(scenario.decision.shouldApply)
    }

    @Test func `the moment that a window opens is known, however short it is open`() throws {
        var scenario = Scenario()
        var short = ChangeWindow(start: "03:00", end: "03:01")
        short.days = [.monday, .thursday]
        short.timeZone = "Europe/Berlin"
        scenario.scaling.windows = [ChangeWindow(start: "02:30", end: "02:30"), short]
        scenario.scaling.windows[0].days = [.sunday]
        // Thursday 24 September, 03:00 in Berlin.
        let opening = try #require(scenario.decision.retryAt)
        #expect(opening.formatted(.iso8601) == "2026-09-24T01:00:00Z")
        scenario.now = opening
        #expect(scenario.decision.shouldApply)
        scenario.now = opening.addingTimeInterval(60)
        #expect(scenario.decision.retryAt?.formatted(.iso8601) == "2026-09-27T02:30:00Z")
    }

    @Test func `a history of other containers names both sides`() {
        var input = Scenario().input
        input.containers = [ContainerResources(name: "web")]
        let decision = ScalingDecision.decide(input)
        #expect(decision.reason == .noForecast)
        #expect(decision.message.contains("app"))
        #expect(decision.message.contains("web"))
    }

    @Test func `a series that failed beside others is named, where the target has the container`() {
        var scenario = Scenario()
        scenario.memory = nil
        var input = scenario.input
        input.prediction.problems = [
            .init(series: "other/cpu", message: "too short"), .init(series: "app/memory", message: "not finite"),
        ]
        let decision = ScalingDecision.decide(input)
        #expect(decision.shouldApply && decision.wanted.requests?.memory == nil)
        #expect(decision.leftAlone == "app/memory is left as it is: not finite")
        input.spec.scaling.containers[0].controlledResources = [.cpu]
        #expect(ScalingDecision.decide(input).leftAlone == nil)
    }

    @Test func `settings for a container that the target does not have are named`() throws {
        var scenario = Scenario()
        var slip = scenario.policy
        slip.name = "ap"
        var other = ContainerPolicy(name: "*")
        other.mode = .off
        var input = scenario.input
        input.spec.scaling.containers += [slip, other]
        let decision = ScalingDecision.decide(input)
        #expect(decision.shouldApply)
        let words =
            "spec.scaling.containers names ap, and the target has only app: correct the name, or take these settings out"
        #expect(decision.unknownContainers == words && decision.account.hasSuffix("; \(words)"))
        scenario.cpu = nil
        scenario.memory = nil
        input.prediction = scenario.input.prediction
        let silent = ScalingDecision.decide(input)
        #expect(silent.reason == .noForecast && silent.unknownContainers == words)
    }

    @Test func `a resource that somebody else decides about is left out, and what is left must be off by itself`() {
        var scenario = Scenario()
        let wanted = scenario.decision.wanted
        scenario.leftToOthers = ["app": [.cpu], "other": [.memory]]
        let rest = scenario.decision
        #expect(rest.shouldApply && rest.changes.map(\.resource) == [.memory, .memory])
        #expect(rest.wanted.requests == ResourceList(memory: wanted.requests?.memory))
        #expect(rest.wanted.limits?.cpu == nil && rest.wanted.limits?.memory != nil)
        #expect(rest.recommendation?.containers.first?.target == wanted)

        scenario.lastApplied = scenario.now
        #expect(scenario.decision.reason == .coolingDown)
        #expect(scenario.decision.message.hasPrefix("2 of the target's numbers would change"), "CPU's do not")

        scenario.current.requests?.memory = wanted.requests?.memory
        scenario.current.limits?.memory = wanted.limits?.memory
        #expect(scenario.decision.reason == .upToDate)
    }

    @Test func `a series that failed is named`() {
        var input = Scenario().input
        input.prediction = WorkloadPrediction(problems: [.init(series: "app/cpu", message: "too short")])
        #expect(ScalingDecision.decide(input).message == "no container can be sized: app/cpu: too short")
    }
}
