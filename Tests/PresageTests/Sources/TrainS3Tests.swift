import ForecastEngine
import ModelRegistry
import TestServers
import Testing

/// The whole trainer on an S3 server that checks every signature.
@Suite(.serialized, .enabled(if: MotoServer.isInstalled, "moto is not installed"))
struct TrainS3Tests {
    private func source(_ server: MotoServer, key: String = "fleet.csv") -> TrainingRun.Source {
        var s3 = TrainingRun.S3(bucket: "history", key: key, endpoint: server.endpoint, pathStyle: true)
        s3.accessKeyIDFile = "../secrets/s3-access-key-id"
        s3.secretAccessKeyFile = "../secrets/s3-secret-access-key"
        s3.sessionTokenFile = "../secrets/s3-session-token"
        var source = TrainingRun.Source(columns: ["unique_id": "shop", "y": "sales"])
        source.s3 = s3
        return source
    }

    private func train(_ source: TrainingRun.Source, _ secrets: [String]) async throws -> TrainerFolder.Outcome {
        let names = ["s3-access-key-id", "s3-secret-access-key", "s3-session-token"]
        return try await TrainerFolder.train(
            source, secrets: Dictionary(uniqueKeysWithValues: zip(names, secrets)),
            asOf: TrainFixtures.start + 21 * 86_400)
    }

    @Test func `a fleet is trained from an object, with lasting and with lent credentials`() async throws {
        var table = "shop,ds,sales\n"
        for shop in ["north", "south"] {
            let series = TrainFixtures.series(shop)
            for (time, value) in zip(series.times, series.values) { table += "\(shop),\(time),\(value)\n" }
        }
        try await MotoServer.with(objects: ["fleet.csv": table]) { server in
            for secrets in [[server.accessKeyID, server.secretAccessKey], server.temporary] {
                let trained = try await train(source(server), secrets)
                #expect(trained.status == 0 && trained.series == ["north", "south"], "\(trained.output)")
            }
            let wrong = try await train(source(server), [server.accessKeyID, "wr0ng-secret"])
            #expect(wrong.status == 65 && wrong.report.reason == "AccessDenied", "\(wrong.output)")
            #expect(!wrong.output.contains("wr0ng-secret"))
            let nowhere = try await train(
                source(server, key: "nowhere.csv"), [server.accessKeyID, server.secretAccessKey])
            #expect(nowhere.status == 65 && nowhere.report.reason == "NotFound")
            #expect(nowhere.report.message.contains("s3://history/nowhere.csv"))
        }
    }
}
