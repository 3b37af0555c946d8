import ForecastEngine
import Foundation
import KubernetesClient
import ModelRegistry
import ObjectStore
import PostgreSQL
import TestServers
import Testing

@testable import presage

/// `presage write-forecasts` against files, a real PostgreSQL and an S3 server that checks signatures.
@Suite(.serialized)
struct ForecastOutputTests {
    private static func models(_ ids: [String] = ["a,b", "c\"d\\e"]) throws -> [TrainedModel] {
        try ids.map { try TrainedModel.fit(TrainFixtures.series($0), recipe: Recipe(.seasonalNaive), horizon: 24) }
    }

    private func labels(version: Int = 1, revision: Int = 0, sequence: Int = 1, uid: String = "u") -> ForecastLabels {
        ForecastLabels(
            namespace: "shop", model: "web", modelUID: uid, version: version, revision: revision, sequence: sequence)
    }

    private func rows(_ ids: [String] = ["a,b", "c\"d\\e"], hours: Int = 24) throws -> ForecastRows {
        ForecastRows(models: try Self.models(ids), horizonSeconds: hours * 3600)
    }

    @Test func `rows reach to the horizon and no further, in batches of any size`() throws {
        let rows = try rows()
        var ids: [String] = []
        var times: [Int] = []
        let summary = try rows.forEachBatch(of: 7) {
            ids += $0.ids
            times += $0.times
        }
        #expect(summary == .init(rows: 48, series: 2, failed: 0, firstFailure: nil))
        #expect(ids == Array(repeating: "a,b", count: 24) + Array(repeating: "c\"d\\e", count: 24))
        let end = try #require(rows.models.first?.end)
        #expect(times.prefix(24) == (1...24).map { end + $0 * 3600 }[...])
        // A horizon below one step still has its one row.
        #expect(try ForecastRows(models: rows.models, horizonSeconds: 60).forEachBatch { _ in }.rows == 2)
    }

