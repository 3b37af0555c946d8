import Autoscaler
import Foundation

/// The four horizons that are served: `next_day`, `next_week`, `next_month` and `next_weekend`.
enum ForecastWindow: String, CaseIterable, Sendable {
    case day = "next_day"
    case week = "next_week"
    case month = "next_month"
    case weekend = "next_weekend"

    /// As a heading has it.
    var title: String { rawValue.replacing("_", with: " ") }

    /// Whose multipliers the recommendation takes. A weekend is days, so it takes a day's.
    var horizon: Horizon {
        switch self {
        case .day, .weekend: .day
        case .week: .week
        case .month: .month
        }
    }

    /// The time span, in seconds since 1970: after `start`, up to and including `end`.
    ///
    /// The next weekend is the Saturday and Sunday that begin next; on a weekend, what is left of it.
    func span(from origin: Int, timeZone: TimeZone) -> (start: Int, end: Int) {
        guard self == .weekend else { return (origin, origin + horizon.span.seconds) }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        let now = Date(timeIntervalSince1970: Double(origin))
        let today = calendar.startOfDay(for: now)
        // Sunday is 1, Saturday 7.
        let weekday = calendar.component(.weekday, from: now)
        let daysToMonday = (9 - weekday) % 7 == 0 ? 7 : (9 - weekday) % 7
        guard let monday = calendar.date(byAdding: .day, value: daysToMonday, to: today),
            let saturday = calendar.date(byAdding: .day, value: -2, to: monday)
        else { return (origin, origin + horizon.span.seconds) }
        return (max(origin, Int(saturday.timeIntervalSince1970)), Int(monday.timeIntervalSince1970))
    }
}
