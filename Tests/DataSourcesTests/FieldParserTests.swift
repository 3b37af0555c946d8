import Foundation
import TestSupport
import Testing

@testable import DataSources

@Suite struct FieldParserTests {
    private func time(_ text: String) -> TimestampParser.Moment? {
        Array(text.utf8).withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { TimestampParser.parse($0, buffer.count) } ?? nil
        }
    }

    private func number(_ text: String) -> DecimalParser.Outcome {
        Array((text + " ").utf8).withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { DecimalParser.parse($0, buffer.count - 1) } ?? .invalid
        }
    }

    @Test(arguments: [
        ("1970-01-01", 0), ("2000-02-29", 951_782_400), ("1969-12-31", -86_400), ("2026-11-21 09:16", 1_795_252_560),
        ("2026-11-21 09:16:02", 1_795_252_562), ("2026-11-21T09:16:02Z", 1_795_252_562),
        ("2026-11-21t09:16:02z", 1_795_252_562), ("2026-11-21T11:16:02+02:00", 1_795_252_562),
        ("2026-11-21 11:16:02+0200", 1_795_252_562), ("2026-11-21T04:46:02-04:30", 1_795_252_562),
        ("2026-11-21 09:16:02 UTC", 1_795_252_562), ("1795252562", 1_795_252_562), ("1795252562000", 1_795_252_562),
        (" 2026-11-21 ", 1_795_219_200), ("1795252562.0", 1_795_252_562),
    ])
    func `timestamps are read`(text: String, seconds: Int) {
        #expect(time(text) == TimestampParser.Moment(seconds: seconds, hasFraction: false))
    }

    @Test(arguments: ["2026-11-21T09:16:02.250Z", "1795252562.25", "1795252562250", "2026-11-21 09:16:02.25"])
    func `a fraction of a second is cut off and noted`(text: String) {
        #expect(time(text) == TimestampParser.Moment(seconds: 1_795_252_562, hasFraction: true))
    }

    @Test(arguments: [
        "2023-02-29", "2026-00-10", "2026-1-1", "2026-11-21T", "2026-11-21T09", "2026-11-21 09:60", "1", "2026",
        "2026-11-21 09:16:02+", "2026-11-21 09:16:02x", "2026-11-21 09:16:02.", "2026-11-21 09:16:02 ", "--",
        "2026-11-21x09:16:02", "2026-11-21 09:16:02+2", "123456789012345",
    ])
    func `what is no timestamp is refused`(text: String) {
        // A trailing blank is trimmed, so only that one of the list is a time after all.
        #expect((time(text) == nil) == (text != "2026-11-21 09:16:02 "))
    }

    @Test func `dates agree with Foundation over four centuries`() {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        for day in stride(from: -100_000, to: 60_000, by: 37) {
            let date = Date(timeIntervalSince1970: Double(day) * 86_400)
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            #expect(
                TimestampParser.days(year: parts.year ?? 0, month: parts.month ?? 0, day: parts.day ?? 0) == day
            )
        }
    }

    @Test func `numbers agree with the standard library to the last bit`() {
        var random = FuzzRandom(seed: 1)
        for _ in 0..<20_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            #expect(number("\(value)") == .number(value))
            let plain = Double(Int64.random(in: -99_999_999...99_999_999, using: &random)) / 10_000
            #expect(number("\(plain)") == .number(plain))
        }
    }

    @Test(arguments: ["", " ", "NaN", "nan", "NA", "null", "None"])
    func `nothing is a missing value`(text: String) {
        #expect(number(text) == .missing)
    }

    @Test(arguments: ["-", ".", "e5", "1e", "1e+", "+-1", "1 2", "infinity", "0x1", "1_000", "١"])
    func `what is no number is refused`(text: String) {
        #expect(number(text) == .invalid)
    }

    @Test(arguments: [
        ("7.", 7.0), (".5", 0.5), ("-0", 0), ("+3", 3), ("1E-3", 0.001), (" 4 ", 4),
        ("123456789012345678901234567890", 1.2345678901234568e29),
    ])
    func `unusual decimals are read`(text: String, value: Double) {
        #expect(number(text) == .number(value))
    }
}
