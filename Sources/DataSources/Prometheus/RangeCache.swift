/// Parts of range queries, a day each, that were answered before and whose time is over.
///
/// A server answers each point of a range query by itself, so days that are put together are the whole range to the last
/// bit. Days are those of UTC, so that every run asks for the same ones. What is not kept: a day that is not over, or was
/// answered with warnings (a store may have been away), with nothing (it may come yet), or with infinities (they are
/// counted, and a count has no days).
struct RangeCache: Sendable {
    let cache: SourceCache
    /// Whose answers they are: the server's address and the tenant.
    let server: String
    /// The present of the run, seconds since 1970 UTC.
    let asOf: Int

    /// How many steps a part has: a day's, or one where a step is longer.
    static func steps(of step: Int) -> Int { max(1, 86_400 / step) }

    /// One part: `span` seconds from `start`, a multiple of `span`, on.
    struct Part: Hashable {
        var start: Int
        var span: Int
        var step: Int

        var last: Int { start + span - step }
    }

    /// The parts that a range touches, in order.
    func parts(from start: Int, through end: Int, step: Int) -> [Part] {
        let span = Self.steps(of: step) * step
        return (start / span...end / span).map { Part(start: $0 * span, span: span, step: step) }
    }

    /// Whether nothing in a part can change any more.
    func isOver(_ part: Part) -> Bool { part.last <= asOf - cache.overlap }

    func read(_ part: Part, of expression: String) -> [PrometheusAnswer.Series]? {
        guard isOver(part), let bytes = cache.read(question(part, expression)) else { return nil }
        return Self.decode(bytes, part)
    }

    /// Keeps the parts that lie in a range as a whole.
    func keep(_ series: [PrometheusAnswer.Series], of expression: String, from start: Int, through end: Int, step: Int)
        throws
    {
        guard series.allSatisfy({ $0.infinite == 0 }) else { return }
        for part in parts(from: start, through: end, step: step)
        where part.start >= start && part.last <= end && isOver(part) {
            let slice = series.compactMap { $0.within(part.start, part.last) }
            if !slice.isEmpty { try cache.write(Self.encode(slice, part), question(part, expression)) }
        }
    }

    private func question(_ part: Part, _ expression: String) -> String {
        "query_range 1\n\(server)\n\(part.step)\n\(part.start)\n\(part.span)\n\(expression)"
    }

    // MARK: Bytes

    /// Counts, texts, step numbers and bit patterns, little-endian.
    static func encode(_ series: [PrometheusAnswer.Series], _ part: Part) -> [UInt8] {
        var bytes: [UInt8] = []
        func add(_ number: some FixedWidthInteger) { withUnsafeBytes(of: number.littleEndian) { bytes += $0 } }
        func add(_ text: String) {
            add(UInt32(text.utf8.count))
            bytes += Array(text.utf8)
        }
        add(UInt32(series.count))
        for one in series {
            add(UInt32(one.labels.count))
            for (name, value) in one.labels.sorted(by: { $0.key < $1.key }) {
                add(name)
                add(value)
            }
            add(UInt32(one.times.count))
            for time in one.times { add(UInt32((time - part.start) / part.step)) }
            for value in one.values { add(value.bitPattern) }
        }
        return bytes
    }

    /// What ``encode(_:_:)`` wrote; nil where it is something else.
    static func decode(_ bytes: [UInt8], _ part: Part) -> [PrometheusAnswer.Series]? {
        var position = 0
        func number<Number: FixedWidthInteger & BitwiseCopyable>(_: Number.Type) -> Number? {
            let size = MemoryLayout<Number>.size
            guard bytes.count - position >= size else { return nil }
            defer { position += size }
            return bytes.withUnsafeBytes {
                Number(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: Number.self))
            }
        }
        func count(of size: Int) -> Int? {
            guard let count = number(UInt32.self).map(Int.init), count <= (bytes.count - position) / size else {
                return nil
            }
            return count
        }
        func text() -> String? {
            guard let length = count(of: 1) else { return nil }
            defer { position += length }
            return String(validating: bytes[position..<position + length], as: UTF8.self)
        }
        guard let total = count(of: 8) else { return nil }
        var series: [PrometheusAnswer.Series] = []
        for _ in 0..<total {
            var one = PrometheusAnswer.Series()
            guard let labels = count(of: 8) else { return nil }
            for _ in 0..<labels {
                guard let name = text(), let value = text() else { return nil }
                one.labels[name] = value
            }
            guard let points = count(of: 12) else { return nil }
            for _ in 0..<points {
                guard let index = number(UInt32.self), Int(index) * part.step < part.span else { return nil }
                one.times.append(part.start + Int(index) * part.step)
            }
            for _ in 0..<points {
                guard let pattern = number(UInt64.self) else { return nil }
                one.values.append(Double(bitPattern: pattern))
            }
            series.append(one)
        }
        return position == bytes.count ? series : nil
    }
}

extension PrometheusAnswer.Series {
    /// The points from `first` to `last`; nil where there are none.
    func within(_ first: Int, _ last: Int) -> Self? {
        guard let begin = times.firstIndex(where: { $0 >= first }), let end = times.lastIndex(where: { $0 <= last }),
            begin <= end
        else { return nil }
        var part = self
        part.times = Array(times[begin...end])
        part.values = Array(values[begin...end])
        return part
    }
}
