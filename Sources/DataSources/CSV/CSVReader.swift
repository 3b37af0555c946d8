/// Reads usage histories and panels of series from CSV.
///
/// Two forms are read, told apart by their header, whose columns may stand in any order:
/// - long, `unique_id,ds,y[,extra…]`: one row a series and time; extra columns become the series' `columns`;
/// - wide, `timestamp,container,cpu,memory[,pod]`: cores and bytes, becoming `<container>/cpu` and
///   `<container>/memory`.
///
/// Fields may be quoted, lines end in LF or CRLF, and a byte order mark is skipped. An empty value (also `NaN`, `NA`,
/// `null`) is missing. Rows may come in any order: they are sorted, and ``DataReport`` says so.
public struct CSVReader: Sendable {
    /// How files are read.
    public var options: CSVOptions

    /// Makes a reader.
    public init(options: CSVOptions = CSVOptions()) {
        self.options = options
    }

    /// Reads a file, or standard input for `-`.
    public func read(path: String) throws(DataError) -> History {
        try read(name: path == "-" ? "standard input" : path, fill: ByteSource.file(path))
    }

    /// Reads bytes that are in memory; `name` stands for them in errors.
    public func read(bytes: [UInt8], name: String) throws(DataError) -> History {
        try read(name: name, fill: ByteSource.bytes(bytes))
    }

    /// - Parameter takesRuns: false reads every row by itself, for tests of the fast way.
    func read(
        name: String, windowSize: Int = 1 << 20, takesRuns: Bool = true, fill: @escaping CSVTokenizer.Fill
    ) throws(DataError) -> History {
        let rows = CSVTokenizer(name: name, windowSize: windowSize, fill: fill)
        let layout = try CSVReader.layout(of: rows, options: options)
        let collector = SeriesCollector(layout: layout, source: name, isStreaming: false, options: options)
        while try rows.nextRow() {
            _ = try collector.add(rows)
            if takesRuns { collector.addPlainRows(rows) }
        }
        return try CSVReader.history(collector, of: rows, duplicates: options.duplicates)
    }

    /// All that was gathered, as a history.
    static func history(
        _ collector: SeriesCollector, of rows: CSVTokenizer, duplicates: CSVOptions.Duplicates
    ) throws(DataError) -> History {
        guard collector.rows > 0 else { throw headerOnly(rows.name) }
        let layout = collector.layout
        var report = DataReport()
        var assembler = HistoryAssembler(layout: layout, policy: duplicates, source: rows.name)
        let raw = try collector.finish()
        collector.describe(in: &report)
        report.bytes = rows.bytesRead
        let series =
            layout.isWide ? try assembler.workload(raw) : try assembler.panel(raw, textLines: collector.textLines)
        report.findings += assembler.report.findings
        let meaning: History.Meaning = layout.isWide ? (layout.podField == nil ? .busiestPod : .allPods) : .panel
        var history = History(series: series, meaning: meaning, report: report)
        history.observed = collector.observed
        return history
    }

    static func layout(of rows: CSVTokenizer, options: CSVOptions) throws(DataError) -> CSVLayout {
        guard try rows.nextRow() else {
            throw DataError(
                .empty, "the file is empty; it needs a header such as timestamp,container,cpu,memory and rows below it",
                source: rows.name
            )
        }
        if let packed = packing(rows.fields[0].bytes) { throw DataError(.unreadable, packed, source: rows.name) }
        guard !(0..<rows.fieldCount).contains(where: { rows.fields[$0].bytes.contains(0) }) else {
            throw DataError(
                .unreadable,
                "is no text in UTF-8 but something else, such as UTF-16; save it as CSV in UTF-8",
                source: rows.name)
        }
        let header = (0..<rows.fieldCount).map { rows.fields[$0].text }
        return try CSVLayout(header: header, options: options, source: rows.name)
    }

    /// What a file is that begins so, where it is none of text.
    private static func packing(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        if bytes.starts(with: [0x1F, 0x8B]) {
            return "is packed with gzip; unpack it, or store it with Content-Encoding: gzip, which is undone"
        }
        if bytes.starts(with: Array("PK\u{3}\u{4}".utf8)) {
            return "is a ZIP archive, as Excel's workbooks are; save it as CSV in UTF-8"
        }
        return nil
    }

    static func headerOnly(_ name: String) -> DataError {
        DataError(.headerOnly, "there are no rows below the header; check what wrote the file", source: name, line: 1)
    }
}
