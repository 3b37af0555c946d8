import Foundation
import Synchronization
import Testing

@testable import DataSources

/// Reading ahead changes when bytes are read, and nothing else.
@Suite struct ReadAheadTests {
    /// A source of numbered bytes that gives `piece` of them at a time.
    private final class Source: Sendable {
        let total: Int
        let piece: Int
        let given = Mutex(0)
        let failure: DataError?

        init(total: Int, piece: Int, failure: DataError? = nil) {
            self.total = total
            self.piece = piece
            self.failure = failure
        }

        func read(_ buffer: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
            let start = given.withLock { $0 }
            let count = min(piece, buffer.count, total - start)
            if count == 0, let failure { throw failure }
            for i in 0..<count { buffer[i] = UInt8(truncatingIfNeeded: (start + i) &* 31 / 7) }
            given.withLock { $0 += count }
            return count
        }
    }

    @Test(arguments: [1, 1000, 65_536, 1 << 20, 5 << 20])
    func `all bytes come in their order, however they are given and taken`(piece: Int) throws {
        let total = piece == 1 ? 3_000 : (5 << 20) + 123
        let source = Source(total: total, piece: piece)
        let ahead = ReadAhead { buffer throws(DataError) in try source.read(buffer) }
        var seen = 0
        var buffer = [UInt8](repeating: 0, count: 70_001)
        while true {
            let count = try buffer.withUnsafeMutableBytes { bytes throws(DataError) in try ahead.take(into: bytes) }
            if count == 0 { break }
            for i in 0..<count {
                guard buffer[i] == UInt8(truncatingIfNeeded: (seen + i) &* 31 / 7) else {
                    Issue.record("byte \(seen + i) is another one")
                    return
                }
            }
            seen += count
        }
        #expect(seen == total)
    }

    @Test func `an error comes after the bytes that were read before it`() throws {
        let source = Source(total: 10, piece: 4, failure: DataError(.unreadable, "broke", source: "f"))
        let ahead = ReadAhead { buffer throws(DataError) in try source.read(buffer) }
        var buffer = [UInt8](repeating: 0, count: 64)
        var seen = 0
        let error = #expect(throws: DataError.self) {
            while true {
                seen += try buffer.withUnsafeMutableBytes { bytes throws(DataError) in try ahead.take(into: bytes) }
            }
        }
        #expect(error?.message == "broke")
        #expect(seen == 10)
    }

    @Test func `no more than a few blocks are read for somebody who takes nothing`() throws {
        let source = Source(total: 100 << 20, piece: 1 << 20)
        var ahead: ReadAhead? = ReadAhead { buffer throws(DataError) in try source.read(buffer) }
        var buffer = [UInt8](repeating: 0, count: 16)
        _ = try buffer.withUnsafeMutableBytes { bytes throws(DataError) in try ahead?.take(into: bytes) }
        // However long one waits: three blocks.
        for _ in 0..<20 { usleep(5_000) }
        #expect(source.given.withLock { $0 } <= 4 << 20)
        ahead = nil
        usleep(20_000)
        #expect(source.given.withLock { $0 } <= 5 << 20)
    }

    @Test func `a large file reads as the same bytes in memory, a bad line with its number`() throws {
        var text = "unique_id,ds,y\n"
        for row in 0..<300_000 { text += "s\(row / 1000),\(1_700_000_000 + row % 1000 * 60),\(row % 97).5\n" }
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        #expect(text.utf8.count > 4 << 20)
        let file = try CSVReader().read(path: path)
        #expect(file.series == (try CSVReader().read(bytes: Array(text.utf8), name: "memory")).series)

        try Data((text + "s299,then,1\n").utf8).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: DataError.self) { try CSVReader().read(path: path) }
        #expect(error?.line == 300_002)
        #expect(error?.code == .invalidTimestamp)
    }
}
