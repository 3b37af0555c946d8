import ArgumentParser
import ForecastEngine
import Foundation
import ModelRegistry
import ObjectStore
import PostgreSQL

/// `presage write-forecasts`: what a pod runs that writes a version's forecasts out.
struct WriteForecastsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "write-forecasts",
        abstract: "Write a version's forecasts to a table, an object or a file; pods of spec.output run this.",
        discussion: """
            Reads the document that the operator mounts, and the version beside it, each chunk checked. Running it again \
            changes nothing: the same rows are written again (docs/output.md).

            Exit status: 0 written; 64 the document or the command line is wrong; 65 the version or the place cannot be \
            used as they are; 69 the place could not be reached; 70 anything else.
            """
    )

    @Option(name: .customLong("run"), help: ArgumentHelp("The document.", valueName: "file"))
    var document: String

    @Option(help: ArgumentHelp("Where to leave the report, at most 4 KiB of JSON.", valueName: "file"))
    var terminationLog: String?

    func run() async throws {
        do {
            let message = try await write()
            try? TextOutput.write("\(message)\n", to: nil)
            report(TrainingReport(succeeded: true, reason: "Written", message: message, stages: []))
        } catch {
            let failure = Self.failure(error)
            report(TrainingReport(succeeded: false, reason: failure.reason, message: failure.message, stages: []))
            TextOutput.progress(Presage.errorLine(failure))
            throw ExitCode(failure.exitStatus.rawValue)
        }
    }

    private func write() async throws -> String {
        let run = try ForecastWriteDocument.read(document)
        let patience = try Patience(environment: ProcessInfo.processInfo.environment)
        let registry = DirectoryRegistry(
            path: run.directory, objects: .mounted(run.objects, patience: patience))
        let artifact = try await registry.load(try registry.manifest(), namespace: "")
        let rows = ForecastRows(models: artifact.models, horizonSeconds: run.horizonSeconds)
        let labels = ForecastLabels(
            namespace: run.model.namespace, model: run.model.name, modelUID: run.model.uid, version: run.version,
            revision: run.revision, sequence: run.sequence)
        return try await ForecastWriteDocument.place(of: run).write(rows, of: labels)
    }

    /// Every failure as a word, a sentence, and whether another try may help.
    static func failure(_ error: any Error) -> TrainingFailure {
        func word(_ code: String) -> String { code.prefix(1).uppercased() + code.dropFirst() }
        switch error {
        case let error as TrainingFailure: return error
        case let error as RegistryError: return TrainingFailure(registry: error, otherwise: word(error.code.rawValue))
        case let error as PostgreSQLError:
            return TrainingFailure(
                word(error.code.rawValue), error.message, exitStatus: error.isTransient ? .unavailable : .data)
        case let error as S3Error:
            return TrainingFailure(
                word(error.code.rawValue), error.message, exitStatus: error.isTransient ? .unavailable : .data)
        default: return TrainingFailure("Failed", "\(error)", exitStatus: .software)
        }
    }

    private func report(_ report: TrainingReport) {
        guard let terminationLog else { return }
        // A courtesy to the condition; what counts is the exit status.
        try? Data(report.bounded()).write(to: URL(fileURLWithPath: terminationLog))
    }
}
