public import Foundation

/// A time in whole seconds, written `2026-11-21T09:30:00Z`: Kubernetes' `metav1.Time`.
public struct Timestamp: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    /// Seconds since 1970 UTC.
    public var seconds: Int64

    /// A time from seconds since 1970 UTC.
    public init(seconds: Int64) { self.seconds = seconds }

    /// A date, cut to whole seconds.
    public init(_ date: Date) { seconds = Int64(date.timeIntervalSince1970.rounded(.down)) }

    /// Reads RFC 3339; nil where the text is not that.
    public init?(_ text: String) {
        guard let time = MicroTime(text) else { return nil }
        seconds = time.microseconds.floorDivided(by: 1_000_000).quotient
    }

    /// The time as a date.
    public var date: Date { Date(timeIntervalSince1970: Double(seconds)) }
    /// The time in RFC 3339, in UTC.
    public var description: String { RFC3339.format(seconds: seconds) + "Z" }

    /// Whether `lhs` is earlier.
    public static func < (lhs: Timestamp, rhs: Timestamp) -> Bool { lhs.seconds < rhs.seconds }

    /// Reads a string in RFC 3339.
    public init(from decoder: any Decoder) throws {
        self.init(seconds: try MicroTime(from: decoder).microseconds.floorDivided(by: 1_000_000).quotient)
    }

    /// Writes RFC 3339.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A time in microseconds, written `2026-11-21T09:30:00.000000Z`: Kubernetes' `metav1.MicroTime`, used by Leases and
/// Events.
public struct MicroTime: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    /// Microseconds since 1970 UTC.
    public var microseconds: Int64

    /// A time from microseconds since 1970 UTC.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// A date, rounded to microseconds.
    public init(_ date: Date) { microseconds = Int64((date.timeIntervalSince1970 * 1_000_000).rounded()) }

    /// Reads RFC 3339; nil where the text is not that.
    public init?(_ text: String) {
        guard let parsed = RFC3339.parse(text) else { return nil }
        microseconds = parsed
    }

    /// The time as a date.
    public var date: Date { Date(timeIntervalSince1970: Double(microseconds) / 1_000_000) }

    /// The time in RFC 3339 with six digits, in UTC.
    public var description: String {
        let (seconds, rest) = microseconds.floorDivided(by: 1_000_000)
        let digits = String(rest)
        return RFC3339.format(seconds: seconds) + "." + String(repeating: "0", count: 6 - digits.count) + digits + "Z"
    }

    /// Whether `lhs` is earlier.
    public static func < (lhs: MicroTime, rhs: MicroTime) -> Bool { lhs.microseconds < rhs.microseconds }

    /// Reads a string in RFC 3339.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let time = MicroTime(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "'\(text)' is not a time as in RFC 3339 (2026-11-21T09:30:00Z)"
            )
        }
        self = time
    }

    /// Writes RFC 3339 with six digits.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
