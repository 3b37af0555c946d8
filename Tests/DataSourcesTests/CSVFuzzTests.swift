import ForecastEngine
import Foundation
import TestSupport
import Testing

@testable import DataSources

/// Whatever the bytes, the reader gives a history or a `DataError`, and never depends on how the bytes arrive.
@Suite struct CSVFuzzTests {
    private static let tokens = [
        ",", "\n", "\r\n", "\r", "\"", "\"\"", "\0", "é", "NaN", "NA", "inf", "1e400", "-", ".", "2026-02-30",
        "2024-02-29",
        "99999999999999", "0000-01-01", "9999-12-31T23:59:60-23:59", "1767225600", "1767225600.5", "1767225600123",
        "2026-01-01 00:00+0530", "y", "pod", ";", " ", "\n\n", "web,", "a,2026-01-05,7\n", "2026-01-01T00:00:01Z",
    ]
    private static let long = ByteMutator(
        seeds: [
            "unique_id,ds,y\na,2026-01-01,1\na,2026-01-02,2\nb,2026-01-01,\n",
            "\u{FEFF}\"unique_id\",\"ds\",\"y\",x\r\n\"a \"\"b\"\"\",1767225600,-1.5e-3,7\r\n\"c,\nd\",1767225600,2,text\r\n",
            "ds,note,unique_id,y\n1767225600,,a,1\n1767312000,x,a,-2.5\n1767398400,,a,\n1767484800,\"q\",a,4\n1767571200,,a,.5\n",
            "unique_id,ds,y,x\r\na,2026-01-01 00:00:00,1,2\r\na,2026-01-01 01:00:00,1.25,\r\na,2026-01-01 02:00:00,3,0\r\n",
            "y,ds\n1,2026-01-03\n2,2026-01-01\n3,2026-01-01\n",
            "ds,unique_id,y,p,q\n2026-01-01,b,1,2,3\n2026-01-01,a,1,,\n",
        ],
        tokens: tokens, bytes: [[0xFF], [0xEF, 0xBB, 0xBF]]
    )
    private static let wide = ByteMutator(
        seeds: [
            "timestamp,container,cpu,memory,pod\n2026-01-01T00:00:00Z,web,0.5,1e6,p1\n2026-01-01T00:05:00Z,web,1,2e6,p2\n"
                + "2026-01-01T00:05:00Z,web,1,2e6,p1\n2026-01-01T00:10:00Z,web,1,,p2\n",
            "timestamp,container,cpu,memory\n1767225600,web,0.5,1e6\n1767225900,web,1,\n1767225600,db,-1,3\n",
        ],
        tokens: tokens, bytes: [[0xFF], [0xEF, 0xBB, 0xBF]]
    )

    /// Reads bytes that come in pieces of at most `chunk`.
    private func read(
        _ bytes: [UInt8], chunk: Int, duplicates: CSVOptions.Duplicates = .last, windowSize: Int = 16,
        takesRuns: Bool = true
    ) throws(DataError) -> History {
        var offset = 0
        return try CSVReader(options: CSVOptions(duplicates: duplicates)).read(
            name: "fuzz", windowSize: windowSize, takesRuns: takesRuns
        ) { buffer in
            let count = min(buffer.count, chunk, bytes.count - offset)
            bytes[offset..<(offset + count)].withUnsafeBytes { buffer.copyMemory(from: $0) }
            offset += count
            return count
        }
    }

    /// What a read came to, in a form that can be compared; NaN equals NaN.
    private func text(_ outcome: Result<History, DataError>) -> String {
        switch outcome {
        case .success(let history):
            "\(history.series.map { ($0.id, $0.times, $0.values, $0.columns.sorted { $0.key < $1.key }) })"
        case .failure(let error): error.description
        }
    }

    private func check(_ bytes: [UInt8], _ number: Int, _ random: inout FuzzRandom) throws -> Bool {
        let policy = random.pick([CSVOptions.Duplicates.last, .mean, .maximum, .refuse])
        let whole = Result { () throws(DataError) in try read(bytes, chunk: .max, duplicates: policy) }
        for chunk in [1, 2 + random.below(20)] {
            let pieces = Result { () throws(DataError) in try read(bytes, chunk: chunk, duplicates: policy) }
            #expect(text(pieces) == text(whole), "input \(number)")
        }
        // Rows read in runs are rows read one by one, in any window.
        for (windowSize, takesRuns) in [(1 << 16, true), (16, false)] {
            let other = Result { () throws(DataError) in
                try read(bytes, chunk: .max, duplicates: policy, windowSize: windowSize, takesRuns: takesRuns)
            }
            #expect(text(other) == text(whole), "input \(number)")
        }
        switch whole {
        case .failure(let error):
            #expect(error.source == "fuzz" && !error.message.isEmpty, "input \(number)")
            return false
        case .success(let history):
            for series in history.series {
                #expect(!series.id.isEmpty, "input \(number)")
                for values in [series.values] + series.columns.values {
                    #expect(values.count == series.times.count, "input \(number)")
                    #expect(!values.contains { $0.isInfinite }, "input \(number)")
                }
                #expect(zip(series.times, series.times.dropFirst()).allSatisfy { $0 < $1 }, "input \(number)")
            }
            try checkWritten(history, number)
            return true
        }
    }

