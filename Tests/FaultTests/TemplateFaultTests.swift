import Foundation
import HTTPTransport
import KubernetesClient
import Playground
import Testing

/// Every kind of fault, while a template makes, changes and deletes its models.
@Suite(.serialized, .patience(minutes: 3))
struct TemplateFaultTests {
    @Test(arguments: RequestFaultTests.chosen)
    func `a template ends as without the fault`(kind: RequestFaultTests.Kind) async throws {
        try await FaultBench.with(TemplateStory.beginning) { bench in
            bench.injectRandomly("template: \(kind.name)", share: kind.share, limit: kind.limit, kind.choose)
            bench.startOperator()
            try await bench.playTemplate()
            try await bench.verify("template: \(kind.name)", violations: TemplateStory.violations)
        }
    }

    /// The kinds that meet writes.
    private static let ofWrites = RequestFaultTests.chosen.filter {
        ["write done, answer lost", "409 storm", "500", "503", "a storm of all of these"].contains($0.name)
    }

    /// Only what makes, changes and deletes models fails, so that many of these writes do in a row.
    @Test(arguments: ofWrites)
    func `every other write to a template's models fails`(kind: RequestFaultTests.Kind) async throws {
        let name = "template's writes alone: \(kind.name)"
        try await FaultBench.with(TemplateStory.beginning) { bench in
            bench.injectRandomly(name, share: 0.5, limit: 40) { request, generator in
                guard request.isMutating, request.path.contains("/forecastmodels/\(TemplateStory.name)") else {
                    return nil
                }
                return kind.choose(request, &generator)
            }
            bench.startOperator()
            try await bench.playTemplate()
            try await bench.verify(name, violations: TemplateStory.violations)
        }
    }

    @Test(arguments: [false, true])
    func `the operator is killed at every step of a template`(beforeTheWrite: Bool) async throws {
        try await FaultBench.with(TemplateStory.beginning) { bench in
            _ = try bench.killAtEachWrite(before: beforeTheWrite)
            try await bench.playTemplate()
            try await bench.verify(
                "template: kill -9 \(beforeTheWrite ? "before" : "after") each kind of write", atLeast: 30,
                violations: TemplateStory.violations)
        }
    }

    @Test func `the API server is killed under a template, and its history compacted`() async throws {
        let name = "template: API server restarted, history compacted"
        try await FaultBench.with(TemplateStory.beginning) { bench in
            bench.startOperator()
            bench.killServer(name, forgetsHistory: true)
            try await bench.playTemplate(between: { bench.killServer(name, forgetsHistory: true) })
            try await bench.verify(name, violations: TemplateStory.violations)
        }
    }

    @Test(arguments: ServerFaultTests.WatchFault.allCases)
    func `open watches break under a template`(fault: ServerFaultTests.WatchFault) async throws {
        let name = "template: \(fault.rawValue)"
        try await FaultBench.with(TemplateStory.beginning) { bench in
            bench.breakWatches(name, fault.happen)
            bench.startOperator()
            try await bench.playTemplate(between: {
                try await bench.wait("a broken watch") { bench.injected.value > 0 ? () : nil }
            })
            try await bench.verify(name, violations: TemplateStory.violations)
        }
    }

    /// The leader's making of a model is held on its way until the other operator has made it and taken it back, and
    /// arrives then.
    @Test func `a stalled leader's late making of a model does no harm`() async throws {
        try await FaultBench.with(TemplateStory.beginning) { bench in
            let leader = StalledLeader()
            bench.server.setGate(
                leader.gate { $0.method == "PATCH" && $0.path.hasSuffix("/forecastmodels/team-api") })
            bench.startOperator("one", electsLeader: true)
            bench.startOperator("two", electsLeader: true)
            try await bench.playTemplate(last: {
                leader.arrive()
                bench.injected.change { $0 += 1 }
                try await bench.wait("the late model") {
                    let made = bench.commits.byName("forecastmodels")["team-api"] ?? []
                    return made.count { $0.change == .added } == 2 ? () : nil
                }
                leader.heal()
                try await bench.wait("its end") {
                    let made = bench.commits.byName("forecastmodels")["team-api"] ?? []
                    return made.count { $0.change == .deleted } == 2 ? () : nil
                }
            })
            // Its training may have begun; nothing was sized by it.
            try await bench.verify("late write of a stalled leader: a template's model", violations: { $0.sizes() })
        }
    }
}
