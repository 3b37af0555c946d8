import Testing

@testable import ForecastEngine

@Suite struct CountryHolidayTests {
    private func names(_ code: String, _ year: Int, _ month: Int, _ day: Int) -> [String] {
        let date = CalendarDate(year: year, month: month, day: day).daysSinceEpoch
        return (CountryHolidays.days(code, year: year) ?? []).filter { $0.day == date }.map(\.name)
    }

    @Test func `Easter falls where the church put it`() {
        for (year, month, day) in [(1981, 4, 19), (2000, 4, 23), (2008, 3, 23), (2024, 3, 31), (2038, 4, 25)] {
            #expect(CalendarRules.easter(year) == CalendarDate(year: year, month: month, day: day).daysSinceEpoch)
        }
    }

    @Test func `holidays that move are on their days`() {
        #expect(names("US", 2024, 11, 28) == ["Thanksgiving Day"])
        #expect(names("US", 2021, 12, 31) == ["New Year's Day (observed)"])
        #expect(names("US", 2022, 6, 20) == ["Juneteenth National Independence Day (observed)"])
        #expect(names("GB", 2022, 6, 2) == ["Spring Bank Holiday"])
        #expect(names("GB", 2021, 12, 28) == ["Boxing Day (observed)"])
        #expect(names("DE", 2023, 5, 18) == ["Ascension Day"])
        #expect(names("FR", 2006, 6, 5).isEmpty)
        #expect(names("IT", 1990, 6, 3) == ["Republic Day"])
        #expect(names("ES", 2023, 1, 1).isEmpty)
        #expect(names("BR", 2024, 11, 20) == ["National Day of Zumbi and Black Awareness"])
        #expect(names("JP", 2024, 3, 20) == ["Vernal Equinox Day"])
        #expect(names("JP", 2015, 9, 22) == ["National Holiday"])
        #expect(names("JP", 2024, 11, 4) == ["Substitute Holiday"])
        #expect(names("CN", 2024, 2, 10) == ["Chinese New Year (Spring Festival)"])
        #expect(names("CN", 2023, 6, 22) == ["Dragon Boat Festival"])
        #expect(names("CN", 2024, 9, 17) == ["Mid-Autumn Festival"])
        #expect(names("IN", 2024, 3, 29) == ["Good Friday"])
    }

    @Test func `every country has holidays in every year from 2008 to 2050`() {
        for code in CountryHolidays.codes {
            for year in 2008...2050 {
                let days = CountryHolidays.days(code, year: year) ?? []
                #expect(days.count >= 6, "\(code) \(year)")
                #expect(Set(days).count == days.count, "\(code) \(year)")
                #expect(days.allSatisfy { CalendarDate(time: $0.day * 86_400).year == year }, "\(code) \(year)")
            }
        }
        #expect(CountryHolidays.days("ZZ", year: 2024) == nil)
    }
}
