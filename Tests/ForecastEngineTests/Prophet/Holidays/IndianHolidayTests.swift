import Testing

@testable import ForecastEngine

@Suite struct IndianHolidayTests {
    /// The days of a name over some years, as year · 10,000 + month · 100 + day.
    private func dates(_ name: String, _ years: ClosedRange<Int>) -> [Int] {
        years.flatMap { CountryHolidays.days("IN", year: $0) ?? [] }.filter { $0.name == name }.map { stamp($0.day) }
    }

    private func stamp(_ day: Int) -> Int {
        let date = CalendarDate(time: day * 86_400)
        return date.year * 10_000 + date.month * 100 + date.day
    }

    @Test func `festivals of the Moon are on the days that the government of India gazetted`() {
        #expect(dates("Diwali", 2021...2025) == [20_211_104, 20_221_024, 20_231_112, 20_241_031, 20_251_020])
        #expect(dates("Dussehra", 2021...2025) == [20_211_015, 20_221_005, 20_231_024, 20_241_012, 20_251_002])
        #expect(dates("Holi", 2021...2025) == [20_210_329, 20_220_318, 20_230_308, 20_240_325, 20_250_314])
        #expect(dates("Janmashtami (Vaishnava)", 2022...2025) == [20_220_819, 20_230_907, 20_240_826, 20_250_816])
        #expect(
            dates("Guru Nanak's Birthday", 2021...2025) == [20_211_119, 20_221_108, 20_231_127, 20_241_115, 20_251_105])
        #expect(dates("Buddha Purnima", 2021...2025) == [20_210_526, 20_220_516, 20_230_505, 20_240_523, 20_250_512])
        #expect(
            dates("Mahavira's Birthday", 2021...2025) == [20_210_425, 20_220_414, 20_230_404, 20_240_421, 20_250_410])
    }

    @Test func `a festival that is left to choice is none of the nation's`() {
        #expect(dates("Maha Shivaratri", 2022...2025) == [20_220_301, 20_250_226])
        // 10 April 2022 and 6 April 2025 were Sundays.
        #expect(dates("Ram Navami", 2021...2025) == [20_210_421, 20_230_330, 20_240_417])
        #expect(dates("Holi", 2010...2012) == [20_100_301, 20_120_308])
    }

    @Test func `an extra month holds no festival`() {
        // 2010 had a second Vaishakha, 2012 a second Bhadrapada, 2020 a second Ashvina, 2023 a second Shravana.
        #expect(dates("Buddha Purnima", 2010...2010) == [20_100_527])
        #expect(dates("Mahavira's Birthday", 2010...2010) == [20_100_328])
        #expect(dates("Diwali", 2020...2020) == [20_201_114])
        #expect(dates("Dussehra", 2012...2012) == [20_121_024])
        #expect(dates("Janmashtami (Vaishnava)", 2023...2023) == [20_230_907])
    }

    @Test func `the rules hold beyond the years that Prophet knows`() {
        #expect(
            [1989, 1990, 1995, 1999, 2000].map { stamp(HinduCalendar.diwali($0)) }
                == [19_891_029, 19_901_018, 19_951_023, 19_991_107, 20_001_026])
        #expect([1990, 1999, 2000].map { stamp(HinduCalendar.dussehra($0)) } == [19_900_929, 19_991_019, 20_001_007])
        #expect([1995, 2000].map { stamp(HinduCalendar.holi($0)) } == [19_950_317, 20_000_320])
        #expect(stamp(HinduCalendar.diwali(2040)) == 20_401_104)
        #expect(dates("Diwali", 1990...2000).isEmpty)
        #expect(dates("Diwali", 2036...2050).isEmpty)
    }

    @Test func `every festival of a century is in its season, a lunar year or a leap one after the last`() {
        let rules: [(name: String, rule: (Int) -> Int, from: Int, to: Int)] = [
            ("Maha Shivaratri", HinduCalendar.mahaShivaratri, 209, 315), ("Holi", HinduCalendar.holi, 226, 331),
            ("Ram Navami", HinduCalendar.ramNavami, 320, 425), ("Janmashtami", HinduCalendar.janmashtami, 806, 912),
            ("Dussehra", HinduCalendar.dussehra, 922, 1030), ("Diwali", HinduCalendar.diwali, 1012, 1120),
        ]
        for (name, rule, from, to) in rules {
            let days = (1970...2069).map(rule)
            for day in days { #expect((from...to).contains(stamp(day) % 10_000), "\(name) \(stamp(day))") }
            for (day, next) in zip(days, days.dropFirst()) {
                #expect((352...356).contains(next - day) || (382...386).contains(next - day), "\(name) \(stamp(day))")
            }
        }
    }

    @Test func `months of the calendar of Umm al-Qura begin when Saudi Arabia began them`() {
        let known = [
            (9, 1420, 19_991_209), (9, 1444, 20_230_323), (1, 1445, 20_230_719),
            (10, 1445, 20_240_410),
            (12, 1445, 20_240_607), (9, 1446, 20_250_301), (1, 1447, 20_250_626), (9, 1447, 20_260_218),
        ]
        for (month, year, date) in known { #expect(stamp(IslamicCalendar.start(month, of: year)) == date) }
    }

    @Test func `months of the calendar of Umm al-Qura have 29 or 30 days`() {
        var start = IslamicCalendar.start(1, of: 1_390)
        for index in 1..<1_200 {
            let next = IslamicCalendar.start(index % 12 + 1, of: 1_390 + index / 12)
            #expect((29...30).contains(next - start), "\(stamp(start))")
            start = next
        }
    }

    @Test func `the Muslim days follow the Moon as India saw it`() {
        #expect(dates("Eid al-Fitr", 2022...2026) == [20_220_503, 20_230_422, 20_240_411, 20_250_331, 20_260_321])
        #expect(dates("Eid al-Adha", 2006...2008) == [20_060_111, 20_070_101, 20_071_221, 20_081_209])
        #expect(dates("Ashura", 2009...2009) == [20_090_108, 20_091_228])
        #expect(dates("Prophet's Birthday", 2014...2016) == [20_140_114, 20_150_104, 20_151_224, 20_161_213])
        #expect(dates("Eid al-Fitr (estimated)", 2000...2000) == [20_000_109, 20_001_228])
        #expect(dates("Eid al-Adha (estimated)", 2027...2028) == [20_270_517, 20_280_506])
        #expect(dates("Eid al-Fitr", 2027...2050).isEmpty)
    }

    @Test func `India has as many days as Prophet knows`() {
        #expect((1975...2050).reduce(0) { $0 + (CountryHolidays.days("IN", year: $1)?.count ?? 0) } == 1_064)
    }
}
