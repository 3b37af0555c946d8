/// The Chinese lunisolar calendar by its own rules.
///
/// Months begin on the day of the new moon in Beijing, and the month with the winter solstice is the eleventh. Of thirteen
/// months between two eleventh ones the first in which the Sun enters no sign is a leap month (Dershowitz & Reingold,
/// *Calendrical Calculations*, chapter 19).
enum ChineseCalendar {
    /// Days east of Greenwich time in hours.
    private static let hoursEast = 8.0

    /// The first days (since 1970) of the months 1 to 10 that begin in a Gregorian year, leap months left out.
    static func months(_ year: Int) -> [Int: Int] {
        let solstice = Astronomy.day(solarLongitude: 270, year: year - 1, hoursEast: hoursEast)
        let nextSolstice = Astronomy.day(solarLongitude: 270, year: year, hoursEast: hoursEast)
        var starts = Astronomy.newMoons(from: solstice - 31, to: nextSolstice + 1, hoursEast: hoursEast)
        // The month that the solstice falls in is the first of the list.
        while starts.count > 1, starts[1] <= solstice { starts.removeFirst() }
        let eleventh = starts.lastIndex { $0 <= nextSolstice } ?? starts.count - 1
        let hasLeap = eleventh == 13
        var result: [Int: Int] = [:]
        var number = 11
        var leapSeen = false
        for index in 1..<max(1, eleventh) {
            let end = index + 1 < starts.count ? starts[index + 1] : starts[index] + 30
            if hasLeap, !leapSeen, !containsTerm(from: starts[index], to: end) {
                leapSeen = true
                continue
            }
            number = number % 12 + 1
            if number <= 10 { result[number] = starts[index] }
        }
        return result
    }

    /// Whether the Sun reaches a multiple of 30° on one of the days.
    private static func containsTerm(from start: Int, to end: Int) -> Bool {
        let sign = { (day: Int) in Int(Astronomy.solarLongitude(Astronomy.moment(day, hoursEast: hoursEast)) / 30) }
        return sign(start) != sign(end)
    }
}
