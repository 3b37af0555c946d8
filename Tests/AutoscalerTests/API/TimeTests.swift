import Autoscaler
import Foundation
import Testing

struct TimeTests {
    @Test(arguments: [
        ("0s", 0, "0s"), ("90s", 90, "1m30s"), ("5m", 300, "5m"), ("1h30m", 5400, "1h30m"), ("14d", 1_209_600, "14d"),
        ("2w", 1_209_600, "14d"), ("1d1h1m1s", 90_061, "1d1h1m1s"), ("30m1h", 5400, "1h30m"),
    ])
    func `lengths of time are read and written`(text: String, seconds: Int, canonical: String) throws {
        let span = try TimeSpan(text)
        #expect(span.seconds == seconds)
        #expect(span.description == canonical)
        #expect(try TimeSpan(canonical) == span)
    }

    @Test(arguments: ["", "5", "m", "1.5h", "-5m", "5 m", "5m ", "1y", "1234567890s", "٥m"])
    func `what is no length of time is refused with an example`(text: String) {
        let error = #expect(throws: SpecError.self) { try TimeSpan(text) }
        #expect(error?.code == .invalidTimeSpan)
        #expect(error?.message.contains("1h30m") == true)
    }

    @Test(arguments: [
        ("1970-01-01", 0), ("2026-12-24", 1_798_070_400), ("2026-12-24T18:00:01Z", 1_798_135_201),
        ("2000-02-29", 951_782_400),
        ("1969-12-31", -86_400), ("1900-03-01", -2_203_891_200),
    ])
    func `days and times in UTC are read and written`(text: String, seconds: Int) throws {
        let point = try PointInTime(text)
        #expect(point.secondsSince1970 == seconds)
        #expect(point.description == text)
    }

    @Test(arguments: [
        "2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-1-1", "2026-12-24T24:00:00Z",
        "2026-12-24 18:00:00", "",
    ])
    func `what is no day is refused`(text: String) {
        #expect(throws: SpecError.self) { try PointInTime(text) }
        #expect(
            text.range(of: PointInTime.pattern, options: .regularExpression) == nil, "the definitions refuse it too")
    }

    @Test func `every day of four centuries is read back as it was written`() throws {
        for day in stride(from: -146_097, to: 146_097, by: 13) {
            let point = PointInTime(secondsSince1970: day * 86_400)
            #expect(try PointInTime(point.description) == point)
            let isKnown = point.description.range(of: PointInTime.pattern, options: .regularExpression) != nil
            #expect(isKnown, "\(point)")
        }
    }

    private func at(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

    @Test(arguments: [
        ("2026-11-21T22:00:00Z", true), ("2026-11-21T21:59:59Z", false), ("2026-11-22T03:59:59Z", true),
        ("2026-11-22T04:00:00Z", false), ("2026-11-22T23:00:00Z", false), ("2026-11-21T03:00:00Z", false),
    ])
    func `a window over midnight belongs to the day it opens on`(time: String, isOpen: Bool) throws {
        var window = ChangeWindow(start: "22:00", end: "04:00")
        window.days = [.saturday]
        #expect(window.contains(try at(time)) == isOpen)
    }

    @Test func `a window keeps its local hours across daylight saving`() throws {
        var window = ChangeWindow(start: "09:00", end: "10:00")
        window.timeZone = "Europe/Berlin"
        #expect(window.contains(try at("2026-07-01T07:30:00Z")))
        #expect(window.contains(try at("2026-12-01T08:30:00Z")))
        #expect(!window.contains(try at("2026-12-01T07:30:00Z")))
    }

    @Test func `a window that begins when it ends is open all day, and one that cannot be read never`() throws {
        #expect(ChangeWindow(start: "08:00", end: "08:00").contains(try at("2026-12-01T02:00:00Z")))
        #expect(!ChangeWindow(start: "8", end: "25:00").contains(try at("2026-12-01T09:00:00Z")))
        var window = ChangeWindow(start: "00:00", end: "23:59")
        window.timeZone = "Mars/Olympus"
        #expect(!window.contains(try at("2026-12-01T09:00:00Z")))
    }
}
