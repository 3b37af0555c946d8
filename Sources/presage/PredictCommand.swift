import ArgumentParser
import ForecastEngine
import Foundation

/// `presage predict`: forecasts from stored models, or straight from a CSV file.
struct PredictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Forecasts every series of a stored artifact, or of a CSV file.",
        discussion: """
            With --model, what `presage fit` stored forecasts; with --data alone the series are fitted first. The rows are \
            unique_id, ds, yhat, yhat_lower, yhat_upper; times are UTC. Models with regressors need their future and are \
            not forecast here.

            Exit status: 0; 1 where not one series could be forecast; 64 where the command line is wrong.
            """
    )

    @Option(help: ArgumentHelp("What `presage fit` stored.", valueName: "file"))
    var model: String?

    @Option(help: ArgumentHelp("The CSV file; - for standard input. With --model it is only drawn.", valueName: "file"))
    var data: String?

    @Option(help: ArgumentHelp("The algorithm, where there is no --model.", valueName: "name"))
    var algorithm = AlgorithmName.auto

    @Option(help: ArgumentHelp("How many steps to forecast.", valueName: "n"))
    var horizon: Int

    @Option(help: ArgumentHelp("conformal or native intervals.", valueName: "kind"))
    var interval = "conformal"

    @Option(help: ArgumentHelp("csv or json.", valueName: "format"))
    var format = "csv"

    @Option(help: ArgumentHelp("Write to this file, not to standard output.", valueName: "file"))
    var output: String?

    @Option(help: ArgumentHelp("Draw history, forecast and interval as SVG.", valueName: "file"))
    var plot: String?

    @Option(help: ArgumentHelp("Which series to draw; the first unless told.", valueName: "unique_id"))
    var plotSeries: String?

    @OptionGroup var options: AlgorithmOptions

    func validate() throws {
        guard model != nil || data != nil else { throw ValidationError("give --model, or --data, or both") }
        guard horizon >= 1 else { throw ValidationError("--horizon is \(horizon); give at least 1 step") }
        guard ForecastTable.Format(rawValue: format) != nil else {
            throw ValidationError("--format is “\(format)”; give csv or json")
        }
        guard IntervalMethod(rawValue: interval) != nil else {
            throw ValidationError("--interval is “\(interval)”; give conformal or native")
        }
    }

    func run() async throws {
        var drawn: TimeSeries?
        func inspect(_ batch: [TimeSeries]) {
            drawn = drawn ?? batch.first { plotSeries == nil || $0.id == plotSeries }
        }
        var outcome = SeriesFitter.Outcome()
        if let model {
            outcome.models = try stored(model)
            if plot != nil, let data {
                var input = try PanelInput(path: data, columns: [])
                inspect(try input.readAll())
            }
        } else if let data {
            var input = try PanelInput(path: data, columns: options.columns)
            outcome = try await SeriesFitter(
                settings: options.settings(algorithm), horizon: horizon, threads: options.threadCount
            ).fit(&input, inspect: inspect)
        }
        let table = await forecast(outcome)
        try TextOutput.write(table.text(ForecastTable.Format(rawValue: format) ?? .csv), to: output)
        for entry in table.entries {
            if let failure = entry.failure { TextOutput.note("failed: \(entry.id): \(failure)") }
        }
        try draw(outcome.models, table, history: drawn)
        guard table.entries.contains(where: { $0.forecast != nil }) else {
            TextOutput.note("presage: error: not one series could be forecast")
            throw ExitCode.failure
        }
    }

    private func stored(_ path: String) throws -> [TrainedModel] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw TextOutput.OutputError(description: "cannot read \(path); give the file that presage fit stored")
        }
        return try ModelArtifact(decoding: Array(data)).models
    }

    private func forecast(_ outcome: SeriesFitter.Outcome) async -> ForecastTable {
        let steps = horizon
        let method = IntervalMethod(rawValue: interval) ?? .conformal
        var entries = await parallelMap(outcome.models, threads: options.threadCount) { model in
            var entry = ForecastTable.Entry(id: model.seriesID, algorithm: AlgorithmTitle.text([model.recipe]))
            do throws(ForecastError) {
                entry.forecast = try model.forecast(steps: steps, interval: method)
            } catch {
                entry.failure = error.message
            }
            return entry
        }
        entries += outcome.failures.map {
            ForecastTable.Entry(id: $0.id, algorithm: algorithm.rawValue, failure: $0.reason)
        }
        return ForecastTable(entries: entries)
    }

    private func draw(_ models: [TrainedModel], _ table: ForecastTable, history: TimeSeries?) throws {
        guard let plot else { return }
        let wanted = plotSeries ?? history?.id
        guard let model = models.first(where: { wanted == nil || $0.seriesID == wanted }),
            let forecast = table.entries.first(where: { $0.id == model.seriesID })?.forecast
        else {
            throw TextOutput.OutputError(
                description: "there is no forecast of “\(wanted ?? "any series")” to draw; check --plot-series"
            )
        }
        try TextOutput.write(ForecastPicture.forecast(history, model, forecast), to: plot)
    }
}
