extension ProphetPlan {
    /// One component a column: a holiday name at an offset, in the order of Prophet's column names.
    func holidayComponents(
        _ history: ProphetHistory, settings: ProphetSettings
    ) throws(ForecastError) -> [Component] {
        var scales: [String: Double] = [:]
        var columns: [String: (name: String, offset: Int)] = [:]
        for holiday in holidays {
            scales[holiday.name] = holiday.priorScale ?? settings.holidaysPriorScale
            for offset in holiday.lowerWindow...holiday.upperWindow {
                columns[Self.holidayColumn(holiday.name, offset)] = (holiday.name, offset)
            }
        }
        for day in countryDays(history.times) {
            if let scale = scales[day.name], scale != settings.holidaysPriorScale {
                throw ForecastError(
                    .invalidSetting,
                    "prophet.holidays[\(day.name)].priorScale is \(scale), but the holiday of \(country ?? "the country") "
                        + "has holidaysPriorScale \(settings.holidaysPriorScale); make them equal."
                )
            }
            scales[day.name] = settings.holidaysPriorScale
            columns[Self.holidayColumn(day.name, 0)] = (day.name, 0)
        }
        let mode = settings.holidaysMode ?? settings.seasonalityMode
        return columns.keys.sorted {
            Array($0.unicodeScalars.map(\.value)).lexicographicallyPrecedes($1.unicodeScalars.map(\.value))
        }
        .compactMap { key in
            columns[key].map {
                Component(
                    name: $0.name, source: .holiday(offset: $0.offset), priorScale: scales[$0.name] ?? 10, mode: mode)
            }
        }
    }

    /// The country's holidays in the years of `times`.
    private func countryDays(_ times: [Int]) -> [CountryHolidays.Day] {
        guard let country, let calendar = CountryHolidays.calendar(country) else { return [] }
        var years: Set<Int> = []
        var previous = Int.min
        for time in times where time / 86_400 != previous {
            previous = time / 86_400
            years.insert(CalendarDate(time: time).year)
        }
        return years.sorted().flatMap(calendar)
    }

    /// For each holiday column the days (since 1970) on which it is 1.
    func holidayDays(_ times: [Int]) -> [String: Set<Int>] {
        var days: [String: Set<Int>] = [:]
        guard components.contains(where: \.isHoliday) else { return days }
        for holiday in holidays {
            let day = Self.day(holiday.time)
            for offset in holiday.lowerWindow...holiday.upperWindow {
                days[Self.holidayColumn(holiday.name, offset), default: []].insert(day + offset)
            }
        }
        for day in countryDays(times) { days[Self.holidayColumn(day.name, 0), default: []].insert(day.day) }
        return days
    }

    /// Days since 1970 of a time, rounded down.
    static func day(_ time: Int) -> Int { time >= 0 ? time / 86_400 : (time - 86_399) / 86_400 }
}
