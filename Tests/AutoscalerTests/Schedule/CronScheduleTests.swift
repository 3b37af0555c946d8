import Foundation
import Testing

@testable import Autoscaler

struct CronScheduleTests {
    private func next(_ expression: String, _ zone: String? = nil, after text: String) throws -> String? {
        let after = try Date(text, strategy: .iso8601)
        return try CronSchedule(expression, timeZone: zone).next(after: after)?.formatted(.iso8601)
    }

    @Test(arguments: [
        ("0 3 * * *", "2026-11-21T02:59:59Z", "2026-11-21T03:00:00Z"),
        ("0 3 * * *", "2026-11-21T03:00:00Z", "2026-11-22T03:00:00Z"),
        ("*/15 * * * *", "2026-11-21T10:46:00Z", "2026-11-21T11:00:00Z"),
        ("5/20 * * * *", "2026-11-21T10:26:00Z", "2026-11-21T10:45:00Z"),
        ("0 0 * * MON", "2026-11-21T00:00:00Z", "2026-11-23T00:00:00Z"),
        ("0 0 * * 7", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"),
        ("0 12 1,15 * *", "2026-11-15T12:00:00Z", "2026-12-01T12:00:00Z"),
        ("0 0 29 2 *", "2026-11-21T00:00:00Z", "2028-02-29T00:00:00Z"),
        ("@weekly", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"),
        ("@yearly", "2026-11-21T00:00:00Z", "2027-01-01T00:00:00Z"),
        // Both day fields restricted: either matches.
        ("0 0 13 * FRI", "2026-11-21T00:00:00Z", "2026-11-27T00:00:00Z"),
    ])
    func `the next run follows the fields`(expression: String, after: String, expected: String) throws {
        #expect(try next(expression, after: after) == expected)
    }

    @Test func `fields are read in the time zone`() throws {
        #expect(try next("0 3 * * *", "Europe/Berlin", after: "2026-11-21T00:00:00Z") == "2026-11-21T02:00:00Z")
        #expect(try next("0 3 * * *", "Europe/Berlin", after: "2026-07-01T00:00:00Z") == "2026-07-01T01:00:00Z")
    }

    @Test func `a time that daylight saving skips does not run`() throws {
        // Berlin goes from 02:00 to 03:00 on 28 March 2027.
        #expect(try next("30 2 * * *", "Europe/Berlin", after: "2027-03-27T12:00:00Z") == "2027-03-29T00:30:00Z")
    }

    @Test func `a time that occurs twice runs once`() throws {
        // Berlin goes from 03:00 back to 02:00 on 25 October 2026, so 02:30 is 00:30Z and 01:30Z.
        let first = try next("30 2 * * *", "Europe/Berlin", after: "2026-10-24T12:00:00Z")
        #expect(first == "2026-10-25T00:30:00Z")
        #expect(try next("30 2 * * *", "Europe/Berlin", after: try #require(first)) == "2026-10-26T01:30:00Z")
    }

    @Test func `a day that never comes has no next run`() throws {
        #expect(try next("0 0 30 2 *", after: "2026-11-21T00:00:00Z") == nil)
    }

    @Test(arguments: [
        ("", "five"), ("0 3 * *", "4 fields"), ("60 * * * *", "minute '60'"), ("0 24 * * *", "hour '24'"),
        ("0 0 0 * *", "day of month '0'"), ("0 0 * 13 *", "month '13'"), ("0 0 * * 8", "day of week '8'"),
        ("*/0 * * * *", "minute '*/0'"), ("5-1 * * * *", "minute '5-1'"), ("a * * * *", "minute 'a'"),
        ("1,,2 * * * *", "minute ''"), ("@sometimes", "@daily"), ("-5 * * * *", "minute '-5'"),
    ])
    func `a schedule that cannot be read names the field`(expression: String, part: String) {
        let error = #expect(throws: CronError.self) { try CronSchedule(expression) }
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "no error")")
    }

    @Test func `a time zone that is not known is named`() {
        let error = #expect(throws: CronError.self) { try CronSchedule("0 3 * * *", timeZone: "Mars/Olympus") }
        #expect(error?.message.contains("Mars/Olympus") == true)
    }
}
