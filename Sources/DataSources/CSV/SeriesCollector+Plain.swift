/// The fast way through plain rows, which are nearly all rows of nearly all files.
///
/// A row is plain when it belongs to the series of the row before, has no quote, and its times and numbers are in their
/// usual forms. Such rows are read where they lie in the tokenizer's window. The first that is not plain ends the run and
/// is left to ``add(_:)``, which knows every form and every error, so that the result never depends on this way.
extension SeriesCollector {
    /// What a field of a row holds.
    enum Role {
        case name
        case time
        /// The value column of this number.
        case value(Int)
        case ignored
    }

    /// The role of each field; nil where rows cannot be read this way: pods and slices are looked at one by one, and a
    /// negative use is counted.
    static func roles(_ layout: CSVLayout, hasSlice: Bool) -> [Role]? {
        guard !layout.isWide, !hasSlice, layout.podField == nil else { return nil }
        var roles = [Role](repeating: .ignored, count: layout.fieldCount)
        // A field that is asked for twice is read by the careful way.
        for (index, column) in layout.values.enumerated() {
            guard case .ignored = roles[column.field] else { return nil }
            roles[column.field] = .value(index)
        }
        if let name = layout.nameField {
            guard case .ignored = roles[name] else { return nil }
            roles[name] = .name
        }
        guard case .ignored = roles[layout.timeField] else { return nil }
        roles[layout.timeField] = .time
        return roles
    }

    /// Takes plain rows of the current series from the tokenizer's window, as many as there are.
    func addPlainRows(_ tokenizer: CSVTokenizer) {
        guard let roles, current >= 0, isPlainName else { return }
        let window = tokenizer.wholeLines
        guard let start = window.baseAddress, !window.isEmpty else { return }
        let end = start + window.count
        let taken = withCurrentName { name in
            roles.withUnsafeBufferPointer { roles in
                scratch.withUnsafeMutableBufferPointer { values in
                    read(start, end, name: name, roles: roles, values: values)
                }
            }
        }
        rows += taken.rows
        tokenizer.skip(bytes: taken.next - start, lines: taken.rows)
    }

    /// Reads rows up to the first that is not plain; says where that begins.
    ///
    /// All scans end at a line break, and the last byte before `end` is one.
    private func read(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, name: UnsafeBufferPointer<UInt8>,
        roles: UnsafeBufferPointer<Role>, values: UnsafeMutableBufferPointer<Double>
    ) -> (next: UnsafePointer<UInt8>, rows: Int) {
        // Arrays that this function alone holds grow without a look at who else does.
        var times: [Int] = []
        var column: [Double] = []
        swap(&times, &open.times)
        swap(&column, &open.values[0])
        defer {
            swap(&times, &open.times)
            swap(&column, &open.values[0])
        }
        let last = roles.count - 1
        var next = start
        var count = 0
        while next < end {
            var p = next
            var time = 0
            for field in 0...last {
                switch roles[field] {
                case .name:
                    guard end - p > name.count, Self.equal(p, name) else { return (next, count) }
                    p += name.count
                case .time:
                    guard let (seconds, behind) = Self.time(p, end) else { return (next, count) }
                    time = seconds
                    p = behind
                case .value(let index):
                    guard let (value, behind) = DecimalParser.plain(p) else { return (next, count) }
                    values[index] = value
                    p = behind
                case .ignored:
                    guard p[0] != UInt8(ascii: "\"") else { return (next, count) }
                    while p[0] != UInt8(ascii: ","), p[0] != UInt8(ascii: "\n") { p += 1 }
                    // The carriage return belongs to the line break, below.
                    if field == last, p > next, p[-1] == UInt8(ascii: "\r") { p -= 1 }
                }
                if field < last {
                    guard p[0] == UInt8(ascii: ",") else { return (next, count) }
                } else if p[0] == UInt8(ascii: "\r") {
                    p += 1
                    guard p < end else { return (next, count) }
                }
                if field == last, p[0] != UInt8(ascii: "\n") { return (next, count) }
                p += 1
                // Only a name can be followed by nothing at all.
                guard field == last || p < end else { return (next, count) }
            }
            times.append(time)
            column.append(values[0])
            if values.count > 1 { for index in 1..<values.count { open.values[index].append(values[index]) } }
            count += 1
            next = p
        }
        return (next, count)
    }

    @inline(__always)
    private static func equal(_ p: UnsafePointer<UInt8>, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
        for i in 0..<name.count where p[i] != name[i] { return false }
        return true
    }

    /// A timestamp without a fraction, and where it ends; nil for what takes a closer look.
    @inline(__always)
    private static func time(
        _ p: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> (seconds: Int, behind: UnsafePointer<UInt8>)? {
        var length = 0
        if end - p > 19 {
            length = isEnd(p[10]) ? 10 : isEnd(p[19]) ? 19 : 0
        }
        if length == 0 { while !isEnd(p[length]) { length += 1 } }
        guard let moment = TimestampParser.parse(p, length), !moment.hasFraction else { return nil }
        return (moment.seconds, p + length)
    }

    @inline(__always)
    private static func isEnd(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }
}
