import ForecastEngine
import Foundation
import ModelRegistry
import TestServers
import Testing

/// The whole trainer on an S3 server that checks every signature, behind a certificate that no authority has signed.
@Suite(.serialized, .enabled(if: MotoServer.isInstalled, "moto is not installed"))
struct TrainS3Tests {
    private func source(_ server: MotoServer, key: String = "fleet.csv") -> TrainingRun.Source {
        var s3 = TrainingRun.S3(bucket: "history", key: key, endpoint: server.endpoint, pathStyle: true)
        s3.accessKeyIDFile = "../secrets/s3-access-key-id"
        s3.secretAccessKeyFile = "../secrets/s3-secret-access-key"
        s3.sessionTokenFile = "../secrets/s3-session-token"
        s3.caFile = "../secrets/s3-ca.pem"
        var source = TrainingRun.Source(columns: ["unique_id": "shop", "y": "sales"])
        source.s3 = s3
        return source
    }

    private func train(
        _ source: TrainingRun.Source, _ secrets: [String], _ server: MotoServer
    ) async throws -> TrainerFolder.Outcome {
        let names = ["s3-access-key-id", "s3-secret-access-key", "s3-session-token"]
        var files = Dictionary(uniqueKeysWithValues: zip(names, secrets))
        files["s3-ca.pem"] = try String(contentsOf: try #require(server.certificate), encoding: .utf8)
        return try await TrainerFolder.train(
            source, secrets: files,
            asOf: TrainFixtures.start + 21 * 86_400)
    }

    @Test func `a fleet is trained from an object, with lasting and with lent credentials`() async throws {
        var table = "shop,ds,sales\n"
        for shop in ["north", "south"] {
            let series = TrainFixtures.series(shop)
            for (time, value) in zip(series.times, series.values) { table += "\(shop),\(time),\(value)\n" }
        }
        try await MotoServer.with(objects: ["fleet.csv": table], speaksTLS: true) { server in
            for secrets in [[server.accessKeyID, server.secretAccessKey], server.temporary] {
                let trained = try await train(source(server), secrets, server)
                #expect(trained.status == 0 && trained.series == ["north", "south"], "\(trained.output)")
            }
            let wrong = try await train(source(server), [server.accessKeyID, "wr0ng-secret"], server)
            #expect(wrong.status == 65 && wrong.report.reason == "AccessDenied", "\(wrong.output)")
            #expect(!wrong.output.contains("wr0ng-secret"))
            let nowhere = try await train(
                source(server, key: "nowhere.csv"), [server.accessKeyID, server.secretAccessKey], server)
            #expect(nowhere.status == 65 && nowhere.report.reason == "NotFound")
            #expect(nowhere.report.message.contains("s3://history/nowhere.csv"))

            // Without the authority nobody is believed, and the field that helps is named.
            var strange = source(server)
            strange.s3?.caFile = nil
            let distrusted = try await train(strange, [server.accessKeyID, server.secretAccessKey], server)
            #expect(distrusted.report.reason == "RequestFailed" && distrusted.report.message.contains("tls.ca"))
            strange.s3?.caFile = "../secrets/s3-access-key-id"
            let none = try await train(strange, [server.accessKeyID, server.secretAccessKey], server)
            #expect(none.status == 65 && none.report.reason == "InvalidCredential")
            #expect(none.report.message.contains("spec.source.csv.s3.tls.ca"))
        }
    }
}
