extension CountryHolidays {
    /// From the first whole year after reunification on; the one-off Reformation Day of 2017 included.
    static func germany(_ year: Int) -> [Day] {
        guard year >= 1991 else { return [] }
        let easter = CalendarRules.easter(year)
        var days = [
            fixed(year, 1, 1, "New Year's Day"),
            Day(day: easter - 2, name: "Good Friday"),
            Day(day: easter + 1, name: "Easter Monday"),
            fixed(year, 5, 1, "Labor Day"),
            Day(day: easter + 39, name: "Ascension Day"),
            Day(day: easter + 50, name: "Pentecost Monday"),
            fixed(year, 10, 3, "German Unity Day"),
            fixed(year, 12, 25, "Christmas Day"),
            fixed(year, 12, 26, "Second Day of Christmas"),
        ]
        if year <= 1994 {
            // The Wednesday before 23 November.
            let last = CalendarRules.date(year, 11, 22)
            let back = (CalendarRules.weekday(last).rawValue - CalendarRules.Weekday.wednesday.rawValue + 7) % 7
            days.append(Day(day: last - back, name: "Repentance and Prayer Day"))
        }
        if year == 2017 { days.append(fixed(year, 10, 31, "Reformation Day")) }
        return days
    }

    static func france(_ year: Int) -> [Day] {
        let easter = CalendarRules.easter(year)
        var days = [
            fixed(year, 1, 1, "New Year's Day"),
            Day(day: easter + 1, name: "Easter Monday"),
            fixed(year, 5, 1, "Labor Day"),
            Day(day: easter + 39, name: "Ascension Day"),
            fixed(year, 7, 14, "National Day"),
            fixed(year, 8, 15, "Assumption Day"),
            fixed(year, 11, 1, "All Saints' Day"),
            fixed(year, 11, 11, "Armistice Day"),
            fixed(year, 12, 25, "Christmas Day"),
        ]
        if year >= 1982 { days.append(fixed(year, 5, 8, "Victory Day")) }
        // For three years it was worked, for the elderly.
        if !(2005...2007).contains(year) { days.append(Day(day: easter + 50, name: "Pentecost Monday")) }
        return days
    }

    static func italy(_ year: Int) -> [Day] {
        let easter = CalendarRules.easter(year)
        var days = [
            fixed(year, 1, 1, "New Year's Day"),
            Day(day: easter, name: "Easter Sunday"),
            Day(day: easter + 1, name: "Easter Monday"),
            fixed(year, 4, 25, "Liberation Day"),
            fixed(year, 5, 1, "Labor Day"),
            fixed(year, 8, 15, "Assumption Of Mary Day"),
            fixed(year, 11, 1, "All Saints' Day"),
            fixed(year, 12, 8, "Immaculate Conception"),
            fixed(year, 12, 25, "Christmas Day"),
            fixed(year, 12, 26, "Saint Stephen's Day"),
        ]
        // The austerity law of 1977 abolished some days and moved others to Sundays.
        if year <= 1976 {
            days += [
                fixed(year, 3, 19, "Saint Joseph's Day"),
                Day(day: easter + 39, name: "Ascension Day"),
                Day(day: easter + 60, name: "Corpus Christi"),
                fixed(year, 6, 29, "Saints Peter and Paul"),
            ]
        }
        if year <= 1977 || year >= 1986 { days.append(fixed(year, 1, 6, "Epiphany")) }
        let republic =
            (1977...2000).contains(year) ? CalendarRules.nth(1, .sunday, year, 6) : CalendarRules.date(year, 6, 2)
        days.append(Day(day: republic, name: "Republic Day"))
        let unity = year >= 1977 ? CalendarRules.nth(1, .sunday, year, 11) : CalendarRules.date(year, 11, 4)
        days.append(Day(day: unity, name: "National Unity Day"))
        if year == 2011 { days.append(fixed(year, 3, 17, "Anniversary of the Unification of Italy")) }
        if year >= 2026 { days.append(fixed(year, 10, 4, "Saint Francis of Assisi, Patron Saint of Italy")) }
        return days
    }

