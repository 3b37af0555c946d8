/// A weekly time in which changes may be made.
public struct ChangeWindow: Sendable, Hashable, Codable {
    /// A day of the week.
    public enum Day: String, Sendable, Hashable, Codable, CaseIterable {
        /// Days of the week, as cron abbreviates them.
        case monday = "Mon"
        case tuesday = "Tue"
        case wednesday = "Wed"
        case thursday = "Thu"
        case friday = "Fri"
        case saturday = "Sat"
        case sunday = "Sun"
    }

    /// The days the window opens on.
    public var days = Day.allCases
    /// When it opens, as `HH:MM`.
    public var start: String
    /// When it closes, as `HH:MM`; not after `start` means on the next day.
    public var end: String
    /// The IANA time zone of `start` and `end`.
    public var timeZone = "Etc/UTC"

    /// What the CRD schema accepts for `start` and `end`.
    public static let pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$"

    /// Makes a window on every day.
    public init(start: String, end: String) {
        self.start = start
        self.end = end
    }

    /// Reads a window over the defaults.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        start = try container.decode(String.self, forKey: .start)
        end = try container.decode(String.self, forKey: .end)
        try container.read(.days, into: &days)
        try container.read(.timeZone, into: &timeZone)
    }
}
