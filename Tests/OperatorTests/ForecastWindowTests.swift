import Foundation
import Testing

@testable import Operator

struct ForecastWindowTests {
    private func weekend(from text: String, zone: String = "Etc/UTC") throws -> [String] {
        let origin = Int(try Date(text, strategy: .iso8601).timeIntervalSince1970)
        let span = ForecastWindow.weekend.span(from: origin, timeZone: try #require(TimeZone(identifier: zone)))
        return [span.start, span.end].map { Date(timeIntervalSince1970: Double($0)).formatted(.iso8601) }
    }

    @Test(arguments: [
        ("2026-11-18T10:00:00Z", "2026-11-21T00:00:00Z", "2026-11-23T00:00:00Z"),  // Wednesday
        ("2026-11-20T23:59:59Z", "2026-11-21T00:00:00Z", "2026-11-23T00:00:00Z"),  // Friday
        ("2026-11-21T12:00:00Z", "2026-11-21T12:00:00Z", "2026-11-23T00:00:00Z"),  // Saturday
        ("2026-11-22T12:00:00Z", "2026-11-22T12:00:00Z", "2026-11-23T00:00:00Z"),  // Sunday
        ("2026-11-23T00:00:00Z", "2026-11-28T00:00:00Z", "2026-11-30T00:00:00Z"),  // Monday
    ])
    func `the next weekend is the one that begins next, or what is left of this one`(
        now: String, start: String, end: String
    ) throws {
        #expect(try weekend(from: now) == [start, end])
    }

    @Test func `a weekend is a local one`() throws {
        #expect(
            try weekend(from: "2026-11-18T10:00:00Z", zone: "America/New_York")
                == ["2026-11-21T05:00:00Z", "2026-11-23T05:00:00Z"])
    }

    @Test func `the others begin now and last as long as their name says`() {
        let utc = TimeZone.gmt
        #expect(ForecastWindow.day.span(from: 100, timeZone: utc) == (100, 100 + 86_400))
        #expect(ForecastWindow.week.span(from: 100, timeZone: utc) == (100, 100 + 7 * 86_400))
        #expect(ForecastWindow.month.span(from: 100, timeZone: utc) == (100, 100 + 28 * 86_400))
    }
}
