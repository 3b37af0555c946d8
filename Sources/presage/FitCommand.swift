import ArgumentParser
import ForecastEngine
import Foundation

/// `presage fit`: trains one model a series and stores them.
struct FitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fit",
        abstract: "Fits a model to each series of a CSV file and stores them as one artifact.",
        discussion: """
            Reads unique_id,ds,y (or a workload's timestamp,container,cpu,memory). What could not be fitted is listed on \
            standard error, with the reason.

            Exit status: 0; 1 where not one series could be fitted; 64 where the command line is wrong.
            """
    )

    @Option(help: ArgumentHelp("The CSV file; - for standard input.", valueName: "file"))
    var data: String

    @Option(help: ArgumentHelp("The algorithm.", valueName: "name"))
    var algorithm = AlgorithmName.auto

    @Option(help: ArgumentHelp("Where to store the models.", valueName: "file"))
    var output: String

    @Option(
        help: ArgumentHelp(
            "How many steps intervals are calibrated for; by the step of the data unless told.", valueName: "n"))
    var horizon: Int?

    @OptionGroup var options: AlgorithmOptions

    func validate() throws {
        if let horizon, horizon < 1 { throw ValidationError("--horizon is \(horizon); give at least 1 step") }
    }

    func run() async throws {
        let start = ContinuousClock.now
        var input = try PanelInput(path: data, columns: options.columns)
        let fitted = try await SeriesFitter(
            settings: options.settings(algorithm), horizon: horizon, threads: options.threadCount
        ).fit(&input)
        for failure in fitted.failures { TextOutput.note("failed: \(failure.id): \(failure.reason)") }
        guard !fitted.models.isEmpty else {
            TextOutput.note("presage: error: not one of \(fitted.failures.count) series could be fitted")
            throw ExitCode.failure
        }
        let bytes = try ModelArtifact(
            models: fitted.models, metadata: ["engineVersion": "presage \(Presage.version)"]
        ).encode()
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: output), options: .atomic)
        } catch {
            throw TextOutput.OutputError(description: "cannot write \(output): \(error.localizedDescription)")
        }
        let seconds = (ContinuousClock.now - start).inSeconds
        TextOutput.note(
            "fitted \(fitted.models.count) series with \(AlgorithmTitle.text(fitted.models.map(\.recipe))), "
                + "\(fitted.failures.count) failed, \(bytes.count) bytes, \((seconds * 100).rounded() / 100) s"
        )
    }
}
