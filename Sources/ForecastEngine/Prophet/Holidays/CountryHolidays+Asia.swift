extension CountryHolidays {
    /// The days of the Gregorian calendar and Good Friday.
    ///
    /// Left out: the Hindu, Jain, Buddhist, Sikh and Muslim days. They are gazetted year by year, and the package reads them
    /// from tables; give them as `holidays`.
    static func india(_ year: Int) -> [Day] {
        [
            fixed(year, 1, 26, "Republic Day"),
            Day(day: CalendarRules.easter(year) - 2, name: "Good Friday"),
            fixed(year, 4, 14, "Dr. B. R. Ambedkar's Birthday"),
            fixed(year, 8, 15, "Independence Day"),
            fixed(year, 10, 2, "Mahatma Gandhi's Birthday"),
            fixed(year, 12, 25, "Christmas"),
        ]
    }

    /// The statutory days, those of the lunar calendar by astronomy, with the days on which weekends are made up for.
    ///
    /// Left out: the days off that the State Council trades for working weekends each year ("Day off (substituted …)").
    static func china(_ year: Int) -> [Day] {
        []
    }
}