    /// The days that are holidays in the whole country, from 2008 on, when the package begins; a day that falls on a
    /// Sunday is left to the regions.
    static func spain(_ year: Int) -> [Day] {
        guard year >= 2008 else { return [] }
        let days = [
            fixed(year, 1, 1, "New Year's Day"),
            fixed(year, 1, 6, "Epiphany"),
            Day(day: CalendarRules.easter(year) - 2, name: "Good Friday"),
            fixed(year, 5, 1, "Labor Day"),
            fixed(year, 8, 15, "Assumption Day"),
            fixed(year, 10, 12, "National Day"),
            fixed(year, 11, 1, "All Saints' Day"),
            fixed(year, 12, 6, "Constitution Day"),
            fixed(year, 12, 8, "Immaculate Conception"),
            fixed(year, 12, 25, "Christmas Day"),
        ]
        return days.filter { CalendarRules.weekday($0.day) != .sunday }
    }

    /// The days that all four countries share.
    static func unitedKingdom(_ year: Int) -> [Day] {
        let newYear = CalendarRules.date(year, 1, 1)
        let christmas = CalendarRules.date(year, 12, 25)
        var days = [
            Day(day: CalendarRules.easter(year) - 2, name: "Good Friday"),
            Day(day: christmas, name: "Christmas Day"),
            Day(day: christmas + 1, name: "Boxing Day"),
        ]
        if year >= 1975 {
            days.append(Day(day: newYear, name: "New Year's Day"))
            switch CalendarRules.weekday(newYear) {
            case .saturday: days.append(Day(day: newYear + 2, name: "New Year's Day (observed)"))
            case .sunday: days.append(Day(day: newYear + 1, name: "New Year's Day (observed)"))
            default: break
            }
        }
        for (day, name) in [(christmas, "Christmas Day (observed)"), (christmas + 1, "Boxing Day (observed)")]
        where [.saturday, .sunday].contains(CalendarRules.weekday(day)) {
            days.append(Day(day: day + 2, name: name))
        }
        if year >= 1978 {
            // Moved twice for the anniversary of the end of the war in Europe.
            let moved = [1995, 2020].contains(year)
            let may = moved ? CalendarRules.date(year, 5, 8) : CalendarRules.nth(1, .monday, year, 5)
            days.append(Day(day: may, name: "May Day"))
        }
        if year >= 1971 {
            // Moved for jubilees.
            let spring =
                switch year {
                case 2002, 2012: CalendarRules.date(year, 6, 4)
                case 2022: CalendarRules.date(year, 6, 2)
                default: CalendarRules.last(.monday, year, 5)
                }
            days.append(Day(day: spring, name: "Spring Bank Holiday"))
        }
        switch year {
        case 1977: days.append(fixed(year, 6, 7, "Silver Jubilee of Elizabeth II"))
        case 1981: days.append(fixed(year, 7, 29, "Wedding of Charles and Diana"))
        case 1999: days.append(fixed(year, 12, 31, "Millennium Celebrations"))
        case 2002: days.append(fixed(year, 6, 3, "Golden Jubilee of Elizabeth II"))
        case 2011: days.append(fixed(year, 4, 29, "Wedding of William and Catherine"))
        case 2012: days.append(fixed(year, 6, 5, "Diamond Jubilee of Elizabeth II"))
        case 2022:
            days.append(fixed(year, 6, 3, "Platinum Jubilee of Elizabeth II"))
            days.append(fixed(year, 9, 19, "State Funeral of Queen Elizabeth II"))
        case 2023: days.append(fixed(year, 5, 8, "Coronation of Charles III"))
        default: break
        }
        return days
    }

    /// A day of the same date every year.
    static func fixed(_ year: Int, _ month: Int, _ day: Int, _ name: String) -> Day {
        Day(day: CalendarRules.date(year, month, day), name: name)
    }
}
