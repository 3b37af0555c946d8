/// Dates by the rules that public holidays follow.
enum CalendarRules {
    enum Weekday: Int { case sunday, monday, tuesday, wednesday, thursday, friday, saturday }

    /// Days since 1970 of a date.
    static func date(_ year: Int, _ month: Int, _ day: Int) -> Int {
        CalendarDate(year: year, month: month, day: day).daysSinceEpoch
    }

    static func weekday(_ day: Int) -> Weekday {
        // 1970-01-01 was a Thursday.
        Weekday(rawValue: ((day + 4) % 7 + 7) % 7) ?? .sunday
    }

    static func isWeekend(_ day: Int) -> Bool { [.saturday, .sunday].contains(weekday(day)) }

    /// The n-th (from 1) such weekday of a month.
    static func nth(_ n: Int, _ weekday: Weekday, _ year: Int, _ month: Int) -> Int {
        let first = date(year, month, 1)
        return first + (weekday.rawValue - self.weekday(first).rawValue + 7) % 7 + 7 * (n - 1)
    }

    /// The last such weekday of a month.
    static func last(_ weekday: Weekday, _ year: Int, _ month: Int) -> Int {
        let next = month == 12 ? date(year + 1, 1, 1) : date(year, month + 1, 1)
        let end = next - 1
        return end - (self.weekday(end).rawValue - weekday.rawValue + 7) % 7
    }

    /// Western Easter Sunday.
    ///
    /// The algorithm of the correspondent "A New York" in Nature 13, 487 (1876), as in Meeus, *Astronomical Algorithms*, ch. 8.
    static func easter(_ year: Int) -> Int {
        let golden = year % 19
        let century = year / 100
        let ofCentury = year % 100
        let correction = (century - (century + 8) / 25 + 1) / 3
        let epact = (19 * golden + century - century / 4 - correction + 15) % 30
        let sunday = (32 + 2 * (century % 4) + 2 * (ofCentury / 4) - epact - ofCentury % 4) % 7
        let shift = (golden + 11 * epact + 22 * sunday) / 451
        let index = epact + sunday - 7 * shift + 114
        return date(year, index / 31, index % 31 + 1)
    }
}
