/// Gathers rows into series.
///
/// A file grouped by series is compacted series by series; one in any other order (by time, shuffled) is gathered
/// all the same, as long as the whole history is read.
final class SeriesCollector {
    let layout: CSVLayout
    private let source: String
    private let isStreaming: Bool

    private var index = SeriesIndex()
    private(set) var current = -1
    /// The rows of the current series.
    var open: RawSeries
    /// What each field holds, where plain rows can be read in runs; see `addPlainRows`.
    let roles: [Role]?
    /// One value a value column.
    var scratch: [Double]
    /// Whether the current name needs no quotes, so that its bytes in a row are the name.
    private(set) var isPlainName = false
    private var stored: [RawSeries] = []
    private var isGrouped = true
    private var grid: [Int] = []
    private var podKey: [UInt8] = []

    var rows = 0
    /// How many of them belong to other slices.
    private var skippedRows = 0
    private(set) var fractions = 0
    private var firstFraction = 0
    private(set) var negatives = 0
    private var firstNegative = 0
    /// For each value column the line on which a text was found.
    private(set) var textLines: [Int?]

    /// Which series are kept; nil keeps all.
    private let slice: SeriesSlice?
    private let until: Int
    /// The series that rows are passed over for, and whether they are.
    private var skipped: [UInt8] = []
    private var isSkipping = false
    /// When anything was observed, in rows of other slices too; nil where everything is kept.
    private(set) var observed: ClosedRange<Int>?

    init(layout: CSVLayout, source: String, isStreaming: Bool, options: CSVOptions = CSVOptions()) {
        // A wide file is sliced when its pods have been put together: it has few series.
        slice = layout.isWide || layout.nameField == nil || options.slice.count <= 1 ? nil : options.slice
        until = options.until ?? .max
        self.layout = layout
        self.source = source
        self.isStreaming = isStreaming
        open = RawSeries(columns: layout.values.count)
        roles = Self.roles(layout, hasSlice: slice != nil)
        scratch = Array(repeating: .nan, count: layout.values.count)
        textLines = Array(repeating: nil, count: layout.values.count)
    }

    /// Takes the tokenizer's current row; gives the series before it when this row begins another one in a stream.
    func add(_ row: CSVTokenizer) throws(DataError) -> (name: String, series: RawSeries)? {
        guard row.fieldCount == layout.fieldCount else {
            throw DataError(
                .unevenRow,
                "the row has \(row.fieldCount) fields and the header \(layout.fieldCount); quote values with commas",
                source: source, line: row.line
            )
        }
        var finished: (name: String, series: RawSeries)?
        if let slice, let nameField = layout.nameField {
            let name = row.fields[nameField]
            if !isSkipping || !skipped.elementsEqual(name.bytes) {
                isSkipping = false
                if current < 0 || !index.matches(current, name.bytes) {
                    guard name.count > 0 else { throw emptyName(row.line) }
                    isSkipping = SeriesSlice.index(of: name.bytes, count: slice.count) != slice.index
                    if isSkipping { skipped = Array(name.bytes) }
                }
            }
            if isSkipping {
                try note(row)
                rows += 1
                skippedRows += 1
                return nil
            }
        }
        if let nameField = layout.nameField {
            let name = row.fields[nameField]
            if let podField = layout.podField {
                finished = try select(pod: row.fields[podField], of: name, line: row.line)
            } else if current < 0 || !index.matches(current, name.bytes) {
                finished = try select(name.bytes, line: row.line)
            }
        } else if current < 0 {
            let name = Array(layout.values[0].name.utf8)
            current = name.withUnsafeBufferPointer { index.insert($0) }
            stored.append(RawSeries(columns: layout.values.count))
            isPlainName = true
        }

        let moment = try moment(of: row)
        if moment.hasFraction {
            if fractions == 0 { firstFraction = row.line }
            fractions += 1
        }
        open.times.append(moment.seconds)
        for column in layout.values.indices {
            let field = row.fields[layout.values[column].field]
            var value = Double.nan
            switch DecimalParser.parse(field.start, field.count) {
            case .number(let number): value = number
            case .missing: break
            case .invalid: try noteText(field, column: column, line: row.line)
            }
            if layout.isWide, value > UsageUnits.most { throw tooMuch(field, column: column, line: row.line) }
            if layout.isWide, value < 0 {
                if negatives == 0 { firstNegative = row.line }
                negatives += 1
                value = .nan
            }
            if column == 0, slice != nil, !value.isNaN { observe(moment.seconds) }
            open.values[column].append(value)
        }
        rows += 1
        return finished
    }

    /// Takes note of a row of another slice: when it was observed.
    private func note(_ row: CSVTokenizer) throws(DataError) {
        let field = row.fields[layout.values[0].field]
        if case .number = DecimalParser.parse(field.start, field.count) { observe(try moment(of: row).seconds) }
    }

    private func observe(_ time: Int) {
        guard time <= until else { return }
        guard let known = observed else {
            observed = time...time
            return
        }
        if time < known.lowerBound { observed = time...known.upperBound }
        if time > known.upperBound { observed = known.lowerBound...time }
    }

