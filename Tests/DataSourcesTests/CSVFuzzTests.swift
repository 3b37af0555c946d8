import ForecastEngine
import Testing

@testable import DataSources

/// Seeded fuzzing: whatever the bytes, the reader gives a history or a `DataError`, and never depends on how the bytes
/// arrive.
@Suite struct CSVFuzzTests {
    /// SplitMix64.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private static let seeds = [
        "unique_id,ds,y\na,2026-01-01,1\na,2026-01-02,2\nb,2026-01-01,\n",
        "timestamp,container,cpu,memory,pod\n2026-01-01T00:00:00Z,web,0.5,1e6,p1\n2026-01-01T00:05:00Z,web,1,2e6,p2\n",
        "\u{FEFF}\"unique_id\",\"ds\",\"y\",x\r\n\"a \"\"b\"\"\",1767225600,-1.5e-3,7\r\n",
    ]
    private static let pieces: [[UInt8]] =
        [
            ",", "\n", "\r\n", "\"", "\"\"", "\0", "é", "NaN", "inf", "1e400", "-", ".", "2026-02-30", "99999999999999",
            "y", ";", " ",
        ].map { Array($0.utf8) } + [[0xFF], [0xEF, 0xBB, 0xBF]]

    private func mutated(_ random: inout Generator) -> [UInt8] {
        var bytes = Array(Self.seeds[Int.random(in: 0..<Self.seeds.count, using: &random)].utf8)
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let at = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes.insert(contentsOf: Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &random)], at: at)
            case 1 where at < bytes.count: bytes.remove(at: at)
            case 2 where at < bytes.count: bytes[at] = UInt8.random(in: 0...255, using: &random)
            default:
                let end = Int.random(in: at...bytes.count, using: &random)
                bytes.insert(contentsOf: bytes[at..<end], at: at)
            }
        }
        return bytes
    }

    /// What a read came to, in a form that can be compared; NaN equals NaN.
    private func outcome(_ bytes: [UInt8], chunk: Int) -> String {
        var offset = 0
        do {
            let history = try CSVReader().read(name: "fuzz", windowSize: 16) { buffer in
                let count = min(buffer.count, chunk, bytes.count - offset)
                bytes[offset..<(offset + count)].withUnsafeBytes { buffer.copyMemory(from: $0) }
                offset += count
                return count
            }
            for series in history.series {
                #expect(series.values.count == series.times.count)
                #expect(zip(series.times, series.times.dropFirst()).allSatisfy { $0 < $1 })
                #expect(!series.values.contains { $0.isInfinite })
            }
            return "\(history.series.map { ($0.id, $0.times, $0.values) })"
        } catch {
            return error.description
        }
    }

    @Test func `ten thousand mangled files are read or refused, however their bytes arrive`() {
        var random = Generator(state: 20_261_121)
        var refused = 0
        for _ in 0..<10_000 {
            let bytes = mutated(&random)
            let whole = outcome(bytes, chunk: .max)
            #expect(outcome(bytes, chunk: 1) == whole)
            if whole.hasPrefix("fuzz") { refused += 1 }
        }
        // Both outcomes are common, or the mutations test nothing.
        #expect(refused > 2_000 && refused < 9_500)
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
