/// Which days of the week have a profile of their own.
///
/// A Saturday is forecast from Saturdays, not from the four days before it. Days are those of UTC: elsewhere the hours
/// between the two midnights are taken with the neighbouring day.
enum DayKinds: Int, Sendable, Hashable {
    /// All days are alike.
    case none
    /// Monday to Friday, and the weekend.
    case weekend
    /// Monday to Friday, Saturday, and Sunday.
    case saturdayAndSunday

    var count: Int { rawValue + 1 }

    /// The kind, from 0, of the day that a time lies on, in seconds since 1970 UTC.
    func kind(_ time: Int) -> Int {
        guard self != .none else { return 0 }
        let days = time / 86_400 - (time % 86_400 < 0 ? 1 : 0)
        // The first of January 1970 was a Thursday; 0 is Monday.
        let weekday = (days % 7 + 10) % 7
        return max(0, min(weekday - 4, rawValue))
    }

    /// Whether a season is a day, so that its places are times of the day.
    static func tell(season: Int, step: TimeStep) -> Bool {
        guard case .seconds(let seconds) = step else { return false }
        return seconds < 86_400 && season == 86_400 / seconds && 86_400 % seconds == 0
    }
}
