import ArgumentParser
import Autoscaler
import DataSources
import ForecastEngine
import Foundation
import KubernetesClient
import ModelRegistry
import Testing

@testable import presage

@Suite struct TrainInputTests {
    private func failure(_ trainer: Trainer, _ history: History) async -> (TrainingFailure?, [VersionManifest.Stage]) {
        var trainer = trainer
        do {
            _ = try await trainer.train(history)
            return (nil, trainer.stages)
        } catch {
            return (error, trainer.stages)
        }
    }

    @Test func `rows from the future are left out unless the history is a recording`() throws {
        var run = TrainFixtures.run(recorded: false)
        run.asOf = Date(timeIntervalSince1970: Double(TrainFixtures.start + 10 * 86_400))
        let history = TrainFixtures.history([TrainFixtures.series("a")])
        var trainer = TrainFixtures.trainer(run)
        let validated = try trainer.validate(history)
        #expect(validated.series[0].times.last == TrainFixtures.start + 10 * 86_400)
        #expect(validated.message.contains("future"))
        run.source.recorded = true
        var recording = TrainFixtures.trainer(run)
        let all = try recording.validate(history)
        #expect(all.series[0].count == 21 * 24)
    }

    @Test func `shards are a partition that is the same everywhere`() {
        let series = (0..<200).map { TimeSeries(id: "store_\($0)", times: [0], values: [1]) }
        let slices = (0..<7).map { SeriesSlice(index: $0, count: 7).select(series).map(\.id) }
        #expect(slices.flatMap { $0 }.sorted() == series.map(\.id).sorted())
        #expect(slices.allSatisfy { $0.count > 10 })
        // FNV-1a of "store_1" is fixed for ever: trainers in other languages slice alike.
        #expect(SeriesSlice.index(of: "", count: 1000) == Int(0xCBF2_9CE4_8422_2325 % UInt64(1000)))
    }

    @Test func `a history without values, too short, or shorter than its holdout is refused by stage`() async {
        let empty = TimeSeries(id: "a", times: [0, 60], values: [.nan, .nan])
        let (noData, first) = await failure(TrainFixtures.trainer(TrainFixtures.run()), TrainFixtures.history([empty]))
        #expect(noData?.reason == "NoData")
        #expect(first.map(\.name) == ["Validated"])
        #expect(first.last?.succeeded == false)

        let one = TimeSeries(id: "a", times: [0], values: [1])
        let (short, second) = await failure(TrainFixtures.trainer(TrainFixtures.run()), TrainFixtures.history([one]))
        #expect(short?.reason == "TooShort")
        #expect(second.map(\.name) == ["Validated", "Prepared"])

        let run = TrainFixtures.run(holdoutSeconds: 30 * 86_400)
        let (long, _) = await failure(
            TrainFixtures.trainer(run), TrainFixtures.history([TrainFixtures.series("a")]))
        #expect(long?.message.contains("holdout of 30d") == true)
    }

    @Test func `all series that fail are counted, and a hundred are listed`() async throws {
        let failing = (0..<130).map { TimeSeries(id: "bad\($0)", times: [0, 60], values: [.nan, .nan]) }
        var trainer = TrainFixtures.trainer(TrainFixtures.run())
        let made = try await trainer.train(TrainFixtures.history([TrainFixtures.series("a")] + failing))
        #expect(made.manifest.failedSeries.count == 100)
        #expect(made.manifest.failures == 130 && made.manifest.series == 1)
        let read = try VersionManifest(json: try made.manifest.json(), name: "m")
        #expect(read.failedSeriesCount == 130)
    }

    @Test func `a constant series is trained and reported`() async throws {
        let flat = TimeSeries(
            id: "flat", times: (0..<500).map { $0 * 3600 }, values: Array(repeating: 2, count: 500))
        var trainer = TrainFixtures.trainer(TrainFixtures.run(.auto))
        let result = try await trainer.train(TrainFixtures.history([flat]))
        #expect(result.manifest.scores.challenger == 0)
        #expect(trainer.stages[0].message.contains("constant"))
    }

    @Test func `the total over pods becomes one pod's need`() {
        let cpu = TimeSeries(
            id: "web/cpu", times: [0, 60], values: [6, 8],
            columns: [History.podsColumn: [3, 2], History.shareColumn: [1.5, .nan]])
        let history = History(series: [cpu], meaning: .allPods, report: DataReport())
        #expect(history.perPod[0].values == [3, 4])
    }

