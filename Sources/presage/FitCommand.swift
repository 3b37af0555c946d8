import ArgumentParser
import ForecastEngine
import Foundation

/// `presage fit`: trains one model a series and stores them.
struct FitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fit",
        abstract: "Fit a model to each series of a CSV file and store them as one artifact.",
        discussion: """
            Reads unique_id,ds,y (or a workload's timestamp,container,cpu,memory). What could not be fitted is listed on \
            standard error, with the reason.

              presage fit --data panel.csv --algorithm prophet --output models
              presage predict --model models --horizon 30

            Exit status: 0; 1 where not one series could be fitted; 64 where the command line is wrong.
            """
    )

    @Option(help: ArgumentHelp("The CSV file; - for standard input.", valueName: "file"))
    var data: String

    @Option(help: ArgumentHelp("The algorithm; auto unless told.", valueName: "name"))
    var algorithm: AlgorithmName?

    @Option(help: ArgumentHelp("Where to store the models.", valueName: "file"))
    var output: String

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How many steps intervals are calibrated for; by the step of the data unless told.", valueName: "n"))
    var horizon: Int?

    @OptionGroup var plotting: PlotOptions
    @OptionGroup var options: AlgorithmOptions

    func validate() throws {
        try AlgorithmOptions.check(horizon: horizon)
        try options.check([algorithm ?? .auto])
    }

    func run() async throws {
        let start = ContinuousClock.now
        try TextOutput.check(output)
        try TextOutput.check(plotting.plot)
        let settings = try options.algorithmSettings(algorithm)
        var drawn: TimeSeries?
        func inspect(_ batch: [TimeSeries]) {
            guard plotting.plot != nil else { return }
            drawn = drawn ?? batch.first { plotting.plotSeries == nil || $0.id == plotting.plotSeries }
        }
        let columns = settings.prophet.historyColumns
        var input = try PanelInput(path: data, columns: columns.required, optionalColumns: columns.optional)
        let fitted = try await SeriesFitter(
            settings: settings, horizon: horizon, threads: options.threadCount
        ).fit(&input, inspect: inspect)
        for failure in fitted.failures { TextOutput.note("failed: \(failure.id): \(failure.reason)") }
        guard !fitted.models.isEmpty else {
            TextOutput.note("presage: error: not one of \(fitted.failures.count) series could be fitted")
            throw ExitCode.failure
        }
        let bytes = try ModelArtifact(
            models: fitted.models, metadata: ["engineVersion": "presage \(Presage.version)"]
        ).encode()
        // The artifact of a fleet is held once.
        try bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            let data = Data(
                bytesNoCopy: UnsafeMutableRawPointer(mutating: start), count: bytes.count, deallocator: .none)
            try TextOutput.write(data, to: output)
        }
        let seconds = (ContinuousClock.now - start).inSeconds
        TextOutput.note(
            "fitted \(fitted.models.count) series with \(AlgorithmTitle.text(fitted.models.map(\.recipe))), "
                + "\(fitted.failures.count) failed, \(bytes.count) bytes, \((seconds * 100).rounded() / 100) s"
        )
        if let path = plotting.plot { try draw(fitted.models, drawn, to: path) }
    }

    /// Draws the forecast of the steps that the intervals are calibrated for.
    private func draw(_ models: [TrainedModel], _ series: TimeSeries?, to path: String) throws {
        guard let series, let model = models.first(where: { $0.seriesID == series.id }) else {
            throw plotting.nothingToDraw
        }
        if let column = model.futureColumns.first {
            throw TextOutput.OutputError(
                description:
                    "a forecast of “\(series.id)” needs the future of “\(column.name)”; draw it by presage predict "
                    + "--model \(output) --data \(data) --future … --plot \(path)")
        }
        let steps = horizon ?? TrainedModel.usualHorizon(model.step)
        let future = FutureFrame(times: model.step.times(after: model.end, count: steps))
        let picture = try plotting.picture.forecast(series, model, try model.forecast(future), future: future)
        try TextOutput.write(picture, to: path)
    }
}
