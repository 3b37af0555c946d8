/// A table for a terminal: columns as wide as their widest cell.
struct TextTable {
    var rows: [[String]]
    /// From which column on cells stand at the right, as numbers do; nil where none does.
    var numbersFrom: Int?

    init(head: [String], numbersFrom: Int? = nil) {
        rows = [head]
        self.numbersFrom = numbersFrom
    }

    /// The lines, nothing after their last cells.
    var lines: [String] { rows.map { line($0) } }

    /// The lines with a rule under the head.
    var ruled: [String] {
        guard let head = lines.first else { return [] }
        return [head, line(widths.map { String(repeating: "─", count: $0) })] + lines.dropFirst()
    }

    private var widths: [Int] {
        (0..<(rows.map(\.count).max() ?? 0)).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
    }

    private func line(_ cells: [String]) -> String {
        let padded = zip(cells, widths).enumerated().map { column, cell in
            let padding = String(repeating: " ", count: cell.1 - cell.0.count)
            return column >= numbersFrom ?? .max ? padding + cell.0 : cell.0 + padding
        }
        return String(padded.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
    }
}
