/// The Hindu lunisolar calendar from the true places of Sun and Moon, for the dates of festivals.
///
/// A month lasts from new moon to new moon and is named after the sign of the sidereal zodiac that the Sun enters in it; a
/// month in which it enters none is an extra one that has no festivals. A tithi is a thirtieth of a month: the time in which
/// the Moon gains 12° on the Sun. A festival falls on the day on which its tithi holds at the part of the day that its rite
/// belongs to (Calendar Reform Committee, *Report*, 1955; Dershowitz & Reingold, *Calendrical Calculations*, chapter 20;
/// the rules of the rites after the *Dharmasindhu*).
enum HinduCalendar {
    /// Months counted from new moon to new moon, as in the south.
    enum Month: Int {
        case chaitra, vaishakha, jyeshtha, ashadha, shravana, bhadrapada
        case ashvina, kartika, margashirsha, pausha, magha, phalguna
    }

    /// Parts of the time from a sunrise to the next: 0 to 1 is daylight, 1 to 2 the night.
    enum Part {
        static let sunrise = 0.0...0.0
        /// The third of the five parts of daylight.
        static let midday = 2.0 / 5...3.0 / 5
        /// The fourth of the five parts of daylight.
        static let afternoon = 3.0 / 5...4.0 / 5
        /// The first of the five parts of the night.
        static let evening = 1.0...6.0 / 5
        /// The eighth of the fifteen parts of the night.
        static let midnight = 22.0 / 15...23.0 / 15
    }

    /// Beginning and end as Julian days in terrestrial time.
    struct Tithi {
        var begins: Double
        var ends: Double
    }

    /// The central station of the Indian calendar.
    private static let place = Astronomy.Place(latitude: 23.183, longitude: 82.5)
    private static let hoursEast = 5.5

    /// The tithi (1 to 15 while the Moon waxes, 16 to 30 while it wanes) of a month that begins in a Gregorian year.
    static func tithi(_ number: Int, of month: Month, year: Int) -> Tithi {
        let start = Astronomy.newMoon(before: entry(of: month, year: year))
        let length = 29.530588861 / 30
        let begins = moment(Double(number - 1), near: start + Double(number - 1) * length)
        return Tithi(begins: begins, ends: moment(Double(number), near: begins + length))
    }

    /// The days (since 1970) on which a tithi holds at any time in a part of the day.
    static func days(_ tithi: Tithi, in part: ClosedRange<Double>) -> [Int] {
        // A tithi lasts 27 hours at most, and the parts of a day end before its next sunrise.
        let first = Astronomy.localDay(tithi.begins, hoursEast: hoursEast) - 1
        return (first...first + 2).filter { day in
            let sun = Astronomy.sun(on: day, at: place)
            return moment(part.lowerBound, sun) < tithi.ends && moment(part.upperBound, sun) >= tithi.begins
        }
    }

    /// The first day on which a tithi holds at a part of the day; if it passes between two such parts, the day it begins on.
    static func day(_ tithi: Tithi, in part: ClosedRange<Double>) -> Int {
        days(tithi, in: part).first ?? sunrise(from: tithi.begins) - 1
    }

    /// The day on which a tithi holds for longer in a part of the day.
    static func longestDay(_ tithi: Tithi, in part: ClosedRange<Double>) -> Int {
        let length = { (day: Int) in
            let sun = Astronomy.sun(on: day, at: place)
            return min(moment(part.upperBound, sun), tithi.ends) - max(moment(part.lowerBound, sun), tithi.begins)
        }
        return days(tithi, in: part).max { length($0) < length($1) } ?? day(tithi, in: part)
    }

    /// The day of the first sunrise at or after a moment.
    static func sunrise(from moment: Double) -> Int {
        let day = Astronomy.localDay(moment, hoursEast: hoursEast)
        return self.moment(0, on: day) >= moment ? day : day + 1
    }

    /// Whether the Moon is in the house Shravana, the 22nd of 27.
    static func isShravana(_ moment: Double) -> Bool {
        let house = (Astronomy.moonLongitude(moment) - precession(moment) + 360) / (360.0 / 27)
        return Int(house) % 27 == 21
    }

    /// The Julian day at a fraction of a day as in `Part`.
    static func moment(_ fraction: Double, on day: Int) -> Double {
        moment(fraction, Astronomy.sun(on: day, at: place))
    }

    /// The night is as long as the daylight is short: the two or so minutes by which the next sunrise differs do not matter.
    private static func moment(_ fraction: Double, _ sun: (rise: Double, set: Double)) -> Double {
        let daylight = sun.set - sun.rise
        return fraction <= 1 ? sun.rise + fraction * daylight : sun.set + (fraction - 1) * (1 - daylight)
    }

    /// When the Sun enters the sign that a month is named after.
    private static func entry(of month: Month, year: Int) -> Double {
        let sign = Double(month.rawValue) * 30
        let near = Astronomy.moment(CalendarRules.date(year, (month.rawValue + 3) % 12 + 1, 14), hoursEast: hoursEast)
        return Astronomy.moment(solarLongitude: sign + precession(near), year: year)
    }

    /// When the Moon has gained so many times 12° on the Sun since a new moon: by secants, to within ten seconds.
    private static func moment(_ count: Double, near start: Double) -> Double {
        var moment = start
        // The mean gain in a day; a day's own differs by a sixth at most.
        var gain = 12.19
        var error = (12 * count - Astronomy.elongation(moment)).remainder(dividingBy: 360)
        for _ in 0..<8 {
            let step = error / gain
            moment += step
            if abs(error) < 0.01 { break }
            let left = (12 * count - Astronomy.elongation(moment)).remainder(dividingBy: 360)
            gain = (error - left) / step
            error = left
        }
        return moment
    }

    /// How far the equinox is west of the start of the sidereal zodiac, as the Indian government counts it; degrees.
    private static func precession(_ julianDay: Double) -> Double {
        23.857 + 50.29 / 3_600 * (julianDay - 2_451_545) / 365.25
    }
}
