import ArgumentParser
import ForecastEngine
import Foundation

extension Backtest.IntervalChoice: ExpressibleByArgument {}
extension BacktestReport.Format: ExpressibleByArgument {}

/// `presage backtest`: how well algorithms forecast data that they have not seen.
struct BacktestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: "Score algorithms on the end of each series, which their fits have not seen.",
        discussion: """
            Reads unique_id,ds,y (or a workload's timestamp,container,cpu,memory). Each origin holds out as many rows as \
            --holdout says; the last ends with the series. SMAPE is in percent from 0 to 200; MASE compares with the \
            seasonal naive forecast inside the training data; coverage80 is the share of points inside the interval; \
            winkler80 is the Winkler score over the scale of MASE. Means are over series. A series that fails is counted, \
            and says why. --plot draws the last holdout, and of a single algorithm the components.

              presage backtest --data panel.csv --algorithm prophet,auto --holdout 30 --origins 10

            Exit status: 0; 1 where not one series could be scored; 64 where the command line is wrong.
            """
    )

    @Option(help: ArgumentHelp("The CSV file; - for standard input.", valueName: "file"))
    var data: String

    @Option(
        name: [.customLong("algorithm"), .customLong("algorithms")],
        help: ArgumentHelp("Algorithms, separated by commas.", valueName: "name,…"))
    var algorithm = "auto"

    @Option(parsing: .unconditional, help: ArgumentHelp("Rows that are held out.", valueName: "n"))
    var holdout: Int

    @Option(parsing: .unconditional, help: ArgumentHelp("How many origins, one holdout apart.", valueName: "n"))
    var origins = 1

    @Option(
        help: ArgumentHelp(
            "Whose interval is scored; usual is Prophet's own for Prophet, conformal otherwise.", valueName: "kind"))
    var interval = Backtest.IntervalChoice.usual

    @Option(help: "The format of the report.")
    var format = BacktestReport.Format.table

    @Option(help: ArgumentHelp("Write to this file, not to standard output.", valueName: "file"))
    var output: String?

    @OptionGroup var plotting: PlotOptions

    @Flag(help: "Leave out how long it took: the same input then gives the same bytes.")
    var noTimings = false

    @OptionGroup var options: AlgorithmOptions

    private var written: [String] {
        algorithm.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private var names: [AlgorithmName] { written.compactMap { AlgorithmName(argument: $0) } }

    func validate() throws {
        guard holdout >= 1 else { throw ValidationError("--holdout is \(holdout); give at least 1 row") }
        guard origins >= 1 else { throw ValidationError("--origins is \(origins); give at least 1") }
        let wrong = written.isEmpty ? algorithm : written.first { AlgorithmName(argument: $0) == nil }
        if let wrong {
            let known = AlgorithmName.allValueStrings.joined(separator: ", ")
            throw ValidationError("--algorithm has “\(wrong)”; give one or more of \(known)")
        }
        try options.check(names)
    }

    func run() async throws {
        let backtest = Backtest(
            holdout: holdout, origins: origins, interval: interval, threads: options.threadCount)
        try TextOutput.check(output)
        try TextOutput.check(plotting.plot)
        let names = self.names
        let settings = try names.map { try options.algorithmSettings($0) }
        let columns = settings.first?.prophet.historyColumns ?? (required: [], optional: [])
        var input = try PanelInput(path: data, columns: columns.required, optionalColumns: columns.optional)
        var scores: [[Backtest.SeriesScore]] = names.map { _ in [] }
        var wall = names.map { _ in 0.0 }
        var drawn: TimeSeries?
        var panel: [TimeSeries] = []
        // An LSTM learns from the whole panel at once.
        let size = names.contains(.lstm) ? Int.max : PanelInput.batchSize
        let bar = ProgressBar("backtest")
        while case let batch = try input.nextBatch(size), !batch.isEmpty {
            if plotting.plot != nil {
                drawn = drawn ?? batch.first { plotting.plotSeries == nil || $0.id == plotting.plotSeries }
                if names.contains(.lstm) { panel = batch }
            }
            for (index, name) in names.enumerated() {
                let start = ContinuousClock.now
                // Slices keep the bar moving where a fit takes long; a fleet and a network want their batch whole.
                let slice =
                    name == .prophet || name == .lstm ? batch.count : max(1, min(batch.count, options.threadCount * 8))
                for from in stride(from: 0, to: batch.count, by: slice) {
                    let part = Array(batch[from..<min(batch.count, from + slice)])
                    scores[index] += await backtest.run(part, settings: settings[index])
                    bar.show(scores[index].count)
                }
                wall[index] += (ContinuousClock.now - start).inSeconds
            }
        }
        bar.finish()
        input.notes.forEach(TextOutput.note)
        let short = (scores.first ?? []).filter { $0.failure == nil && $0.origins < origins }
        if let first = short.first {
            TextOutput.note(
                "note: \(short.count) of \(scores[0].count) series are too short for \(origins) origins of \(holdout) rows, "
                    + "e.g. \(first.id) has \(first.origins)")
        }
        var report = BacktestReport()
        for (index, name) in names.enumerated() {
            report.add(scores[index], name: name, wallSeconds: noTimings ? nil : wall[index])
        }
        guard report.summaries.contains(where: { $0.series > 0 }) else {
            // A program is told of each series why; a table without scores tells nothing.
            if format != .table { try TextOutput.write(report.text(format), to: output) }
            let why = report.series.first?.failure.map { ", e.g. \($0)" } ?? ""
            TextOutput.note("presage: error: not one series could be scored with --holdout \(holdout)\(why)")
            throw ExitCode.failure
        }
        try TextOutput.write(report.text(format), to: output)
        if let path = plotting.plot {
            guard let drawn else { throw plotting.nothingToDraw }
            try draw(drawn, settings, of: panel, to: path)
        }
    }

    /// - Parameter panel: all series, where one of the algorithms is an LSTM.
    private func draw(
        _ series: TimeSeries, _ settings: [AlgorithmSettings], of panel: [TimeSeries], to path: String
    ) throws {
        let series = try series.validated()
        guard let cut = RollingOrigins(horizon: holdout).cuts(series.times).last else {
            throw TextOutput.OutputError(
                description: "“\(series.id)” is too short to hold out \(holdout) rows; draw another by --plot-series")
        }
        let panels = try settings.map { one in
            let method = interval.method(for: one.name)
            if one.name == .lstm, let place = panel.firstIndex(where: { $0.id == series.id }) {
                let together = RollingOrigins(horizon: holdout).evaluateTogether(
                    recipe: Recipe(settings: one), on: panel, interval: method)
                return (one.name, try together[place].get()[0])
            }
            return (
                one.name,
                try evaluate(
                    recipe: Recipe(settings: one), on: series, cut: cut.cut, until: cut.last, interval: method)
            )
        }
        let ahead = series.after(cut.cut).upTo(cut.last)
        let future = FutureFrame(times: ahead.times, columns: ahead.columns)
        let picture = try plotting.picture.backtest(series, panels, future: future)
        try TextOutput.write(picture, to: path)
    }
}
