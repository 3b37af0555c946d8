import Testing

@testable import ForecastEngine

@Suite struct ChineseHolidayTests {
    private func names(_ year: Int, _ month: Int, _ day: Int) -> [String] {
        let date = CalendarRules.date(year, month, day)
        return (CountryHolidays.days("CN", year: year) ?? []).filter { $0.day == date }.map(\.name)
    }

    @Test func `a day off is named after the weekend day that is worked for it`() {
        #expect(names(2001, 5, 7) == ["Day off (substituted from 04/29/2001)"])
        #expect(names(2007, 1, 3) == ["Day off (substituted from 12/31/2006)"])
        #expect(names(2007, 12, 31) == ["Day off (substituted from 12/29/2007)"])
        #expect(names(2015, 2, 18) == ["Day off (substituted from 02/15/2015)"])
        #expect(names(2024, 2, 15) == ["Day off (substituted from 02/04/2024)"])
        #expect(names(2026, 2, 23) == ["Day off (substituted from 02/28/2026)"])
        #expect(names(2026, 2, 21).isEmpty)
    }

    @Test func `what was decreed once is there once`() {
        #expect(names(2015, 9, 3).count == 1)
        #expect(names(2012, 6, 22) == ["Dragon Boat Festival (observed)"])
        #expect(names(2012, 6, 25).isEmpty)
        #expect(names(2020, 1, 30) == ["Chinese New Year (Spring Festival) (observed)"])
        #expect(names(2020, 2, 2) == ["Chinese New Year Extended Holiday"])
    }

    @Test func `every worked day of a decree is a weekend day and buys one day off`() {
        for (year, rows) in ChinaDecrees.breaks {
            let days = CountryHolidays.days("CN", year: year) ?? []
            let worked = rows.flatMap(\.worked)
            #expect(days.count { $0.name.hasPrefix("Day off") } == worked.count, "\(year)")
            #expect(Set(worked).count == worked.count, "\(year)")
            for row in rows {
                for date in row.worked {
                    let old = date > 1_200 && row.days.lowerBound < 200 ? year - 1 : year
                    #expect(CalendarRules.isWeekend(CalendarRules.date(old, date / 100, date % 100)), "\(year) \(date)")
                }
            }
        }
    }

    @Test func `a break has no working day left in it`() {
        for (year, rows) in ChinaDecrees.breaks {
            let off = Set((CountryHolidays.days("CN", year: year) ?? []).map(\.day))
            for row in rows {
                let first = CalendarRules.date(year, row.days.lowerBound / 100, row.days.lowerBound % 100)
                let last = CalendarRules.date(year, row.days.upperBound / 100, row.days.upperBound % 100)
                #expect(
                    (first...last).allSatisfy { off.contains($0) || CalendarRules.isWeekend($0) }, "\(year) \(row.days)"
                )
            }
        }
    }

    @Test func `China has as many days as Prophet knows`() {
        #expect((1975...2050).reduce(0) { $0 + (CountryHolidays.days("CN", year: $1)?.count ?? 0) } == 1_131)
    }
}
