extension CountryHolidays {
    /// With the equinoxes by astronomy, substitute holidays for Sundays, and the day between two holidays.
    static func japan(_ year: Int) -> [Day] {
        var days = [
            fixed(year, 1, 1, "New Year's Day"),
            Day(
                day: year >= 2000 ? CalendarRules.nth(2, .monday, year, 1) : CalendarRules.date(year, 1, 15),
                name: "Coming of Age Day"),
            fixed(year, 2, 11, "Foundation Day"),
            Day(day: Astronomy.day(solarLongitude: 0, year: year, hoursEast: 9), name: "Vernal Equinox Day"),
            fixed(year, 5, 3, "Constitution Day"),
            fixed(year, 5, 5, "Children's Day"),
            Day(
                day: year >= 2003 ? CalendarRules.nth(3, .monday, year, 9) : CalendarRules.date(year, 9, 15),
                name: "Respect for the Aged Day"),
            Day(day: Astronomy.day(solarLongitude: 180, year: year, hoursEast: 9), name: "Autumnal Equinox Day"),
            fixed(year, 11, 3, "Culture Day"),
            fixed(year, 11, 23, "Labor Thanksgiving Day"),
        ]
        switch year {
        case 2020...: days.append(fixed(year, 2, 23, "Emperor's Birthday"))
        case 2019: break
        case 1989...: days.append(fixed(year, 12, 23, "Emperor's Birthday"))
        default: days.append(fixed(year, 4, 29, "Emperor's Birthday"))
        }
        if year >= 2007 { days.append(fixed(year, 4, 29, "Showa Day")) }
        if year >= 1989 {
            days.append(year >= 2007 ? fixed(year, 5, 4, "Greenery Day") : fixed(year, 4, 29, "Greenery Day"))
        }
        days += japanByMonday(year)
        let substitutes = japanSubstitutes(year, Set(days.map(\.day)))
        switch year {
        case 1989: days.append(fixed(year, 2, 24, "Emperor Shōwa Funeral Ceremony"))
        case 1990: days.append(fixed(year, 11, 12, "Enthronement Ceremony"))
        case 1993: days.append(fixed(year, 6, 9, "The Crown Prince Marriage Ceremony"))
        case 2019:
            days.append(fixed(year, 5, 1, "Emperor's Enthronement Day"))
            days.append(fixed(year, 10, 22, "Emperor's Enthronement Day"))
            days.append(fixed(year, 4, 30, "National Holiday"))
            days.append(fixed(year, 5, 2, "National Holiday"))
        default: break
        }
        return days + substitutes
    }

    /// Marine, Mountain and Sports Day, which the Olympic Games of 2020 moved for two years.
    private static func japanByMonday(_ year: Int) -> [Day] {
        var days: [Day] = []
        if year >= 1996 {
            let marine =
                switch year {
                case 2020: CalendarRules.date(year, 7, 23)
                case 2021: CalendarRules.date(year, 7, 22)
                case 2003...: CalendarRules.nth(3, .monday, year, 7)
                default: CalendarRules.date(year, 7, 20)
                }
            days.append(Day(day: marine, name: "Marine Day"))
        }
        if year >= 2016 {
            let day = [2020: 10, 2021: 8][year] ?? 11
            days.append(fixed(year, 8, day, "Mountain Day"))
        }
        let sports =
            switch year {
            case 2020: CalendarRules.date(year, 7, 24)
            case 2021: CalendarRules.date(year, 7, 23)
            case 2000...: CalendarRules.nth(2, .monday, year, 10)
            default: CalendarRules.date(year, 10, 10)
            }
        days.append(Day(day: sports, name: year >= 2020 ? "Sports Day" : "Physical Education Day"))
        return days
    }

    /// A holiday on a Sunday is made up for on the next day that is none (until 2006 only if that is the Monday); from 1988
    /// on a day between two holidays is one too.
    private static func japanSubstitutes(_ year: Int, _ holidays: Set<Int>) -> [Day] {
        var days: [Day] = []
        for holiday in holidays.sorted() {
            if CalendarRules.weekday(holiday) == .sunday {
                var next = holiday + 1
                if year >= 2007 { while holidays.contains(next) { next += 1 } }
                if !holidays.contains(next) { days.append(Day(day: next, name: "Substitute Holiday")) }
            }
            let between = holiday + 1
            let weekday = CalendarRules.weekday(between)
            if year >= 1988, holidays.contains(holiday + 2), !holidays.contains(between), weekday != .sunday,
                !days.contains(where: { $0.day == between })
            {
                days.append(Day(day: between, name: "National Holiday"))
            }
        }
        return days
    }
}
