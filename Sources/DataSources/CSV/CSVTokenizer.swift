/// Splits bytes into rows and fields as RFC 4180 has them, LF or CRLF, one window of the source at a time.
///
/// The fields of a row point into the window and hold until the next call of ``nextRow()``. A class, for it owns
/// the window's memory; it never leaves the function that made it.
final class CSVTokenizer {
    /// One field of the current row, without its quotes.
    struct Field {
        var start: UnsafeMutablePointer<UInt8>
        var count: Int
        var hasEscapes: Bool

        var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }
        var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    /// Takes up to the buffer's size of bytes from the source and says how many; 0 is the end.
    typealias Fill = (UnsafeMutableRawBufferPointer) throws(DataError) -> Int

    /// The longest row: far beyond any real one, and what a missing quote or line end may cost in memory.
    private static let longestRow = 4 << 20

    let name: String
    private let fill: Fill
    private var window: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var start = 0
    private var end = 0
    /// Behind the last line break of the window, for the `end` that it was found for.
    private var lastLineEnd = 0
    private var lineEndKnownFor = -1
    private var finished = false
    private var linesScanned = 0
    private var nextLine = 1

    private(set) var fields: UnsafeMutablePointer<Field>
    private var fieldCapacity = 16
    private(set) var fieldCount = 0
    /// The line on which the current row starts, counted from 1.
    private(set) var line = 0
    /// All bytes taken from the source so far.
    private(set) var bytesRead = 0

    init(name: String, windowSize: Int = 1 << 20, fill: @escaping Fill) {
        self.name = name
        self.fill = fill
        capacity = max(16, windowSize)
        window = .allocate(capacity: capacity)
        fields = .allocate(capacity: fieldCapacity)
    }

    deinit {
        window.deallocate()
        fields.deallocate()
    }

    /// Moves to the next row that is not blank; false at the end.
    func nextRow() throws(DataError) -> Bool {
        while true {
            if start == end, finished { return false }
            let next = try scan()
            if next < 0 {
                try refill()
                continue
            }
            line = nextLine
            nextLine += linesScanned
            start = next
            if fieldCount == 1, fields[0].count == 0, !fields[0].hasEscapes { continue }
            return true
        }
    }

    /// The bytes from the next row to the last line break in the window; empty where the window holds no whole line.
    var wholeLines: UnsafeBufferPointer<UInt8> {
        if end != lineEndKnownFor {
            var last = end
            while last > start, window[last - 1] != UInt8(ascii: "\n") { last -= 1 }
            lastLineEnd = last
            lineEndKnownFor = end
        }
        return UnsafeBufferPointer(start: window + start, count: max(0, lastLineEnd - start))
    }

    /// Passes over whole rows of one line each, which were read where they lie.
    func skip(bytes: Int, lines: Int) {
        start += bytes
        nextLine += lines
    }

    /// Scans one row from `start`; gives the offset behind it, or −1 when the window ends before the row does.
    private func scan() throws(DataError) -> Int {
        let comma = UInt8(ascii: ","), newline = UInt8(ascii: "\n"), quote = UInt8(ascii: "\"")
        let bytes = window
        let end = self.end
        var i = start
        var count = 0
        var isQuoted = false
        linesScanned = 1
        while true {
            if count == fieldCapacity { growFields() }
            let first = i
            isQuoted = i < end && bytes[i] == quote
            if isQuoted {
                guard let closing = closingQuote(after: i) else {
                    guard finished else { return -1 }
                    throw DataError(
                        .malformedQuote, "a quoted field is not closed before the end of the file; add the \"",
                        source: name, line: nextLine
                    )
                }
                fields[count] = Field(
                    start: bytes + first + 1, count: closing.offset - first - 1, hasEscapes: closing.hasEscapes
                )
                i = closing.offset + 1
                if i < end, bytes[i] == UInt8(ascii: "\r") { i += 1 }
                guard i == end || bytes[i] == comma || bytes[i] == newline else {
                    throw DataError(
                        .malformedQuote, "text follows a closing quote; write a quote inside a field as \"\"",
                        source: name, line: nextLine
                    )
                }
            } else {
                while i < end, bytes[i] != comma, bytes[i] != newline { i += 1 }
                fields[count] = Field(start: bytes + first, count: i - first, hasEscapes: false)
            }
            if i == end, !finished { return -1 }
            count += 1
            if i < end, bytes[i] == comma {
                i += 1
                continue
            }
            fieldCount = count
            if !isQuoted { trimCarriageReturn(lastField: count - 1) }
            unescape()
            return i < end ? i + 1 : i
        }
    }

    private func trimCarriageReturn(lastField: Int) {
        let field = fields[lastField]
        if field.count > 0, field.start[field.count - 1] == UInt8(ascii: "\r") { fields[lastField].count -= 1 }
    }

    /// Where the quoted field that opens at `open` closes, or nil when the window ends first.
    private func closingQuote(after open: Int) -> (offset: Int, hasEscapes: Bool)? {
        let quote = UInt8(ascii: "\"")
        var hasEscapes = false
        var i = open + 1
        while i < end {
            if window[i] == quote {
                if i + 1 < end, window[i + 1] == quote {
                    hasEscapes = true
                    i += 2
                    continue
                }
                return i + 1 < end || finished ? (i, hasEscapes) : nil
            }
            if window[i] == UInt8(ascii: "\n") { linesScanned += 1 }
            i += 1
        }
        return nil
    }

    /// Turns `""` into `"` in place: only once a row is complete, for an incomplete one is scanned again.
    private func unescape() {
        for index in 0..<fieldCount where fields[index].hasEscapes {
            let bytes = fields[index].start
            var write = 0
            var read = 0
            while read < fields[index].count {
                bytes[write] = bytes[read]
                read += bytes[read] == UInt8(ascii: "\"") ? 2 : 1
                write += 1
            }
            fields[index].count = write
        }
    }

    /// Moves the unfinished row to the window's start and takes more bytes, in a larger window where it is full.
    private func refill() throws(DataError) {
        let rest = end - start
        if start > 0 { window.update(from: window + start, count: rest) }
        guard rest <= Self.longestRow else { throw tooLong() }
        if rest == capacity {
            let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2)
            larger.update(from: window, count: rest)
            window.deallocate()
            window = larger
            capacity *= 2
        }
        start = 0
        end = rest
        lineEndKnownFor = -1
        let isFirst = bytesRead == 0
        repeat {
            let taken = try fill(UnsafeMutableRawBufferPointer(start: window + end, count: capacity - end))
            if taken == 0 { finished = true }
            end += taken
            bytesRead += taken
            // A row that has not ended is scanned anew: only when there is twice as much of it, or a source that comes
            // in small pieces would make that quadratic.
        } while !finished && end < capacity && ((isFirst && end < 3) || end - rest < rest)
        // A byte order mark, as spreadsheets write it.
        if isFirst, end >= 3, window[0] == 0xEF, window[1] == 0xBB, window[2] == 0xBF { start = 3 }
    }

    private func tooLong() -> DataError {
        DataError(
            .unevenRow,
            "a row is longer than \(Self.longestRow >> 20) MiB; close the quote that opens in it, or end lines with LF or CRLF",
            source: name, line: nextLine
        )
    }

    private func growFields() {
        let larger = UnsafeMutablePointer<Field>.allocate(capacity: fieldCapacity * 2)
        larger.update(from: fields, count: fieldCapacity)
        fields.deallocate()
        fields = larger
        fieldCapacity *= 2
    }
}
