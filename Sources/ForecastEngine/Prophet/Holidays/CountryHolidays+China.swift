extension CountryHolidays {
    /// The statutory days, those of the lunar calendar by astronomy, the days on which weekends are made up for, and the days
    /// off that the State Council decreed.
    static func china(_ year: Int) -> [Day] {
        let days = chinaStatutory(year)
        guard year >= 2000 else { return days }
        // Twice a festival on a weekend was made up for on another day than the next.
        let moved = [2012: "Dragon Boat Festival", 2015: "Mid-Autumn Festival"][year]
        let observed = chinaObserved(days).filter { $0.name != "\(moved ?? "") (observed)" }
        let single = (ChinaDecrees.single[year] ?? []).map { date, name in
            fixed(year, date / 100, date % 100, name)
        }
        let named = days + observed + single
        return named + ChinaDecrees.substituted(year, besides: Set(named.map(\.day)))
    }

    /// The days of the law of 1949 and its revisions of 1999, 2007, 2013 and 2024.
    private static func chinaStatutory(_ year: Int) -> [Day] {
        let months = ChineseCalendar.months(year)
        var days = [fixed(year, 1, 1, "New Year's Day")]
        if let newYear = months[1] {
            let name = "Chinese New Year (Spring Festival)"
            let hasEve = (2008...2013).contains(year) || year >= 2025
            days += [Day(day: newYear, name: name), Day(day: newYear + 1, name: name)]
            if hasEve { days.append(Day(day: newYear - 1, name: "Chinese New Year's Eve")) }
            if !hasEve || year >= 2025 { days.append(Day(day: newYear + 2, name: name)) }
        }
        let labor = (2000...2007).contains(year) ? 3 : year >= 2025 ? 2 : 1
        days += (1...labor).map { fixed(year, 5, $0, "Labor Day") }
        days += (1...(year >= 1999 ? 3 : 2)).map { fixed(year, 10, $0, "National Day") }
        if year >= 2008 {
            let tombs = Astronomy.day(solarLongitude: 15, year: year, hoursEast: 8)
            days.append(Day(day: tombs, name: "Tomb-Sweeping Day"))
            if let fifth = months[5] { days.append(Day(day: fifth + 4, name: "Dragon Boat Festival")) }
            if let eighth = months[8] { days.append(Day(day: eighth + 14, name: "Mid-Autumn Festival")) }
        }
        return days
    }

    /// A holiday on a weekend is made up for on the next day that is neither a weekend nor a holiday.
    private static func chinaObserved(_ days: [Day]) -> [Day] {
        var taken = Set(days.map(\.day))
        var result: [Day] = []
        for day in days.sorted(by: { ($0.day, $0.name) < ($1.day, $1.name) }) where CalendarRules.isWeekend(day.day) {
            var next = day.day + 1
            while taken.contains(next) || CalendarRules.isWeekend(next) { next += 1 }
            taken.insert(next)
            result.append(Day(day: next, name: "\(day.name) (observed)"))
        }
        return result
    }
}
