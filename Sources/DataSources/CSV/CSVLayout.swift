/// Which field of a row means what, as the header and the options say.
struct CSVLayout {
    struct ValueColumn {
        var name: String
        var field: Int
        /// A text in it drops the column in place of failing the read.
        var isOptional: Bool
    }

    var isWide: Bool
    var fieldCount: Int
    var timeField: Int
    var timeColumn: String
    /// The series' name or the container; nil in a long file of one series.
    var nameField: Int?
    var nameColumn: String
    var podField: Int?
    /// Long form: the value, then the extra columns; wide form: CPU, memory.
    var values: [ValueColumn]

    /// Finds the columns in a header, by exact name first and otherwise whatever the case of the letters.
    init(header: [String], options: CSVOptions, source: String) throws(DataError) {
        let names = header.map(Self.trimmed)
        let columns = options.columns
        func find(_ name: String) -> Int? {
            names.firstIndex(of: name) ?? names.firstIndex { $0.lowercased() == name.lowercased() }
        }
        isWide =
            switch options.form {
            case .wide: true
            case .long: false
            // A panel may have a column of containers too.
            case .automatic:
                find(columns.container) != nil && (find(columns.time) == nil || find(columns.value) == nil)
            }
        func require(_ wanted: [String], _ form: String) throws(DataError) -> [Int] {
            let missing = wanted.filter { find($0) == nil }
            guard missing.isEmpty else {
                throw Self.missing(missing, wanted: wanted, form: form, found: names, source: source)
            }
            let fields = wanted.compactMap(find)
            for (name, field) in zip(wanted, fields) where names.filter({ $0 == names[field] }).count > 1 {
                throw DataError(
                    .missingColumn, "the header names this column twice; rename one", source: source, line: 1,
                    column: name
                )
            }
            return fields
        }
        fieldCount = names.count
        if isWide {
            let fields = try require(
                [columns.timestamp, columns.container, columns.cpu, columns.memory], "wide form"
            )
            (timeField, nameField, podField) = (fields[0], fields[1], find(columns.pod))
            (timeColumn, nameColumn) = (columns.timestamp, columns.container)
            values = [
                ValueColumn(name: columns.cpu, field: fields[2], isOptional: false),
                ValueColumn(name: columns.memory, field: fields[3], isOptional: false),
            ]
        } else {
            let wide = [columns.timestamp, columns.container, columns.cpu, columns.memory].joined(separator: ", ")
            let form = options.form == .long ? "long form" : "wide form needs the columns \(wide) and the long form"
            let fields = try require([columns.time, columns.value], form)
            (timeField, nameField, podField) = (fields[0], find(columns.id), nil)
            (timeColumn, nameColumn) = (columns.time, columns.id)
            values = [ValueColumn(name: columns.value, field: fields[1], isOptional: false)]
            switch options.extraColumns {
            case .numeric:
                let taken = Set([timeField, nameField ?? -1, values[0].field])
                for (field, name) in names.enumerated() where !taken.contains(field) && !name.isEmpty {
                    values.append(ValueColumn(name: name, field: field, isOptional: true))
                }
            case .named(let extra):
                for (name, field) in zip(extra, try require(extra, "model")) {
                    values.append(ValueColumn(name: name, field: field, isOptional: false))
                }
                for name in options.optionalColumns where !extra.contains(name) {
                    guard let field = find(name) else { continue }
                    values.append(ValueColumn(name: name, field: field, isOptional: false))
                }
            }
        }
    }

    private static func trimmed(_ name: String) -> String {
        String(name.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }

    /// What can be done where a column is not called as is needed: of a model's source, or of a file on the command line.
    static let adviceOnNames =
        "; add a header line or rename columns (a ForecastModel can say what they are called, in columns of its source)"

    private static func missing(
        _ missing: [String], wanted: [String], form: String, found: [String], source: String
    ) -> DataError {
        // What is no table at all may have a header of megabytes.
        let most = 12
        let shown = found.prefix(most).map { name in
            let text = String(
                name.prefix(40).map {
                    $0.isLetter || $0.isNumber || $0.isSymbol || $0 == " " || $0.isPunctuation ? $0 : "·"
                })
            return name.count > 40 ? text + "…" : text
        }
        var message = "the \(form) needs the columns \(wanted.joined(separator: ", ")); found are "
        message += shown.joined(separator: ", ") + (found.count > most ? " and \(found.count - most) more" : "")
        if found.count == 1, let only = found.first, only.contains(";") || only.contains("\t") {
            message += "; separate fields by commas"
        } else if found.contains(where: { $0.contains("\r") }) {
            message += "; end lines with LF or CRLF, not with CR alone"
        } else {
            message += Self.adviceOnNames
        }
        return DataError(
            .missingColumn, message, source: source, line: 1, column: missing.joined(separator: "\", \"")
        )
    }
}
