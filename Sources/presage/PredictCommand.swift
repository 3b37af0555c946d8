import ArgumentParser
import ForecastEngine
import Foundation

extension ForecastTable.Format: ExpressibleByArgument {}

/// `presage predict`: forecasts from stored models, or straight from a CSV file.
struct PredictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Forecast every series of a stored artifact, or of a CSV file.",
        discussion: """
            With --model, what `presage fit` stored forecasts; with --data alone the series are fitted first. The rows are \
            unique_id, ds, yhat, yhat_lower, yhat_upper; times are UTC.

            Models with regressors, a cap or conditional seasonalities need the future of these columns: --future names a \
            CSV file with unique_id,ds and the columns, or with ds and the columns where it holds for all series. With \
            --horizon each of the next steps must be there; without it every row after a series' end is forecast.

              presage predict --model models --horizon 30 --output forecasts.csv
              presage predict --data usage.csv --horizon 288 --plot forecast.svg

            Exit status: 0; 1 where not one series could be forecast; 64 where the command line is wrong.
            """
    )

    @Option(help: ArgumentHelp("What `presage fit` stored.", valueName: "file"))
    var model: String?

    @Option(help: ArgumentHelp("The CSV file; - for standard input. With --model it is only drawn.", valueName: "file"))
    var data: String?

    @Option(help: ArgumentHelp("The algorithm, where there is no --model; auto unless told.", valueName: "name"))
    var algorithm: AlgorithmName?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How many steps to forecast; all rows of --future unless told.", valueName: "n"))
    var horizon: Int?

    @Option(help: ArgumentHelp("Future values of the columns that models need.", valueName: "file"))
    var future: String?

    @Option(help: ArgumentHelp("Intervals from held-out errors, or the algorithm's own.", valueName: "kind"))
    var interval = IntervalMethod.conformal

    @Option(help: "The format of the forecasts.")
    var format = ForecastTable.Format.csv

    @Option(help: ArgumentHelp("Write to this file, not to standard output.", valueName: "file"))
    var output: String?

    @OptionGroup var plotting: PlotOptions
    @OptionGroup var options: AlgorithmOptions

    func validate() throws {
        guard model != nil || data != nil else { throw ValidationError("give --model, or --data, or both") }
        guard horizon != nil || future != nil else { throw ValidationError("give --horizon, or --future, or both") }
        try AlgorithmOptions.check(horizon: horizon)
        try options.check([algorithm ?? .auto])
        if model != nil, let given = algorithm != nil ? "--algorithm" : options.given.first {
            throw ValidationError("\(given) says how to fit, and what --model names is fitted; leave one of them out")
        }
        if future == "-", data == "-" { throw ValidationError("only one of --data and --future can be standard input") }
    }

    func run() async throws {
        try TextOutput.check(output)
        try TextOutput.check(plotting.plot)
        var drawn: TimeSeries?
        func inspect(_ batch: [TimeSeries]) {
            guard plotting.plot != nil else { return }
            drawn = drawn ?? batch.first { plotting.plotSeries == nil || $0.id == plotting.plotSeries }
        }
        var outcome = SeriesFitter.Outcome()
        if let model {
            outcome.models = try stored(model)
            if plotting.plot != nil, let data {
                let columns = Set(outcome.models.flatMap(\.futureColumns).map(\.name)).sorted()
                var input = try PanelInput(path: data, columns: columns)
                inspect(try input.readAll())
            }
        } else if let data {
            let settings = try options.algorithmSettings(algorithm)
            let columns = settings.prophet.historyColumns
            var input = try PanelInput(path: data, columns: columns.required, optionalColumns: columns.optional)
            outcome = try await SeriesFitter(
                settings: settings, horizon: horizon, threads: options.threadCount
            ).fit(&input, inspect: inspect)
        }
        let future =
            outcome.models.isEmpty ? nil : try self.future.map { try FutureTable(path: $0, models: outcome.models) }
        let table = await forecast(outcome, future)
        for entry in table.entries {
            if let failure = entry.failure { TextOutput.note("failed: \(entry.id): \(failure)") }
        }
        guard table.entries.contains(where: { $0.forecast != nil }) else {
            // A program is told of each series why; a table without rows tells nothing.
            if format == .json { try TextOutput.write(table.text(format), to: output) }
            TextOutput.note("presage: error: not one series could be forecast")
            throw ExitCode.failure
        }
        // A picture that cannot be drawn leaves no forecasts behind either.
        let picture = try plotting.plot.map { _ in try draw(outcome.models, table, future, history: drawn) }
        try TextOutput.write(table.text(format), to: output)
        if let picture { try TextOutput.write(picture, to: plotting.plot) }
    }

    private func stored(_ path: String) throws -> [TrainedModel] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw TextOutput.OutputError(description: "cannot read \(path); give the file that presage fit stored")
        }
        do throws(ForecastError) {
            return try ModelArtifact(decoding: Array(data)).models
        } catch {
            throw TextOutput.OutputError(
                description: "\(path): \(error.message) Give the file that presage fit stored.")
        }
    }

    /// The rows to forecast for a model.
    private func frame(_ model: TrainedModel, _ future: FutureTable?) throws(FutureTable.Mistake) -> FutureFrame {
        if let future { return try future.frame(for: model, steps: horizon) }
        if let column = model.futureColumns.first {
            throw FutureTable.Mistake(
                description:
                    "its model needs the future of “\(column.name)”, which is \(column.role); give --future with "
                    + "unique_id,ds,\(model.futureColumns.map(\.name).joined(separator: ","))")
        }
        let steps = horizon ?? 1
        return FutureFrame(times: model.step.times(after: model.end, count: steps))
    }

    private func forecast(_ outcome: SeriesFitter.Outcome, _ future: FutureTable?) async -> ForecastTable {
        var entries = await parallelMap(outcome.models, threads: options.threadCount) { model in
            var entry = ForecastTable.Entry(id: model.seriesID, algorithm: AlgorithmTitle.text([model.recipe]))
            do {
                entry.forecast = try model.forecast(try frame(model, future), interval: interval)
            } catch let error as ForecastError {
                entry.failure = error.message
            } catch {
                entry.failure = "\(error)"
            }
            return entry
        }
        entries += outcome.failures.map {
            ForecastTable.Entry(id: $0.id, algorithm: (algorithm ?? .auto).rawValue, failure: $0.reason)
        }
        return ForecastTable(entries: entries)
    }

    private func draw(
        _ models: [TrainedModel], _ table: ForecastTable, _ future: FutureTable?, history: TimeSeries?
    ) throws -> String {
        let wanted = plotting.plotSeries ?? history?.id
        guard let model = models.first(where: { wanted == nil || $0.seriesID == wanted }),
            let forecast = table.entries.first(where: { $0.id == model.seriesID })?.forecast
        else { throw plotting.nothingToDraw }
        return try plotting.picture.forecast(history, model, forecast, future: try frame(model, future))
    }
}
