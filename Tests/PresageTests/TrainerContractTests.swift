import Foundation
import KubernetesClient
import ModelRegistry
import Testing

/// How a trainer refuses, by docs/trainer-contract.md: ours and the example in Python, each as its pod runs it.
@Suite(.serialized)
struct TrainerContractTests {
    enum Trainer: String, CaseIterable {
        case presage, python

        /// Those that can be run here.
        static let runnable = allCases.filter {
            $0 == .presage || FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")
        }
    }

    /// What `/etc/presage` is in a pod.
    private struct Pod {
        let folder: URL
        var trainer: Trainer
        /// The example's folder.
        var example = PresageProcess.repository.appending(path: "examples/python-trainer")

        /// Runs the trainer on a document; returns its exit status and its report.
        func train(_ document: JSONValue) async throws -> (status: Int32, report: TrainingReport) {
            try await train(document.jsonString())
        }

        func train(_ document: String) async throws -> (status: Int32, report: TrainingReport) {
            let run = folder.appending(path: "run/run.json")
            let log = folder.appending(path: "log")
            try FileManager.default.createDirectory(
                at: run.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(document.utf8).write(to: run)
            try Data().write(to: log)
            let process = try await start(["train", "--run", run.path, "--termination-log", log.path])
            let written = try Data(contentsOf: log)
            #expect(written.count <= 4096)
            return (process.status, try JSONValue(parsing: written).decode(TrainingReport.self))
        }

        func start(_ arguments: [String]) async throws -> PresageProcess {
            guard trainer == .python else { return try await PresageProcess.run(arguments) }
            return try await PresageProcess.run(
                [example.appending(path: "trainer.py").path] + arguments, environment: ["PYTHONDONTWRITEBYTECODE": "1"],
                program: URL(fileURLWithPath: "/usr/bin/python3"))
        }
    }

    private func with(_ trainer: Trainer, _ body: (Pod, JSONValue) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "presage-contract-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var run = TrainFixtures.run(recorded: false)
        run.source.path = "../history.csv"
        try await body(Pod(folder: folder, trainer: trainer), try JSONValue(encoding: run))
    }

    @Test(arguments: Trainer.runnable)
    func `a run that it does not understand is refused before anything is read, and for good`(trainer: Trainer)
        async throws
    {
        try await with(trainer) { pod, good in
            var unknown = good
            unknown["apiVersion"] = "presage.dev/v9"
            let version = try await pod.train(unknown)
            #expect(version.status == 64 && version.report.reason == "InvalidRun")
            #expect(version.report.message.contains("presage.dev/v9") && !version.report.succeeded)

            var incomplete = good
            incomplete["artifact"] = nil
            let lacking = try await pod.train(incomplete)
            #expect(lacking.status == 64 && lacking.report.message.contains("artifact"), "\(lacking.report.message)")
            let nonsense = try await pod.train("{")
            #expect(nonsense.status == 64 && nonsense.report.reason == "InvalidRun")

            var kafka = good
            kafka["source"] = ["kafka": ["topic": "sales"], "recorded": false]
            let source = try await pod.train(kafka)
            #expect(source.status == 64 && source.report.message.contains("path"), "\(source.report.message)")

            #expect(try await pod.start(["train"]).status == 64)
        }
    }

    @Test(arguments: Trainer.runnable)
    func `a history that is away is worth another try, one that says nothing is not`(trainer: Trainer) async throws {
        try await with(trainer) { pod, run in
            let away = try await pod.train(run)
            #expect(away.status == 69, "\(away.report.message)")
            let history = pod.folder.appending(path: "history.csv")
            try Data("unique_id,ds,y\n".utf8).write(to: history)
            let empty = try await pod.train(run)
            #expect(empty.status == 65, "\(empty.report.message)")
            // Rows after `asOf` are none where the source is no recording.
            try Data("unique_id,ds,y\na,2126-01-01,1\na,2126-01-02,2\n".utf8).write(to: history)
            let future = try await pod.train(run)
            #expect(future.status == 65, "\(future.report.message)")
            for ended in [away, empty, future] {
                #expect(ended.report.stages.map(\.name) == ["Validated"] && !ended.report.succeeded)
                #expect(ended.report.stages.first?.succeeded == false)
                #expect(ended.report.stages.first?.reason == ended.report.reason)
            }
            try Data("unique_id,ds,y\na,2025-01-01,1\n".utf8).write(to: history)
            let short = try await pod.train(run)
            #expect(short.status == 65 && short.report.reason == "TooShort", "\(short.report.message)")
            #expect(short.report.stages.map(\.succeeded) == [true, false])
        }
    }