    /// Written as a long file, the series are read back the same.
    private func checkWritten(_ history: History, _ number: Int) throws {
        guard let first = history.series.first else { return }
        // CPU and memory of one workload have different columns; a panel's series the same ones.
        let same = history.series.allSatisfy { $0.columns.keys == first.columns.keys }
        let names = same ? first.columns.keys.sorted() : []
        var rows = ["unique_id", "ds", "y"] + names
        var lines = [rows.map(quoted).joined(separator: ",")]
        for series in history.series {
            for row in series.times.indices {
                // A year beyond 9999, to which an offset can lead, cannot be written.
                guard let time = timestamp(series.times[row]) else { return }
                rows = [quoted(series.id), time, decimal(series.values[row])]
                lines.append((rows + names.map { decimal(series.columns[$0]?[row] ?? .nan) }).joined(separator: ","))
            }
        }
        let again = try CSVReader().read(bytes: Array(lines.joined(separator: "\n").utf8), name: "again")
        var expected = history
        if !same { for index in expected.series.indices { expected.series[index].columns = [:] } }
        // Under these names a column would be taken for one of the three, or left out.
        if Set(names.map { $0.lowercased() } + ["unique_id", "ds", "y", "container", ""]).count != names.count + 5 {
            return
        }
        #expect(text(.success(again)) == text(.success(expected)), "input \(number)")
    }

    private func quoted(_ text: String) -> String { "\"" + text.replacing("\"", with: "\"\"") + "\"" }
    private func decimal(_ value: Double) -> String { value.isNaN ? "" : "\(value)" }

    private func timestamp(_ seconds: Int) -> String? {
        let days = Int((Double(seconds) / 86_400).rounded(.down))
        let rest = seconds - days * 86_400
        // Days since 1 March of year 0, by eras of 400 years (H. Hinnant).
        let shifted = days + 719_468
        let era = Int((Double(shifted) / 146_097).rounded(.down))
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
        guard (0...9_999).contains(year) else { return nil }
        return String(
            format: "%04d-%02d-%02dT%02d:%02d:%02dZ", year, month < 10 ? month + 3 : month - 9, day, rest / 3_600,
            rest / 60 % 60, rest % 60)
    }

