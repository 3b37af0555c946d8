import Foundation

/// Ages as kubectl prints them.
enum HumanDuration {
    /// `45s`, `3m20s`, `2h`, `5d3h`, `1y40d`.
    static func text(_ seconds: Double) -> String {
        let seconds = max(0, Int(seconds))
        let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400)
        if seconds < 120 { return "\(seconds)s" }
        if minutes < 10 { return two(minutes, "m", seconds % 60, "s") }
        if minutes < 180 { return "\(minutes)m" }
        if hours < 8 { return two(hours, "h", minutes % 60, "m") }
        if hours < 48 { return "\(hours)h" }
        if days < 8 { return two(days, "d", hours % 24, "h") }
        if days < 730 { return "\(days)d" }
        if days < 8 * 365 { return two(days / 365, "y", days % 365, "d") }
        return "\(days / 365)y"
    }

    /// The age of a timestamp; `<unknown>` where it is none.
    static func since(_ timestamp: String?, now: Date) -> String {
        guard let timestamp, let date = APITime.parse(timestamp) else { return "<unknown>" }
        return text(now.timeIntervalSince(date))
    }

    private static func two(_ large: Int, _ unit: String, _ small: Int, _ smallUnit: String) -> String {
        small == 0 ? "\(large)\(unit)" : "\(large)\(unit)\(small)\(smallUnit)"
    }
}