    @Test(arguments: Trainer.runnable)
    func `another trainer's champion is refused, and so is one that cannot be read`(trainer: Trainer) async throws {
        try await with(trainer) { pod, good in
            try Data("unique_id,ds,y\na,2025-01-01,1\n".utf8).write(to: pod.folder.appending(path: "history.csv"))
            var run = good
            run["champion"] = ["version": 7, "directory": "../champion", "manifest": "web-0-artifact"]
            let unreadable = try await pod.train(run)
            #expect(unreadable.status == 70 && unreadable.report.reason == "ChampionUnreadable")
            #expect(unreadable.report.message.contains("version 7"), "\(unreadable.report.message)")

            let reference = TrainingRun.Reference(namespace: "shop", name: "web", uid: "model-uid")
            let time = Date(timeIntervalSince1970: Double(TrainFixtures.start))
            let manifest = VersionManifest(
                model: reference, trainingJob: reference, algorithm: "Magic", challengerAlgorithm: "Magic",
                engineVersion: "presages-rival 1", trainedAt: time, historyStart: time, historyEnd: time, cut: time,
                historyDigest: "x", series: 1, failedSeries: [],
                scores: .init(challenger: 1, champion: nil, baseline: nil),
                championVersion: nil, winner: .challenger, reason: "", stages: [], chunks: [], artifactDigest: "")
            let champion = pod.folder.appending(path: "champion")
            try FileManager.default.createDirectory(at: champion, withIntermediateDirectories: true)
            try Data(try manifest.json()).write(to: champion.appending(path: "manifest.json"))
            let foreign = try await pod.train(run)
            #expect(foreign.status == 65 && foreign.report.reason == "ForeignChampion", "\(foreign.report.message)")
            #expect(foreign.report.message.contains("presages-rival 1"))
        }
    }

    @Test func `a version before the champion that cannot be read is named, and keeps nothing from training`()
        async throws
    {
        try await with(.presage) { pod, good in
            try Data("unique_id,ds,y\na,2025-01-01,1\n".utf8).write(to: pod.folder.appending(path: "history.csv"))
            var run = good
            run["previous"] = ["version": 6, "directory": "../previous", "manifest": "web-0-artifact"]
            let document = pod.folder.appending(path: "run.json")
            run["source", "path"] = "history.csv"
            try Data(run.jsonString().utf8).write(to: document)
            let process = try await pod.start(["train", "--run", document.path])
            #expect(
                process.output.contains("version 6, which served before, is not compared with"), "\(process.output)")
            #expect(process.status == 65, "the history is too short, and that is what ends it: \(process.error)")
        }
    }

    @Test(.enabled(if: Trainer.runnable.contains(.python), "no python3"))
    func `a trainer without object stores refuses a run that wants one, and one that logs in nowhere a login`()
        async throws
    {
        try await with(.python) { pod, good in
            var poor = pod
            poor.example = pod.folder.appending(path: "example")
            try FileManager.default.copyItem(at: pod.example, to: poor.example)
            try FileManager.default.removeItem(at: poor.example.appending(path: "store.py"))
            var run = good
            run["artifact", "objects"] = [
                "store": ["region": "us-east-1", "bucket": "models", "prefix": "", "endpoint": "http://127.0.0.1:1"]
            ]
            let refused = try await poor.train(run)
            #expect(refused.status == 64 && refused.report.reason == "UnsupportedRegistry")
            #expect(refused.report.message.contains("artifact.objects"))

            var login = good
            login["source"] = [
                "url": "http://127.0.0.1:1/a.csv", "access": ["tokenFile": "../secrets/token"], "recorded": false,
            ]
            let token = try await pod.train(login)
            #expect(token.status == 64 && token.report.message.contains("source.access"), "\(token.report.message)")
        }
    }
}