    @Test func `the total over pods is forecast, and the held-out shares of the busiest pod go along`() async throws {
        var cpu = TrainFixtures.series("web/cpu")
        let rows = cpu.count
        cpu.columns[History.podsColumn] = [Double](repeating: 2, count: rows - 24) + [Double](repeating: 4, count: 24)
        // Before the last day the busiest pod was three times the mean; in it the ratio climbs from 1 to 1.23.
        let climb = (0..<24).map { 1 + 0.01 * Double($0) }
        cpu.columns[History.shareColumn] = [Double](repeating: 3, count: rows - 24) + climb
        let history = History(series: [cpu], meaning: .allPods, report: DataReport(rows: rows))
        var trainer = TrainFixtures.trainer(TrainFixtures.run())
        let result = try await trainer.train(history)
        let share = try #require(PodShares(metadata: result.artifact.metadata, replicas: nil).containers["web"])
        #expect(share.pods == 4)
        #expect(abs(share.busiestOverMean - 1.21) < 1e-9)
        // The level of the total, not of a pod.
        let forecast = try result.artifact.models[0].forecast(steps: 24)
        #expect(abs(forecast.yhat.reduce(0, +) / 24 - 10) < 1)
    }

    @Test func `a report fits the termination message however long its parts`() throws {
        let long = String(repeating: "é", count: 10_000)
        let stage = VersionManifest.Stage(
            name: "Validated", succeeded: false, reason: "NoData", message: long, time: Date())
        let report = TrainingReport(
            succeeded: false, reason: "NoData", message: long, stages: Array(repeating: stage, count: 4))
        let bytes = report.bounded()
        #expect(bytes.count <= 4096)
        let read = try JSONValue(parsing: bytes).decode(TrainingReport.self)
        #expect(read.reason == "NoData")
        #expect(read.stages.count == 4)
    }

    @Test func `a wrong run document is refused with the field`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("run.json").path
        func refusal(_ change: (inout TrainingRun) -> Void) throws -> String {
            var run = TrainFixtures.run()
            change(&run)
            try Data(JSONValue(encoding: run).serialized()).write(to: URL(fileURLWithPath: path))
            do {
                _ = try RunDocument.read(path, environment: [:])
                return ""
            } catch {
                return error.message
            }
        }
        let fine = try refusal { _ in }
        #expect(fine == "")
        let refusal0 = try refusal { $0.apiVersion = "presage.dev/v9" }
        #expect(refusal0.contains("presage.dev/v9"))
        let refusal1 = try refusal { $0.source.url = "http://x" }
        #expect(refusal1.contains("exactly one of path, url, s3, prometheus and postgresql"))
        let refusal2 = try refusal { $0.horizonSeconds = 0 }
        #expect(refusal2.contains("horizonSeconds"))
        let refusal3 = try refusal { $0.shardCount = 0 }
        #expect(refusal3.contains("shardCount"))
        #expect(throws: TrainingFailure.self) { try RunDocument.read("/nowhere/run.json", environment: [:]) }
    }

    @Test(arguments: [("/nothing/history.csv", true), ("/etc/presage/source/history.csv", false)])
    func `a file that is in no volume of the pod is told of with the fields that mount one`(
        path: String, isOwn: Bool
    ) async throws {
        var run = TrainFixtures.run()
        run.source.path = path
        let failure = await #expect(throws: TrainingFailure.self) { _ = try await RunDocument.history(of: run) }
        let message = try #require(failure?.message)
        #expect(message.hasPrefix("\(path): cannot be read: No such file or directory"), "\(message)")
        #expect(message.contains("spec.source.csv.path is a file of the training pod: mount its volume") == isOwn)
        #expect(failure?.exitStatus == .unavailable)
    }

    @Test func `the command trains from files to files`() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
        let series = TrainFixtures.series("web/cpu", days: 10)
        let rows = zip(series.times, series.values).map { "\($0),web,\($1),\(Int($1 * 1e8))\n" }
        try Data(("timestamp,container,cpu,memory\n" + rows.joined()).utf8).write(
            to: URL(fileURLWithPath: path("history.csv")))
        var run = TrainFixtures.run()
        run.source.path = path("history.csv")
        try Data(JSONValue(encoding: run).serialized()).write(to: URL(fileURLWithPath: path("run.json")))

        let command = try TrainCommand.parse([
            "--run", path("run.json"), "--output", path("out"), "--termination-log", path("log"),
        ])
        try await command.run()

        let registry = DirectoryRegistry(path: path("out"))
        let artifact = try registry.models(of: registry.manifest(), part: 0)
        #expect(artifact.models.map(\.seriesID) == ["web/cpu", "web/memory"])
        let log = try Data(contentsOf: URL(fileURLWithPath: path("log")))
        let report = try JSONValue(parsing: log).decode(TrainingReport.self)
        #expect(report.succeeded)
    }
}