    private func moment(of row: CSVTokenizer) throws(DataError) -> TimestampParser.Moment {
        let time = row.fields[layout.timeField]
        guard let moment = TimestampParser.parse(time.start, time.count) else {
            throw DataError(
                .invalidTimestamp,
                "\"\(Self.excerpt(time))\" is not a timestamp; write YYYY-MM-DD, YYYY-MM-DD HH:MM:SS, RFC 3339 "
                    + "such as 2026-01-31T10:00:00Z, or Unix seconds or milliseconds",
                source: source, line: row.line, column: layout.timeColumn
            )
        }
        return moment
    }

    /// Everything gathered, in the order of first appearance.
    func finish() throws(DataError) -> [(name: String, series: RawSeries)] {
        guard current >= 0 else { return [] }
        stored[current] = isGrouped ? open.compacted(sharing: grid) : open
        if isStreaming { return [(try name(current, line: nil), stored[current])] }
        var series: [(name: String, series: RawSeries)] = []
        series.reserveCapacity(stored.count)
        for index in stored.indices { series.append((try name(index, line: nil), stored[index])) }
        stored = []
        return series
    }

    /// Adds what was counted row by row.
    func describe(in report: inout DataReport) {
        report.rows = rows - skippedRows
        if fractions > 0 { report.note(.fractionalSeconds, count: fractions, example: "line \(firstFraction)") }
        if negatives > 0 { report.note(.negative, count: negatives, example: "line \(firstNegative)") }
        for (column, line) in zip(layout.values, textLines) {
            if let line { report.note(.textColumn, column: column.name, example: "line \(line)") }
        }
    }

    private func noteText(_ field: CSVTokenizer.Field, column: Int, line: Int) throws(DataError) {
        guard layout.values[column].isOptional else {
            throw DataError(
                .invalidNumber,
                "\"\(Self.excerpt(field))\" is not a finite number; write a decimal such as 0.25, or nothing where "
                    + "the value is missing",
                source: source, line: line, column: layout.values[column].name
            )
        }
        if textLines[column] == nil { textLines[column] = line }
    }

    private func tooMuch(_ field: CSVTokenizer.Field, column: Int, line: Int) -> DataError {
        DataError(
            .invalidNumber,
            "\"\(Self.excerpt(field))\" is more than anything uses; write cores and bytes, or nothing where the value is "
                + "missing",
            source: source, line: line, column: layout.values[column].name
        )
    }

    private func select(
        pod: CSVTokenizer.Field, of container: CSVTokenizer.Field, line: Int
    ) throws(DataError) -> (name: String, series: RawSeries)? {
        guard container.count > 0 else { throw emptyName(line) }
        podKey.removeAll(keepingCapacity: true)
        podKey.append(contentsOf: container.bytes)
        podKey.append(0)
        podKey.append(contentsOf: pod.bytes)
        return try podKey.withUnsafeBufferPointer { key throws(DataError) in
            current >= 0 && index.matches(current, key) ? nil : try select(key, line: line)
        }
    }

    /// Makes the named series the one that rows are added to.
    private func select(
        _ name: UnsafeBufferPointer<UInt8>, line: Int
    ) throws(DataError) -> (name: String, series: RawSeries)? {
        guard !name.isEmpty else { throw emptyName(line) }
        let previous = current
        // In a file ordered by time the series come round in the same order again and again.
        let isNext = !isGrouped && previous + 1 < index.count && index.matches(previous + 1, name)
        let selected = isNext ? previous + 1 : index.insert(name)
        let isNew = selected == stored.count
        current = selected
        isPlainName = !name.contains { byte in
            byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n")
                || byte == UInt8(ascii: "\r")
        }
        if isNew { stored.append(RawSeries(columns: layout.values.count)) }
        guard previous >= 0 else { return nil }
        if isGrouped, isNew {
            let finished = open.compacted(sharing: grid)
            grid = finished.times
            open.removeAll()
            if isStreaming { return (try self.name(previous, line: line), finished) }
            stored[previous] = finished
            return nil
        }
        guard !isStreaming else {
            throw DataError(
                .notGrouped,
                "series \"\(try self.name(selected, line: line))\" goes on after another one began; sort the file by "
                    + "series",
                source: source, line: line, column: layout.nameColumn
            )
        }
        isGrouped = false
        swap(&stored[previous], &open)
        swap(&stored[selected], &open)
        return nil
    }

    /// The bytes of the current series' name; none in a file of one series without names.
    func withCurrentName<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        index.withBytes(current, body)
    }

    private func name(_ series: Int, line: Int?) throws(DataError) -> String {
        guard let name = index.name(series) else {
            throw DataError(
                .invalidName, "series number \(series + 1) has a name that is not UTF-8; save the file as UTF-8",
                source: source, line: line, column: layout.nameColumn
            )
        }
        return name
    }

    private func emptyName(_ line: Int) -> DataError {
        DataError(.invalidName, "the name is empty; fill it in", source: source, line: line, column: layout.nameColumn)
    }

    private static func excerpt(_ field: CSVTokenizer.Field) -> String {
        let text = String(field.text.prefix(40))
        return text.count < field.text.count ? text + "…" : text
    }
}
