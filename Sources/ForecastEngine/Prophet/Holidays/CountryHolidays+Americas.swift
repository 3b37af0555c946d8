extension CountryHolidays {
    /// Federal holidays with the days on which they are observed: Friday for a Saturday, Monday for a Sunday.
    static func unitedStates(_ year: Int) -> [Day] {
        var days: [Day] = []
        func addObserved(_ day: Int, _ name: String) {
            switch CalendarRules.weekday(day) {
            case .saturday: days.append(Day(day: day - 1, name: "\(name) (observed)"))
            case .sunday: days.append(Day(day: day + 1, name: "\(name) (observed)"))
            default: break
            }
        }
        func add(_ month: Int, _ day: Int, _ name: String) {
            days.append(fixed(year, month, day, name))
            addObserved(CalendarRules.date(year, month, day), name)
        }
        func add(_ n: Int, _ weekday: CalendarRules.Weekday, _ month: Int, _ name: String) {
            days.append(Day(day: CalendarRules.nth(n, weekday, year, month), name: name))
        }
        days.append(fixed(year, 1, 1, "New Year's Day"))
        let newYear = CalendarRules.date(year, 1, 1)
        if CalendarRules.weekday(newYear) == .sunday { addObserved(newYear, "New Year's Day") }
        // New Year's Day of the next year, where it is a Saturday, is observed in this one.
        let nextYear = CalendarRules.date(year + 1, 1, 1)
        if CalendarRules.weekday(nextYear) == .saturday { addObserved(nextYear, "New Year's Day") }
        if year >= 1986 { add(3, .monday, 1, "Martin Luther King Jr. Day") }
        add(3, .monday, 2, "Washington's Birthday")
        days.append(Day(day: CalendarRules.last(.monday, year, 5), name: "Memorial Day"))
        if year >= 2021 { add(6, 19, "Juneteenth National Independence Day") }
        add(7, 4, "Independence Day")
        add(1, .monday, 9, "Labor Day")
        add(2, .monday, 10, "Columbus Day")
        if year >= 1978 { add(11, 11, "Veterans Day") } else { add(4, .monday, 10, "Veterans Day") }
        add(4, .thursday, 11, "Thanksgiving Day")
        add(12, 25, "Christmas Day")
        return days
    }

    static func brazil(_ year: Int) -> [Day] {
        var days = [
            fixed(year, 1, 1, "Universal Fraternization Day"),
            Day(day: CalendarRules.easter(year) - 2, name: "Good Friday"),
            fixed(year, 4, 21, "Tiradentes' Day"),
            fixed(year, 5, 1, "Worker's Day"),
            fixed(year, 9, 7, "Independence Day"),
            fixed(year, 11, 2, "All Souls' Day"),
            fixed(year, 11, 15, "Republic Proclamation Day"),
            fixed(year, 12, 25, "Christmas Day"),
        ]
        if year >= 1980 { days.append(fixed(year, 10, 12, "Our Lady of Aparecida")) }
        if year >= 2024 { days.append(fixed(year, 11, 20, "National Day of Zumbi and Black Awareness")) }
        return days
    }
}
