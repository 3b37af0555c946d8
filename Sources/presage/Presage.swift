import ArgumentParser
import Foundation
import PostgreSQL

/// The one executable: the operator, the trainer its Jobs run, and the same engine on the command line.
///
/// A command lives in a file of its own, `<Name>Command.swift`, and adds one line to its group below.
@main
struct Presage: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "presage",
        abstract: "Forecasts what workloads need and sets it before the demand arrives.",
        version: Presage.version,
        groupedSubcommands: [
            CommandGroup(
                name: "Cluster",
                subcommands: [OperatorCommand.self]
            ),
            CommandGroup(
                name: "GitOps",
                subcommands: [PlanCommand.self]
            ),
            CommandGroup(
                name: "Training",
                subcommands: [
                    TrainCommand.self, WriteForecastsCommand.self,
                ]
            ),
            CommandGroup(
                name: "Forecasting",
                subcommands: [
                    FitCommand.self,
                    PredictCommand.self,
                    BacktestCommand.self,
                ]
            ),
            CommandGroup(
                name: "Playground",
                subcommands: [DemoCommand.self, SampleHistoryCommand.self, PlaygroundCommand.self]
            ),
        ]
    )

    /// The version of this build, as `presage --version` prints it and as artifacts record it.
    static let version = "0.1.0"

    /// Parses and runs a command.
    ///
    /// Exits 64 with the usage when the arguments do not parse or validate, with a command's own code when it
    /// throws an `ExitCode`, and otherwise prints `presage: error: …` in one line and exits 1.
    static func main() async {
        PostgreSQLSettings.forgetEnvironment()
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            let code = exitCode(for: error)
            // Help and the version go to standard output, and a command has said by itself why it ends with its own code.
            guard !code.isSuccess, !(error is ExitCode) else { exit(withError: error) }
            TextOutput.progress(code == .validationFailure ? usageLines(error) : errorLine(error))
            exit(withError: code)
        }
    }

    /// What is wrong with the command line, in the form of all other errors, and how it is used.
    static func usageLines(_ error: any Error) -> String {
        let message = fullMessage(for: error)
        let marker = "Error: "
        return "presage: error: \(message.hasPrefix(marker) ? String(message.dropFirst(marker.count)) : message)\n"
    }

    /// One line for an error that nothing caught, whatever line breaks its message has.
    static func errorLine(_ error: any Error) -> String {
        let message = (error as? any LocalizedError)?.errorDescription ?? String(describing: error)
        let line = message.split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }
            .joined(separator: " ")
        return "presage: error: \(line)\n"
    }
}