    @Test func `a file is replaced as a whole, and a folder that cannot be written is named`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "presage-out-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "f.csv").path
        // A pod that was killed has left one of these, one is at work on another, and the third is of another table.
        for (name, age) in [
            (".f.csv.0A1B2C3D.partial", 7200.0), (".f.csv.11111111.partial", 60), (".g.csv.0A.partial", 7200),
        ] {
            let left = folder.appending(path: name).path
            try Data("unique_id".utf8).write(to: URL(fileURLWithPath: left))
            try FileManager.default.setAttributes([.modificationDate: Date() - age], ofItemAtPath: left)
        }
        for revision in 0...1 {
            _ = try await CSVForecasts(target: .file(file)).write(try rows(), of: labels(revision: revision))
        }
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 49)
        #expect(lines[0] == "unique_id,ds,yhat,yhat_lower,yhat_upper,model,version,revision")
        #expect(lines[1].hasPrefix("\"a,b\",2026-01-26") && lines[1].hasSuffix(",shop/web,1,1"))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
                ".f.csv.11111111.partial", ".f.csv.written", ".g.csv.0A.partial", "f.csv",
            ])
        let error = await #expect(throws: TrainingFailure.self) {
            try await CSVForecasts(target: .file("/nowhere/at/all.csv")).write(try rows(), of: labels())
        }
        #expect(error?.reason == "NotWritable" && error?.message.contains("training.volumeMounts") == true)
    }

    @Test(.enabled(if: PostgresServer.isInstalled, "scripts/install-test-servers installs PostgreSQL"))
    func `a table has one row a series and time, the newest decision's, whoever writes last`() async throws {
        try await PostgresServer.with { server in
            func write(_ rows: ForecastRows, _ labels: ForecastLabels, table: String = "forecast_results") async throws
                -> String
            {
                try await PostgreSQLForecasts(
                    settings: .init(
                        host: "127.0.0.1", port: server.port, database: server.database, user: server.user,
                        password: server.password), table: table
                ).write(rows, of: labels)
            }
            let rows = try rows()
            let said = try await write(rows, labels())
            #expect(said.hasPrefix("48 rows of 2 series are in forecast_results of 127.0.0.1:"))
            #expect(try server.sql("SELECT count(*) FROM forecast_results") == "48")
            let ids = try server.sql("SELECT DISTINCT unique_id FROM forecast_results ORDER BY 1")
            #expect(Set(ids.split(separator: "\n").map(String.init)) == ["a,b", "c\"d\\e"])
            // The numbers are the model's own, to the last digit.
            let forecast = try rows.models[0].forecast(steps: 24)
            let stored = try server.sql(
                "SELECT extract(epoch FROM ds)::bigint, yhat, yhat_lower, yhat_upper FROM forecast_results "
                    + "WHERE unique_id = 'a,b' ORDER BY ds")
            let expected = forecast.times.indices.map {
                [Double(forecast.times[$0]), forecast.yhat[$0], forecast.lower[$0], forecast.upper[$0]]
            }
            #expect(
                stored.split(separator: "\n").map { $0.split(separator: "|").compactMap { Double($0) } } == expected)

            // The same again changes nothing; a newer decision replaces, an older one that is late does not.
            _ = try await write(rows, labels())
            _ = try await write(rows, labels(version: 2, sequence: 5))
            let late = try await write(rows, labels(version: 1, revision: 3, sequence: 4))
            #expect(late.contains("newer version"))
            #expect(try server.sql("SELECT count(*), min(version), max(version) FROM forecast_results") == "48|2|2")
            // A rollback is a newer decision for an older version.
            _ = try await write(rows, labels(version: 1, sequence: 6))
            #expect(try server.sql("SELECT DISTINCT version FROM forecast_results") == "1")
            // A model that was deleted and made again begins at 1.
            _ = try await write(rows, labels(sequence: 1, uid: "other"))
            #expect(try server.sql("SELECT DISTINCT model_uid, sequence FROM forecast_results") == "other|1")

            // Many at once, into a table in a schema that nobody has made yet.
            try server.sql("CREATE SCHEMA \"Odd one\"")
            for round in 0..<5 {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for model in 0..<6 {
                        let of = ForecastLabels(
                            namespace: "shop", model: "m\(model)", modelUID: "u", version: 1, revision: 0, sequence: 1)
                        group.addTask {
                            _ = try await PostgreSQLForecasts(
                                settings: .init(
                                    host: "127.0.0.1", port: server.port, database: server.database, user: server.user,
                                    password: server.password), table: "Odd one.forecasts\(round)"
                            ).write(rows, of: of)
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(try server.sql("SELECT count(*) FROM \"Odd one\".forecasts\(round)") == "288")
            }
        }
    }

    @Test(.enabled(if: PostgresServer.isInstalled, "scripts/install-test-servers installs PostgreSQL"))
    func `a role that may only write rows writes them; one that may not, and a wrong password, are told`() async throws
    {
        try await PostgresServer.with { server in
            let rows = try rows()
            func write(_ user: String, _ password: String) async throws -> String {
                try await PostgreSQLForecasts(
                    settings: .init(
                        host: "127.0.0.1", port: server.port, database: server.database, user: user, password: password),
                    table: "forecast_results"
                ).write(rows, of: labels())
            }
            _ = try await write(server.user, server.password)
            try server.sql("CREATE ROLE writer LOGIN PASSWORD 'w'")
            try server.sql("CREATE ROLE reader LOGIN PASSWORD 'r'")
            try server.sql("GRANT SELECT, INSERT, UPDATE ON forecast_results TO writer")
            try server.sql("GRANT SELECT ON forecast_results TO reader")
            _ = try await write("writer", "w")
            for (user, password, reason) in [
                ("reader", "r", "PermissionDenied"), (server.user, "wrong-secret", "LoginRefused"),
            ] {
                do {
                    _ = try await write(user, password)
                    Issue.record("\(user) must not get in")
                } catch {
                    let failure = WriteForecastsCommand.failure(error)
                    #expect(failure.reason == reason)
                    #expect(failure.exitStatus == .data && !failure.message.contains("wrong-secret"))
                }
            }
            #expect(try server.sql("SELECT count(*) FROM forecast_results") == "48")
        }
    }

    @Test(.enabled(if: MotoServer.isInstalled, "scripts/install-test-servers installs moto"))
    func `the command writes an object with the Secret's key, and says what is wrong with another`() async throws {
        try await MotoServer.with(objects: [:]) { server in
            let folder = FileManager.default.temporaryDirectory.appending(path: "presage-run-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            for name in ["run", "secrets"] {
                try FileManager.default.createDirectory(
                    at: folder.appending(path: name), withIntermediateDirectories: true)
            }
            let time = Date(timeIntervalSince1970: 1_800_000_000)
            let reference = TrainingRun.Reference(namespace: "shop", name: "web", uid: "u")
            let manifest = VersionManifest(
                model: reference, trainingJob: reference, algorithm: "SeasonalNaive",
                challengerAlgorithm: "SeasonalNaive",
                engineVersion: "test", trainedAt: time, historyStart: time, historyEnd: time, cut: time,
                historyDigest: "", series: 2, failedSeries: [], scores: .init(), championVersion: nil,
                winner: .challenger, reason: "", stages: [], chunks: [], artifactDigest: "")
            let version = folder.appending(path: "version").path
            _ = try await DirectoryRegistry(path: version).publish(
                NewVersion(
                    manifest: manifest, artifact: try ModelArtifact(models: try Self.models()).encode(),
                    naming: .init(name: "web-1")))
            var run = ForecastWriteRun(
                model: reference, version: 3, revision: 1, sequence: 9, directory: "../version", horizonSeconds: 86_400)
            run.s3 = .init(
                bucket: "history", key: "out/web.csv", region: "us-east-1", endpoint: server.endpoint, pathStyle: true)
            run.s3?.accessKeyIDFile = "../secrets/id"
            run.s3?.secretAccessKeyFile = "../secrets/key"
            run.s3?.sessionTokenFile = "../secrets/none"
            let document = folder.appending(path: "run/output.json")
            try Data(try JSONValue(encoding: run).serialized()).write(to: document)
            try Data("\(server.accessKeyID)\n".utf8).write(to: folder.appending(path: "secrets/id"))
            let log = folder.appending(path: "log")

            func command(secret: String) async throws -> (PresageProcess, TrainingReport) {
                try Data(secret.utf8).write(to: folder.appending(path: "secrets/key"))
                let process = try await PresageProcess.run(
                    ["write-forecasts", "--run", document.path, "--termination-log", log.path])
                return (process, try JSONValue(parsing: try Data(contentsOf: log)).decode(TrainingReport.self))
            }
            let (process, report) = try await command(secret: server.secretAccessKey)
            #expect(process.status == 0, "\(process.error)")
            #expect(report.succeeded && report.message == "48 rows of 2 series are in s3://history/out/web.csv")
            let bucket = S3Bucket(
                name: "history", endpoint: server.endpoint, pathStyle: true,
                credentials: S3Credentials(
                    accessKeyID: server.accessKeyID, secretAccessKey: server.secretAccessKey))
            let text = String(
                decoding: try await S3Client(bucket: bucket).read("out/web.csv", upTo: 1 << 20), as: UTF8.self)
            #expect(text.split(separator: "\n").count == 49 && text.hasSuffix(",shop/web,3,1\n"))

            let (refused, why) = try await command(secret: "not-the-key")
            #expect(refused.status == 65 && why.reason == "SignatureMismatch")
            #expect(!refused.error.contains("not-the-key") && !why.message.contains("not-the-key"))

            // A chunk that is not what the manifest says is never forecast from.
            try Data([1, 2, 3]).write(to: URL(fileURLWithPath: version).appending(path: "web-1-0"))
            let (damaged, word) = try await command(secret: server.secretAccessKey)
            #expect(damaged.status == 65 && word.reason == "DigestMismatch")
        }
    }

    @Test(arguments: [
        (#"{}"#, "no ForecastWriteRun"),
        (
            #"{"apiVersion":"presage.dev/v9","model":{"namespace":"a","name":"b","uid":"c"},"version":1,"revision":0,"sequence":1,"directory":"d","horizonSeconds":1,"path":"f"}"#,
            "presage.dev/v9"
        ),
        (
            #"{"apiVersion":"presage.dev/v1alpha1","model":{"namespace":"a","name":"b","uid":"c"},"version":1,"revision":0,"sequence":1,"directory":"d","horizonSeconds":1}"#,
            "exactly one"
        ),
        (
            #"{"apiVersion":"presage.dev/v1alpha1","model":{"namespace":"a","name":"b","uid":"c"},"version":1,"revision":0,"sequence":1,"directory":"d","horizonSeconds":0,"path":"f"}"#,
            "horizonSeconds"
        ),
    ])
    func `a wrong document is refused with the field`(text: String, part: String) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "presage-doc-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(text.utf8).write(to: file)
        let error = #expect(throws: TrainingFailure.self) { try ForecastWriteDocument.read(file.path) }
        #expect(error?.exitStatus == .usage && error?.message.contains(part) == true)
    }
}
