import ForecastEngine
import Foundation
import KubernetesClient
import ModelRegistry

@testable import presage

/// What a training pod has mounted, and what comes of running the trainer in it.
struct TrainerFolder {
    /// How a run ended.
    struct Outcome {
        var status: Int32
        var report: TrainingReport
        var manifest: VersionManifest?
        var series: [String]
        /// The artifact's metadata.
        var metadata: [String: String]
        /// Everything that the process wrote.
        var output: String
    }

    /// Runs the built trainer on a source.
    ///
    /// - Parameters:
    ///   - secrets: the files of `/etc/presage/secrets` by name.
    ///   - asOf: the present, seconds since 1970.
    ///   - environment: what the model sets in `training.env`.
    static func train(
        _ source: TrainingRun.Source, secrets: [String: String] = [:], asOf: Int, holdoutSeconds: Int? = nil,
        environment: [String: String] = [:]
    ) async throws -> Outcome {
        let folder = FileManager.default.temporaryDirectory.appending(path: "presage-train-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        func make(_ name: String) throws -> URL {
            let made = folder.appending(path: name)
            try FileManager.default.createDirectory(at: made, withIntermediateDirectories: true)
            return made
        }
        let mounted = try make("secrets")
        // A file made by a person often ends in a line break.
        for (name, text) in secrets { try Data("\(text)\n".utf8).write(to: mounted.appending(path: name)) }
        var run = TrainFixtures.run(.seasonalNaive, recorded: source.recorded, holdoutSeconds: holdoutSeconds)
        run.source = source
        run.asOf = Date(timeIntervalSince1970: Double(asOf))
        let document = try make("run").appending(path: "run.json")
        try Data(JSONValue(encoding: run).serialized()).write(to: document)
        let (output, log) = (folder.appending(path: "out"), folder.appending(path: "log"))
        let process = try await PresageProcess.run(
            ["train", "--run", document.path, "--output", output.path, "--termination-log", log.path],
            environment: environment)
        let report = try JSONValue(parsing: try Data(contentsOf: log)).decode(TrainingReport.self)
        let registry = DirectoryRegistry(path: output.path)
        let manifest = try? registry.manifest()
        let artifact = try manifest.map { try registry.models(of: $0, part: 0) }
        return Outcome(
            status: process.status, report: report, manifest: manifest,
            series: artifact?.models.map(\.seriesID) ?? [], metadata: artifact?.metadata ?? [:],
            output: process.output + process.error)
    }
}
