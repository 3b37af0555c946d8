import Autoscaler
import Foundation
import KubernetesClient
import ModelRegistry
import Testing

@testable import Operator

@Suite(.serialized)
struct ApprovalLoopTests {
    private let manual: JSONObject = ["targetRef": .null, "scaling": [:], "promotion": ["approval": "Manual"]]

    @Test func `a better version waits for a person, is promoted once, and survives the loss of status`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: manual)
            try await harness.trainFirst()
            try await harness.challenge("better")
            try await harness.train("better", smape: 8, champion: 11)
            let run = try await harness.run("better") { $0.status?.phase == .succeeded }
            #expect(run.status?.promoted == false && run.status?.version == 2)
            let waiting = try await harness.model { $0.status?.candidate?.version == 2 }
            #expect(waiting.status?.production?.version == 1, "nothing serves that nobody approved")
            let condition = try #require(waiting.status?.conditions?["AwaitingApproval"])
            #expect(condition.status == .true && condition.message.contains(#""approvedVersion":2"#))

            _ = try await harness.client.patch(
                ForecastModel.self, "shop", namespace: "demo", .json([["op": "remove", "path": "/status"]]),
                subresource: "status")
            try await harness.patchModel(["metadata": ["annotations": ["wake": "up"]]])
            _ = try await harness.model { $0.status?.candidate?.version == 2 }

            try await harness.patchModel(["spec": ["promotion": ["approvedVersion": 2]]])
            let approved = try await harness.model { $0.status?.production?.version == 2 }
            #expect(approved.status?.candidate == nil && approved.status?.conditions?["AwaitingApproval"] == nil)

            // The number stays in Git; going back must not be undone by it.
            try await harness.patchModel(["spec": ["promotion": ["pinnedVersion": 1]]])
            _ = try await harness.model { $0.status?.production?.version == 1 }
            try await harness.patchModel(["spec": ["promotion": ["pinnedVersion": .null]]])
            let after = try await harness.model {
                $0.spec.promotion.pinnedVersion == nil
                    && $0.status?.observedGeneration == $0.metadata.generation.map(Int.init)
            }
            #expect(after.status?.production?.version == 1)
        }
    }

    @Test func `a candidate that is turned down never serves, and its number is not given again`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: manual)
            try await harness.trainFirst()
            try await harness.challenge("second")
            try await harness.train("second", smape: 8, champion: 11)
            _ = try await harness.model { $0.status?.candidate?.version == 2 }
            try await harness.patchModel(["spec": ["promotion": ["rejectedVersion": 2]]])
            _ = try await harness.model { $0.status?.candidate == nil && $0.status?.production?.version == 1 }
            try await harness.challenge("third")
            try await harness.train("third", smape: 7, champion: 11)
            let third = try await harness.model { $0.status?.candidate != nil }
            #expect(third.status?.candidate?.version == 3)
            #expect(third.status?.production?.version == 1)
        }
    }

    @Test func `a version whose forecasts stay worse is taken back and does not come back by itself`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: [
                "targetRef": .null, "scaling": [:], "promotion": ["automaticRollback": ["afterRuns": 2]],
            ])
            try await harness.trainFirst()
            try await harness.challenge("better")
            try await harness.train("better", smape: 8, champion: 11)
            _ = try await harness.model { $0.status?.production?.version == 2 }

            try await harness.challenge("day1")
            #expect(try await harness.document(of: "day1").previous?.version == 1)
            try await harness.train("day1", smape: 14, champion: 9, winner: .champion, live: (30, 12))
            let once = try await harness.model { $0.status?.production?.live?.worseRuns == 1 }
            #expect(once.status?.production?.version == 2 && once.status?.production?.live?.smape == 30)
            // What people see of it.
            _ = try await harness.run("day1") { $0.status?.phase == .succeeded }
            var row = try await harness.printed("forecastmodels", "shop")
            #expect(row.removeValue(forKey: "Age")?.isEmpty == false)
            #expect(
                row == [
                    "Name": "shop", "Target": "", "Mode": "Recommend", "Version": "2", "SMAPE": "9.0", "Ready": "True",
                    "Reason": "Accepted", "Scaled": "", "Horizon": "Day", "Algorithm": "SeasonalNaive", "Live": "30.0",
                    "Models": "", "Message": "",
                ])
            var job = try await harness.printed("trainingjobs", "day1")
            #expect(job.removeValue(forKey: "Age")?.isEmpty == false)
            #expect(job.removeValue(forKey: "Reason")?.isEmpty == false)
            #expect(
                job == [
                    "Name": "day1", "Model": "shop", "Phase": "Succeeded", "Algorithm": "SeasonalNaive",
                    "SMAPE": "14.0",
                    "Champion": "9.0", "Promoted": "false", "Version": "2",
                ])

            try await harness.challenge("day2")
            try await harness.train("day2", smape: 14, champion: 9, winner: .champion, live: (31, 12))
            let back = try await harness.model { $0.status?.production?.version == 1 }
            let condition = try await harness.model { $0.status?.conditions?.isTrue("RolledBack") ?? false }
            #expect(condition.status?.conditions?["RolledBack"]?.message.contains("version 2 is taken back") == true)
            #expect(back.status?.production?.version == 1)

            // The same settings win on the holdout again: a person has to say so this time.
            try await harness.challenge("again")
            try await harness.train("again", smape: 8, champion: 11)
            let again = try await harness.model { $0.status?.candidate?.version == 3 }
            #expect(again.status?.production?.version == 1)
            #expect(again.status?.conditions?["AwaitingApproval"]?.message.contains("version 2") == true)
        }
    }

    @Test func `one bad day takes nothing back`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: [
                "targetRef": .null, "scaling": [:], "promotion": ["automaticRollback": ["afterRuns": 2]],
            ])
            try await harness.trainFirst()
            try await harness.challenge("better")
            try await harness.train("better", smape: 8, champion: 11)
            for (name, live) in [("bad", (30.0, 12.0)), ("good", (11.0, 12.0)), ("bad2", (30.0, 12.0))] {
                try await harness.challenge(name)
                try await harness.train(name, smape: 14, champion: 9, winner: .champion, live: live)
                _ = try await harness.run(name) { $0.status?.phase == .succeeded }
            }
            let model = try await harness.model { $0.status?.production?.revision == 3 }
            #expect(model.status?.production?.version == 2 && model.status?.production?.live?.worseRuns == 1)
        }
    }
}
