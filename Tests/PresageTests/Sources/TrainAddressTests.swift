import ModelRegistry
import TestServers
import Testing

/// The whole trainer on a table behind an address that wants a token.
@Suite(.serialized, .enabled(if: MetricsProxy.isInstalled, "python3 is not installed"))
struct TrainAddressTests {
    @Test func `a table at an address is read with a token out of a Secret, which no error repeats`() async throws {
        try await MetricsProxy.with(nil) { server in
            var source = TrainingRun.Source(url: "\(server.url)/table/sales.csv")
            func train(_ token: String) async throws -> TrainerFolder.Outcome {
                try await TrainerFolder.train(
                    source, secrets: ["csv-token": token], asOf: TrainFixtures.start + 10 * 86_400)
            }
            let refused = try await train("unused")
            #expect(refused.status == 65 && refused.report.reason == "AccessDenied", "\(refused.output)")
            #expect(refused.report.message.contains("spec.source.csv.auth"))
            source.access = TrainingRun.HTTPAccess()
            source.access?.tokenFile = "../secrets/csv-token"
            let wrong = try await train("wr0ng-t0ken")
            #expect(wrong.report.reason == "AccessDenied" && !wrong.output.contains("wr0ng-t0ken"))
            let trained = try await train(MetricsProxy.token)
            #expect(trained.status == 0 && trained.series == ["a"], "\(trained.output)")
            // Progress is a line a stage, as docs/trainer-contract.md has it.
            let stages = trained.output.split(separator: "\n").compactMap { $0.firstMatch(of: #/^([a-z]+): /#)?.1 }
            #expect(stages.prefix(4) == ["validated", "prepared", "trained", "evaluated"], "\(trained.output)")
        }
    }
}
