import Testing

@testable import ForecastEngine

@Suite struct AstronomyTests {
    private func clock(_ moment: Double, hoursEast: Double) -> (day: Int, minutes: Double) {
        let day = Astronomy.localDay(moment, hoursEast: hoursEast)
        return (day, (moment - Astronomy.moment(day, hoursEast: hoursEast)) * 1_440)
    }

    @Test func `the Moon is where Meeus' example 47a has it`() {
        // 1992-04-12 00:00 in terrestrial time.
        let moon = Astronomy.moon(2_448_724.5)
        #expect(abs(moon.longitude - 133.167265) < 0.005)
        #expect(abs(moon.latitude - -3.229126) < 0.005)
        #expect(abs(moon.parallax - 0.991990) < 0.005)
    }

    @Test func `the Sun is where Meeus' example 25a has it`() {
        // 1992-10-13 00:00 in terrestrial time.
        #expect(abs(Astronomy.solarLongitude(2_448_908.5) - 199.90895) < 0.001)
    }

    @Test func `a new moon is within two minutes of Meeus' example 49a, and no elongation is left`() {
        let moment = Astronomy.newMoon(before: 2_443_193)
        #expect(abs(moment - 2_443_192.65118) * 1_440 < 2)
        #expect(abs(Astronomy.elongation(moment)) < 0.005)
    }

    @Test func `the Sun rises and sets in London as the almanac says`() {
        let london = Astronomy.Place(latitude: 51.5, longitude: -0.13)
        for (month, day, rises, sets) in [(6, 21, 3 * 60 + 43, 20 * 60 + 21), (12, 21, 8 * 60 + 4, 15 * 60 + 53)] {
            let date = CalendarRules.date(2023, month, day)
            let sun = Astronomy.sun(on: date, at: london)
            #expect(clock(sun.rise, hoursEast: 0).day == date)
            #expect(abs(clock(sun.rise, hoursEast: 0).minutes - Double(rises)) < 2)
            #expect(clock(sun.set, hoursEast: 0).day == date)
            #expect(abs(clock(sun.set, hoursEast: 0).minutes - Double(sets)) < 2)
        }
    }

    @Test func `tithis begin and end when printed calendars say, within two minutes`() {
        typealias Stamp = (month: Int, day: Int, hour: Int, minute: Int)
        let known: [(number: Int, month: HinduCalendar.Month, year: Int, begins: Stamp, ends: Stamp)] = [
            (30, .ashvina, 2022, (10, 24, 17, 27), (10, 25, 16, 18)),
            (9, .chaitra, 2024, (4, 16, 13, 23), (4, 17, 15, 14)),
            (23, .shravana, 2023, (9, 6, 15, 37), (9, 7, 16, 14)),
        ]
        for tithi in known {
            let found = HinduCalendar.tithi(tithi.number, of: tithi.month, year: tithi.year)
            for (moment, stamp) in [(found.begins, tithi.begins), (found.ends, tithi.ends)] {
                let (day, minutes) = clock(moment, hoursEast: 5.5)
                #expect(day == CalendarRules.date(tithi.year, stamp.month, stamp.day), "\(tithi.year)")
                #expect(abs(minutes - Double(stamp.hour * 60 + stamp.minute)) <= 2, "\(tithi.year)")
            }
        }
    }
}
