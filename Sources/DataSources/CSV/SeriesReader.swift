public import ForecastEngine

/// Reads a CSV one series at a time, so that a fleet of any size passes through little memory.
///
/// A long file has to be grouped by series (all rows of one, then all of the next), as panels usually are. Times that
/// two neighbouring series have in common are held once. A wide file is read as a whole before its first series comes,
/// as one pod needs it (``History/perPod``). Not `Sendable`: it belongs to the task that reads.
public final class SeriesReader {
    /// What was found in the series read so far.
    public private(set) var report = DataReport()

    private let rows: CSVTokenizer
    private let collector: SeriesCollector
    private var assembler: HistoryAssembler
    /// The series of a wide file that have not been given yet.
    private var workload: ArraySlice<TimeSeries> = []
    private var isFinished = false

    /// Opens a file, or standard input for `-`.
    ///
    /// Extra columns are read only where `options` names them: whether a column holds numbers in every series is not
    /// known before the last one.
    public convenience init(path: String, options: CSVOptions = CSVOptions()) throws(DataError) {
        try self.init(
            name: path == "-" ? "standard input" : path, options: options, fill: try ByteSource.file(path)
        )
    }

    /// Reads bytes in memory.
    public convenience init(bytes: [UInt8], name: String, options: CSVOptions = CSVOptions()) throws(DataError) {
        try self.init(name: name, options: options, fill: ByteSource.bytes(bytes))
    }

    init(name: String, options: CSVOptions, fill: @escaping CSVTokenizer.Fill) throws(DataError) {
        var options = options
        if options.extraColumns == .numeric { options.extraColumns = .named([]) }
        // The wide form has none.
        if options.extraColumns != .named([]) { options.form = .long }
        rows = CSVTokenizer(name: name, fill: fill)
        let layout = try CSVReader.layout(of: rows, options: options)
        collector = SeriesCollector(layout: layout, source: name, isStreaming: !layout.isWide)
        assembler = HistoryAssembler(layout: layout, policy: options.duplicates, source: name)
    }

    /// The next series, nil after the last.
    public func next() throws(DataError) -> TimeSeries? {
        while !isFinished {
            if try rows.nextRow() {
                let finished = try collector.add(rows)
                collector.addPlainRows(rows)
                guard let finished else { continue }
                return try series(finished)
            }
            isFinished = true
            guard !collector.layout.isWide else {
                let history = try CSVReader.history(collector, of: rows, duplicates: assembler.policy)
                report = history.report
                workload = history.perPod[...]
                break
            }
            guard collector.rows > 0 else { throw CSVReader.headerOnly(rows.name) }
            if let last = try collector.finish().first { return try series(last) }
        }
        return workload.popFirst()
    }

    private func series(_ raw: (name: String, series: RawSeries)) throws(DataError) -> TimeSeries {
        let series = try assembler.panelSeries(raw.name, raw.series, textLines: collector.textLines)
        report = assembler.report
        collector.describe(in: &report)
        report.bytes = rows.bytesRead
        return series
    }
}
