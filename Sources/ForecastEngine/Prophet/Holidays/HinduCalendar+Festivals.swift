/// The festivals that are holidays in all of India: each the day (since 1970) on which it falls in a Gregorian year.
extension HinduCalendar {
    /// The night before the new moon of Magha.
    static func mahaShivaratri(_ year: Int) -> Int {
        day(tithi(29, of: .magha, year: year), in: Part.midnight)
    }

    /// The day after the fire that is lit in the evening of the full moon, or of the day on which the full moon's tithi lasts
    /// for seven eighths of daylight.
    static func holi(_ year: Int) -> Int {
        let fullMoon = tithi(15, of: .phalguna, year: year)
        return (days(fullMoon, in: 7.0 / 8...Part.evening.upperBound).last ?? day(fullMoon, in: Part.evening)) + 1
    }

    /// The later day if the ninth touches two middays, for the eighth is not to touch it.
    static func ramNavami(_ year: Int) -> Int {
        let ninth = tithi(9, of: .chaitra, year: year)
        return days(ninth, in: Part.midday).last ?? day(ninth, in: Part.sunrise)
    }

    static func mahavirJayanti(_ year: Int) -> Int {
        day(tithi(13, of: .chaitra, year: year), in: Part.sunrise)
    }

    static func buddhaPurnima(_ year: Int) -> Int {
        day(tithi(15, of: .vaishakha, year: year), in: Part.sunrise)
    }

    /// The day that the Vaishnavas keep, who do not begin on a day whose sunrise the eighth tithi has not reached.
    static func janmashtami(_ year: Int) -> Int {
        sunrise(from: tithi(23, of: .shravana, year: year).begins)
    }

    /// The tenth in the afternoon; or the day after, if the tenth lasts for a fifth of its daylight and the Moon is in Shravana
    /// there at sunrise and not in the afternoon before.
    static func dussehra(_ year: Int) -> Int {
        let tenth = tithi(10, of: .ashvina, year: year)
        let first = day(tenth, in: Part.afternoon)
        let next = first + 1
        let isInShravana =
            isShravana(moment(Part.afternoon.lowerBound, on: first))
            || isShravana(moment(Part.afternoon.upperBound, on: first))
        return !isInShravana && moment(0.2, on: next) < tenth.ends && isShravana(moment(0, on: next)) ? next : first
    }

    /// The evening of the new moon.
    static func diwali(_ year: Int) -> Int {
        longestDay(tithi(30, of: .ashvina, year: year), in: Part.evening)
    }

    static func guruNanakJayanti(_ year: Int) -> Int {
        day(tithi(15, of: .kartika, year: year), in: Part.sunrise)
    }
}
