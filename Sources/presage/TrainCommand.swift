import ArgumentParser
import DataSources
import ForecastEngine
import Foundation
import KubernetesClient
import ModelRegistry

/// `presage train`: what a training pod runs.
struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train one run and publish its version; training pods run this.",
        discussion: """
            Reads the run document that the operator mounts, fits the challenger's and the champion's recipes up to one \
            cut, scores both after it, refits the winner through the end and publishes it. The contract between \
            operator and trainer is docs/trainer-contract.md.

            Exit status: 0 published; 64 the run document or the command line is wrong; 65 the history cannot be \
            trained on; 69 the source or the registry could not be reached; 70 anything else.
            """
    )

    @Option(name: .customLong("run"), help: ArgumentHelp("The run document.", valueName: "file"))
    var document: String

    @Option(help: ArgumentHelp("Write manifest and chunks to this folder, not to the cluster.", valueName: "folder"))
    var output: String?

    @Option(help: ArgumentHelp("Where to leave the report, at most 4 KiB of JSON.", valueName: "file"))
    var terminationLog: String?

    @Option(help: ArgumentHelp("How many threads fit series; as many as there are cores unless told.", valueName: "n"))
    var threads: Int?

    @Option(help: ArgumentHelp("The kubeconfig to publish with; the pod's own account unless told.", valueName: "file"))
    var kubeconfig: String?

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads is \(threads); give at least 1") }
    }

    func run() async throws {
        var stages: [VersionManifest.Stage] = []
        do {
            let manifest = try await train(&stages)
            report(
                TrainingReport(
                    succeeded: true, reason: "\(manifest.winner.rawValue)Won", message: manifest.reason, stages: stages
                ))
        } catch {
            let failure =
                error as? TrainingFailure
                ?? TrainingFailure("Failed", String(describing: error), exitStatus: .software)
            if let stage = failure.stage, !stages.contains(where: { $0.name == stage.rawValue }) {
                stages.append(
                    VersionManifest.Stage(
                        name: stage.rawValue, succeeded: false, reason: failure.reason, message: failure.message,
                        time: Date()
                    ))
            }
            report(
                TrainingReport(succeeded: false, reason: failure.reason, message: failure.message, stages: stages))
            TextOutput.progress(Presage.errorLine(failure))
            throw ExitCode(failure.exitStatus.rawValue)
        }
    }

    private func train(_ stages: inout [VersionManifest.Stage]) async throws -> VersionManifest {
        let environment = ProcessInfo.processInfo.environment
        let run = try RunDocument.read(document, environment: environment)
        let patience = try Patience(environment: environment)
        var champion: ChampionRecipes?
        if let version = run.champion {
            champion = try await ChampionRecipes(version, slice: run.slice, patience: patience)
        }
        // Only a comparison hangs on it: a version that cannot be read any more must not keep a model from training.
        var previous: ChampionRecipes?
        if let version = run.previous {
            do {
                previous = try await ChampionRecipes(version, slice: run.slice, patience: patience)
            } catch {
                Self.say("version \(version.version), which served before, is not compared with: \(error)")
            }
        }
        Self.say("run \(run.trainingJob.name) of model \(run.model.namespace)/\(run.model.name)")
        let history = try await RunDocument.history(of: run, patience: patience)
        var trainer = Trainer(
            run: run, champion: champion, previous: previous,
            threads: threads ?? ProcessInfo.processInfo.activeProcessorCount,
            now: { Date() }, progress: Self.say
        )
        let result: Trainer.Result
        do {
            result = try await trainer.train(history)
        } catch {
            stages = trainer.stages
            throw error
        }
        stages = trainer.stages
        var version = NewVersion(
            manifest: result.manifest, artifact: try result.artifact.encode(), naming: run.artifactOfShard
        )
        version.refresh = try result.refresh?.encode()
        if output != nil { version.naming.objects = nil }
        let manifest = try await publish(version, objects: run.artifact.objects, patience)
        Self.say(
            "published: \(manifest.series) series in \(manifest.chunks.count) chunks, "
                + "\(version.artifact.count) bytes, as \(run.artifactOfShard.name)"
        )
        Self.say("used: \(ProcessUsage.text)")
        return manifest
    }

    private func publish(
        _ version: NewVersion, objects: TrainingRun.Objects?, _ patience: Patience
    ) async throws -> VersionManifest {
        if let output { return try await DirectoryRegistry(path: output).publish(version) }
        do {
            let configuration = try ClusterConfiguration.load(kubeconfig: kubeconfig)
            let client = KubernetesClient(configuration: configuration)
            return try await ClusterRegistry(
                client: client, objects: .mounted(objects, patience: patience)
            ).publish(version)
        } catch let error as RegistryError {
            throw TrainingFailure(registry: error, otherwise: "PublishFailed")
        } catch let error as TrainingFailure {
            throw error
        } catch {
            throw TrainingFailure(
                "PublishFailed", "the version cannot be published: \(error)", exitStatus: .unavailable
            )
        }
    }

    private func report(_ report: TrainingReport) {
        guard let terminationLog else { return }
        do {
            try Data(report.bounded()).write(to: URL(fileURLWithPath: terminationLog))
        } catch {
            Self.say("the report cannot be written to \(terminationLog): \(error.localizedDescription)")
        }
    }

    /// One line of progress, written at once: a pod's log is read while it runs. Where it cannot be written the training goes
    /// on.
    @Sendable private static func say(_ line: String) {
        try? TextOutput.write("\(line)\n", to: nil)
    }
}
