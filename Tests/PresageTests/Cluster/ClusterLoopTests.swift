import Autoscaler
import Foundation
import KubernetesClient
import Operator
import Testing

/// The scenario of a team that adopts Presage, with everything as in production: the operator is installed from `config/`,
/// runs in its pod under its own service account, and trains in pods of Jobs.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct ClusterLoopTests {
    @Test(arguments: LoopCluster.atHand)
    func `a version is promoted, a worse one refused, a better one promoted, and rolled back`(
        cluster: LoopCluster
    ) async throws {
        try await cluster.run { running in
            let story = try await ClusterStory(running)
            try await story.install()
            try await story.start()

            // The first version: the workload gets what it recommends.
            let first = try await story.serving(version: 1)
            #expect(first.status?.production?.algorithm == "SeasonalNaive")
            let before = try await story.cpuRequest()
            #expect(before != "2", "the Deployment is as it was sized by hand")
            try await story.show("version 1 is promoted and applied")

            // A worse one, on newer history that nobody has seen.
            try await story.bringNewHistory()
            let refused = try await story.challenge("Naive", "worse")
            #expect(refused.status?.promoted == false, "\(refused.status?.promotionReason ?? "")")
            _ = try await story.serving(version: 1)
            try await story.show("Naive is refused, and version 1 goes on serving", run: "worse")

            // A better one.
            let better = try await story.challenge("Auto", "better")
            #expect(better.status?.promoted == true, "\(better.status?.promotionReason ?? "")")
            let version = try #require(better.status?.version)
            // Each stage says how it went and when.
            let start = try #require(better.status?.startTime), end = try #require(better.status?.completionTime)
            var last = start
            for stage in ["Validated", "Prepared", "Trained", "Evaluated"] {
                let condition = try #require(better.status?.conditions?[stage], "\(stage)")
                #expect(condition.status == .true && !condition.reason.isEmpty && !condition.message.isEmpty)
                let time = condition.lastTransitionTime
                #expect(last <= time && time <= end, "\(stage): \(last), \(time), \(end)")
                last = time
            }
            _ = try await story.serving(version: version)
            let after = try await story.cpuRequest()
            try await story.show("Auto is promoted as version \(version)", run: "better")

            // And back, by one field; and forwards again.
            try await story.pin(1)
            _ = try await story.serving(version: 1)
            try await story.show("rolled back to version 1 by spec.promotion.pinnedVersion")
            // A rollback stays when the pin goes; forwards it is the same field.
            try await story.pin(version)
            _ = try await story.serving(version: version)
            #expect(try await story.cpuRequest() == after)
            try await story.pin(nil)

            // A template looks after what has no model yet, and leaves alone what has one.
            let template = try await story.tryTemplate()
            #expect(
                template.status?.template
                    == TemplateStatus(
                        matched: 2, models: 1, ready: 1,
                        skipped: [SkippedTarget(name: "shop", reason: .hasOwnModel, model: "shop")]))

            // A pod of a run may publish that run's artifact and nothing else, by the server's own reading of its Role.
            if running.isReal {
                let refused = try await story.withRunUnderWay("watched") { account, artifact in
                    var wrong: [String] = []
                    for (verb, resource, name, isAllowed) in [
                        ("create", "configmaps", artifact, true), ("patch", "configmaps", artifact, true),
                        ("patch", "configmaps", "\(artifact)-0", true), ("patch", "configmaps", "history", false),
                        ("create", "configmaps", "another", false), ("delete", "configmaps", artifact, false),
                        ("list", "configmaps", "", false), ("get", "secrets", "any", false),
                        ("get", "pods", "any", false), ("patch", "forecastmodels.presage.dev", "shop", false),
                    ] where try await story.may(account, verb, resource, name) != isAllowed {
                        wrong.append("\(verb) \(resource) \(name)")
                    }
                    return wrong
                }
                #expect(refused == [])
            }

            // Rules of definitions (CEL) came with 1.25.
            if running.has(25) {
                let refusal = try await story.tryToChangeARun("better")
                #expect(refusal?.contains("only suspend changes") == true)
            }

            // Nothing was refused for want of rights, and what is deleted leaves nothing behind.
            #expect(try await story.refusals() == [])
            try await story.leave()
        }
    }
}
