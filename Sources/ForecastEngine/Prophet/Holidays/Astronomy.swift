import Foundation

/// Sun and Moon to within minutes, for calendars that follow them.
///
/// Meeus, *Astronomical Algorithms* (2nd ed., 1998): the Sun's apparent longitude of chapter 25 (0.01°, about a quarter of an
/// hour) and the new moons of chapter 49 (a few minutes), from 1900 to 2100.
enum Astronomy {
    private static let radians = Double.pi / 180
    /// Julian day number of 1970-01-01 00:00 UTC.
    private static let epoch = 2_440_587.5

    /// The day (since 1970, at an offset from Greenwich) of `year` on which the Sun reaches a longitude in degrees.
    static func day(solarLongitude longitude: Double, year: Int, hoursEast: Double) -> Int {
        // The Sun is near 280° at the start of a year and moves 0.9856° a day.
        let start = Double(CalendarRules.date(year, 1, 1)) + epoch
        var moment =
            start + ((longitude - 280).truncatingRemainder(dividingBy: 360) + 360)
            .truncatingRemainder(dividingBy: 360) / 0.98565
        for _ in 0..<8 {
            var error = (longitude - solarLongitude(moment)).truncatingRemainder(dividingBy: 360)
            if error > 180 { error -= 360 }
            if error < -180 { error += 360 }
            moment += error / 0.98565
        }
        return localDay(moment, hoursEast: hoursEast)
    }

    /// The day since 1970 of a Julian day (terrestrial time) at an offset from Greenwich.
    static func localDay(_ moment: Double, hoursEast: Double) -> Int {
        let universal = moment - deltaT(moment) / 86_400
        return Int((universal - epoch + hoursEast / 24).rounded(.down))
    }

    /// The Sun's apparent longitude in degrees, 0 to 360.
    static func solarLongitude(_ julianDay: Double) -> Double {
        let t = (julianDay - 2_451_545) / 36_525
        let mean = 280.46646 + t * (36_000.76983 + 0.0003032 * t)
        let anomaly = (357.52911 + t * (35_999.05029 - 0.0001537 * t)) * radians
        let centre =
            (1.914602 - t * (0.004817 + 0.000014 * t)) * sin(anomaly)
            + (0.019993 - 0.000101 * t) * sin(2 * anomaly) + 0.000289 * sin(3 * anomaly)
        let node = (125.04 - 1_934.136 * t) * radians
        let apparent = mean + centre - 0.00569 - 0.00478 * sin(node)
        let reduced = apparent.truncatingRemainder(dividingBy: 360)
        return reduced < 0 ? reduced + 360 : reduced
    }

    /// Terrestrial less universal time in seconds: near one minute over the years that matter.
    private static func deltaT(_ julianDay: Double) -> Double {
        let year = 2000 + (julianDay - 2_451_545) / 365.25
        return year < 2005
            ? 63.9 + 0.3345 * (year - 2000) : 62.92 + 0.32217 * (year - 2000) + 0.005589 * (year - 2000) * (year - 2000)
    }
}
