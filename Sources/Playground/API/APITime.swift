import Foundation

/// RFC 3339 times as the API writes them, in UTC.
enum APITime {
    /// `2026-01-02T03:04:05Z`.
    static func text(_ date: Date) -> String {
        date.formatted(.iso8601)
    }

    /// With microseconds, as `MicroTime` has them.
    static func microText(_ date: Date) -> String {
        let whole = date.timeIntervalSince1970.rounded(.down)
        let micros = Int((date.timeIntervalSince1970 - whole) * 1_000_000)
        let fraction = String(micros + 1_000_000).dropFirst()
        return text(Date(timeIntervalSince1970: whole)).dropLast() + ".\(fraction)Z"
    }

    /// Reads a time with or without a fraction; nil where the text is none.
    static func parse(_ text: String) -> Date? {
        if let date = try? Date(text, strategy: .iso8601) { return date }
        return try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