    @Test func `a large file reads as the same bytes in memory, a bad line with its number`() throws {
        var text = "unique_id,ds,y\n"
        for row in 0..<300_000 { text += "s\(row / 1000),\(1_700_000_000 + row % 1000 * 60),\(row % 97).5\n" }
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let file = try CSVReader().read(path: path)
        #expect(file.series == (try CSVReader().read(bytes: Array(text.utf8), name: "memory")).series)
        #expect(file.report.rows == 300_000)

        try Data((text + "s299,then,1\n").utf8).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: DataError.self) { try CSVReader().read(path: path) }
        #expect(error?.line == 300_002)
        #expect(error?.code == .invalidTimestamp)
    }

    @Test func `mangled panels are read or refused, however their bytes arrive`() async throws {
        let run = FuzzRun("CSV, long, mangled", count: 5_000)
        let taken = try await run.run { number, random throws in try check(Self.long.input(&random), number, &random) }
        #expect(taken > run.count / 20 && taken < run.count, "both outcomes are common, or this tests nothing")
    }

    @Test func `mangled usage histories are read or refused, however their bytes arrive`() async throws {
        let run = FuzzRun("CSV, wide, mangled", count: 5_000)
        let taken = try await run.run { number, random throws in try check(Self.wide.input(&random), number, &random) }
        #expect(taken > run.count / 20 && taken < run.count, "both outcomes are common, or this tests nothing")
    }

    /// A panel in any layout that means the same: order of columns, quotes, line ends, blank lines, shuffled rows.
    @Test func `a panel is read as what it is, however it is laid out`() async throws {
        try await FuzzRun("CSV, long, grown", count: 2_000).run { number, random throws in
            let names = ["a", "b c", "q\"q", "x,y", "two\nlines", "é", "e\u{301}"].shuffled(using: &random).prefix(
                1 + random.below(4))
            let step = random.pick([1, 60, 3_600, 86_400])
            // By their bytes: Swift takes the two ways to write é for equal.
            var wanted: [[UInt8]: [Int: Double]] = [:]
            var rows: [[String]] = []
            for name in names {
                for index in 0..<(1 + random.below(12)) where !random.once(in: 6) {
                    let time = 1_700_000_000 + index * step
                    let value =
                        random.once(in: 8) ? .nan : Double(random.below(2_000) - 1_000) / random.pick([1, 8, 1_000])
                    wanted[Array(name.utf8), default: [:]][time] = value
                    let stamp = random.once(in: 2) ? "\(time)" : timestamp(time) ?? ""
                    rows.append([quoted(name), stamp, value.isNaN ? random.pick(["", "NaN", "null"]) : "\(value)"])
                }
            }
            if random.once(in: 2) { rows.shuffle(using: &random) }
            if rows.isEmpty { return false }
            let order = [0, 1, 2].shuffled(using: &random)
            let end = random.pick(["\n", "\r\n", "\n\n"])
            let header = ["unique_id", "ds", "y"]
            let lines = ([header] + rows).map { row in order.map { row[$0] }.joined(separator: ",") }
            let bytes = Array(((random.once(in: 3) ? "\u{FEFF}" : "") + lines.joined(separator: end)).utf8)
            let history = try read(bytes, chunk: 1 + random.below(40))
            #expect(history.series.count == wanted.count, "input \(number)")
            for series in history.series {
                let known = try #require(wanted[Array(series.id.utf8)], "input \(number)")
                #expect(series.times == known.keys.sorted(), "input \(number)")
                for (time, value) in zip(series.times, series.values) {
                    #expect(value == known[time] || (value.isNaN && known[time]?.isNaN == true), "input \(number)")
                }
            }
            return true
        }
    }

    @Test func `a row or a quoted field without end is refused before it fills the memory`() {
        for (start, piece) in [
            ("unique_id,ds,y\n\"", "a"), ("unique_id,ds,y\n", ","), ("", "a"), ("unique_id,ds,y\n", "a\r"),
        ] {
            var left = Array(start.utf8)[...]
            var given = 0
            let more = Array(repeatElement(Array(piece.utf8), count: 4_096).joined())
            let error = #expect(throws: DataError.self) {
                // A gigabyte in small pieces, were it asked for.
                try CSVReader().read(name: "fuzz") { buffer in
                    if left.isEmpty { left = more[...] }
                    guard given < 1 << 30 else { return 0 }
                    let count = min(buffer.count, left.count)
                    left.prefix(count).withUnsafeBytes { buffer.copyMemory(from: $0) }
                    left = left.dropFirst(count)
                    given += count
                    return count
                }
            }
            #expect(given < 32 << 20, "\(given) bytes were taken")
            #expect(error?.line != nil && error?.message.contains("MiB") == true)
        }
    }

    @Test func `a panel read as a stream is the panel read at once`() throws {
        var text = "unique_id,ds,y\n"
        for series in 0..<50 {
            for day in 0..<(3 + series % 7) { text += "s\(series),\(1_767_225_600 + day * 86_400),\(series * day)\n" }
        }
        let whole = try CSVReader().read(bytes: Array(text.utf8), name: "panel")
        let reader = try SeriesReader(bytes: Array(text.utf8), name: "panel")
        var streamed: [TimeSeries] = []
        while let series = try reader.next() { streamed.append(series) }
        #expect(streamed == whole.series)
        #expect(reader.report.rows == whole.report.rows)
    }

    @Test func `a stream whose series come back is refused with the line`() throws {
        let text = "unique_id,ds,y\na,2026-01-01,1\nb,2026-01-01,1\na,2026-01-02,1\n"
        let reader = try SeriesReader(bytes: Array(text.utf8), name: "panel")
        _ = try reader.next()
        #expect {
            while try reader.next() != nil {}
        } throws: { error in
            (error as? DataError)?.code == .notGrouped && (error as? DataError)?.line == 4
        }
    }

    @Test func `an address shows neither password nor query`() {
        #expect(
            CSVURLSource.redacted("https://user:secret@host:8080/a.csv?token=1#x") == "https://host:8080/a.csv")
        #expect(CSVURLSource.redacted("https://host/a@b.csv") == "https://host/a@b.csv")
    }
}
