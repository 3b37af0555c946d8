extension CountryHolidays {
    /// The days of the Gregorian calendar, Good Friday, the Muslim days and, in the years that the package knows, the Hindu,
    /// Jain, Buddhist and Sikh days.
    static func india(_ year: Int) -> [Day] {
        let days = [
            fixed(year, 1, 26, "Republic Day"),
            Day(day: CalendarRules.easter(year) - 2, name: "Good Friday"),
            fixed(year, 4, 14, "Dr. B. R. Ambedkar's Birthday"),
            fixed(year, 8, 15, "Independence Day"),
            fixed(year, 10, 2, "Mahatma Gandhi's Birthday"),
            fixed(year, 12, 25, "Christmas"),
        ]
        return days + indianFestivals(year) + indianMuslimDays(year)
    }

    /// The rules hold before and after the years of the package; but a day that Prophet does not know would make another model
    /// of the same data.
    private static func indianFestivals(_ year: Int) -> [Day] {
        guard (2001...2035).contains(year) else { return [] }
        var days: [Day] = []
        for (name, rule) in indianFestivalRules where !(restrictedInIndia[name]?.contains(year) ?? false) {
            let day = rule(year) + (gazettedElsewhere[name]?[year] ?? 0)
            // On a Sunday the ninth of Chaitra is left to each office's choice.
            if name == "Ram Navami", CalendarRules.weekday(day) == .sunday { continue }
            days.append(Day(day: day, name: name))
        }
        if year == 2002 { days.append(fixed(year, 10, 14, "Dussehra (Mahanavami)")) }
        return days
    }

    /// The names are those of the package.
    private static let indianFestivalRules: [(name: String, day: @Sendable (Int) -> Int)] = [
        ("Maha Shivaratri", { HinduCalendar.mahaShivaratri($0) }),
        ("Holi", { HinduCalendar.holi($0) }),
        ("Ram Navami", { HinduCalendar.ramNavami($0) }),
        ("Mahavira's Birthday", { HinduCalendar.mahavirJayanti($0) }),
        ("Buddha Purnima", { HinduCalendar.buddhaPurnima($0) }),
        ("Janmashtami (Vaishnava)", { HinduCalendar.janmashtami($0) }),
        ("Dussehra", { HinduCalendar.dussehra($0) }),
        ("Diwali", { HinduCalendar.diwali($0) }),
        ("Guru Nanak's Birthday", { HinduCalendar.guruNanakJayanti($0) }),
    ]

    /// Years in which the government listed a festival among those that an employee may choose from ("restricted").
    private static let restrictedInIndia: [String: Set<Int>] = [
        "Maha Shivaratri": [2003, 2009, 2010, 2013, 2014, 2015, 2016, 2020, 2021, 2023, 2024, 2026],
        "Holi": [2002, 2011],
        "Janmashtami (Vaishnava)": [2008, 2017],
    ]

    /// By how many days the day that the package has (from the government's lists, and from 2027 on from printed calendars)
    /// differs from the rule's. Each time the tithi holds at the rule's hour on both days, or on one only just or just not,
    /// which schools decide differently.
    private static let gazettedElsewhere: [String: [Int: Int]] = [
        "Ram Navami": [2007: -1, 2008: 1, 2029: -1],
        "Mahavira's Birthday": [2016: 1, 2027: -1],
        "Guru Nanak's Birthday": [2005: -1],
    ]

    /// The Moon is seen in India a day after the month begins in the calendar of Umm al-Qura. From 2001 to 2026 the days are
    /// those that were gazetted; the package marks all others as estimated, and so they are other holidays to Prophet.
    private static func indianMuslimDays(_ year: Int) -> [Day] {
        let days = [(1, 10, "Ashura"), (3, 12, "Prophet's Birthday"), (10, 1, "Eid al-Fitr"), (12, 10, "Eid al-Adha")]
        let suffix = (2001...2026).contains(year) ? "" : " (estimated)"
        return days.flatMap { month, day, name in
            let shift = sightedElsewhere[name]?[year] ?? 0
            return IslamicCalendar.days(month, day + 1, year: year).map { Day(day: $0 + shift, name: name + suffix) }
        }
    }

    /// By how many days the gazetted day differs from the rule, as the Moon was seen earlier or later; and 1980 (1400 AH), when
    /// the calendar of Umm al-Qura itself began three months a day later than by its rule.
    private static let sightedElsewhere: [String: [Int: Int]] = [
        "Ashura": [1980: 1, 2006: -1, 2008: -1],
        "Prophet's Birthday": [1980: 1, 2016: 1, 2017: 1],
        "Eid al-Fitr": [1980: 1, 2006: 1, 2016: -1],
        "Eid al-Adha": [2005: -1, 2014: 1, 2015: 1, 2026: -1],
    ]
}
