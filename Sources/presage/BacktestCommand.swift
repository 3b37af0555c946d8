import ArgumentParser
import ForecastEngine

/// `presage backtest`: how well algorithms forecast data that they have not seen.
struct BacktestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: "Scores algorithms on the end of each series, which their fits have not seen.",
        discussion: """
            Reads unique_id,ds,y (or a workload's timestamp,container,cpu,memory). Each origin holds out as many rows as \
            --holdout says; the last ends with the series. SMAPE is in percent from 0 to 200; MASE compares with the \
            seasonal naive forecast inside the training data; coverage80 is the share of points inside the interval; \
            winkler80 is the Winkler score over the scale of MASE. Means are over series. A series that fails is counted, \
            and says why. --plot draws the last holdout, and of a single algorithm the components.

            Exit status: 0; 1 where not one series could be scored; 64 where the command line is wrong.
            """
    )

    @Option(help: ArgumentHelp("The CSV file; - for standard input.", valueName: "file"))
    var data: String

    @Option(
        name: [.customLong("algorithm"), .customLong("algorithms")],
        help: ArgumentHelp("Algorithms, separated by commas.", valueName: "name,…"))
    var algorithm = "auto"

    @Option(help: ArgumentHelp("Rows that are held out.", valueName: "n"))
    var holdout: Int

    @Option(help: ArgumentHelp("How many origins, one holdout apart.", valueName: "n"))
    var origins = 1

    @Option(
        help: ArgumentHelp(
            "usual (Prophet's own for Prophet, conformal otherwise), conformal or native.", valueName: "kind"))
    var interval = "usual"

    @Option(help: ArgumentHelp("json, csv or table.", valueName: "format"))
    var format = "table"

    @Option(help: ArgumentHelp("Write to this file, not to standard output.", valueName: "file"))
    var output: String?

    @OptionGroup var plotting: PlotOptions

    @Flag(help: "Leave out how long it took: the same input then gives the same bytes.")
    var noTimings = false

    @OptionGroup var options: AlgorithmOptions

    private var names: [AlgorithmName?] {
        algorithm.split(separator: ",").map { AlgorithmName(argument: String($0)) }
    }

    func validate() throws {
        guard holdout >= 1 else { throw ValidationError("--holdout is \(holdout); give at least 1 row") }
        guard origins >= 1 else { throw ValidationError("--origins is \(origins); give at least 1") }
        guard !names.isEmpty, !names.contains(nil) else {
            let known = AlgorithmName.allValueStrings.joined(separator: ", ")
            throw ValidationError("--algorithm is “\(algorithm)”; give one or more of \(known)")
        }
        guard Backtest.IntervalChoice(rawValue: interval) != nil else {
            throw ValidationError("--interval is “\(interval)”; give usual, conformal or native")
        }
        guard BacktestReport.Format(rawValue: format) != nil else {
            throw ValidationError("--format is “\(format)”; give json, csv or table")
        }
    }

    func run() async throws {
        let backtest = Backtest(
            holdout: holdout, origins: origins, interval: Backtest.IntervalChoice(rawValue: interval) ?? .usual,
            threads: options.threadCount
        )
        let names = self.names.compactMap(\.self)
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
        var report = BacktestReport()
        for (index, name) in names.enumerated() {
            report.add(scores[index], name: name, wallSeconds: noTimings ? nil : wall[index])
        }
        try TextOutput.write(report.text(BacktestReport.Format(rawValue: format) ?? .table), to: output)
        if report.summaries.allSatisfy({ $0.series == 0 }) {
            TextOutput.note("presage: error: not one series could be scored")
            throw ExitCode.failure
        }
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
            let method = Backtest.IntervalChoice(rawValue: interval)?.method(for: one.name) ?? .conformal
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
