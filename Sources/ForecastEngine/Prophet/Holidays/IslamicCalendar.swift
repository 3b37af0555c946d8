/// The Islamic calendar of Umm al-Qura, which Saudi Arabia goes by, from its own rules.
///
/// A month begins on the evening of its 29th day or the next (R. H. van Gent, "The Umm al-Qura Calendar of Saudi Arabia",
/// Utrecht University): until 1419 AH the first day is that after the new moon in universal time; from 1420 on the Moon must
/// set in Mecca after the Sun on the evening before, and from 1423 on it must also be new before that sunset.
enum IslamicCalendar {
    private static let mecca = Astronomy.Place(latitude: 21.4225, longitude: 39.8262)
    private static let hoursEast = 3.0
    /// The days since 1970 of the mean first day of the calendar, 19 July 622, and the mean length of a month.
    private static let epoch = -492_148.0
    private static let monthLength = 29.530588861

    /// The days (since 1970) of a Gregorian year that are a day of an Islamic month: one, or seldom two or none.
    static func days(_ month: Int, _ day: Int, year: Int) -> [Int] {
        let first = CalendarRules.date(year, 1, 1)
        let last = CalendarRules.date(year, 12, 31)
        // An Islamic year is eleven days shorter than a Gregorian one, and a month begins within three days of the mean one.
        let islamic = Int((Double(first) - epoch) / (12 * monthLength))
        return (islamic...islamic + 2)
            .filter { (first - 3...last + 3).contains(Int(mean(month, of: $0)) + day - 1) }
            .map { start(month, of: $0) + day - 1 }
            .filter { (first...last).contains($0) }
    }

    /// The first day (since 1970) of a month, 1 to 12, of an Islamic year.
    static func start(_ month: Int, of year: Int) -> Int {
        // The mean new moon is a day and a half before the mean first day.
        let middle = mean(month, of: year) + monthLength / 2
        let newMoon = Astronomy.newMoon(Astronomy.lunation(middle - 1.5 + Astronomy.epoch))
        guard year >= 1_420 else { return Astronomy.localDay(newMoon, hoursEast: 0) + 1 }
        let evening = Astronomy.localDay(newMoon, hoursEast: hoursEast)
        let sunset = Astronomy.sun(on: evening, at: mecca).set
        let isNew = year < 1_423 || newMoon < sunset
        return isNew && Astronomy.isMoonUp(sunset, at: mecca) ? evening + 1 : evening + 2
    }

    /// The first day of a month if all were equally long.
    private static func mean(_ month: Int, of year: Int) -> Double {
        epoch + Double((year - 1) * 12 + month - 1) * monthLength
    }
}
