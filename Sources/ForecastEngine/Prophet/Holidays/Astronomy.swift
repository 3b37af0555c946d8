import Foundation

/// Sun and Moon to within minutes, for calendars that follow them.
///
/// Meeus, *Astronomical Algorithms* (2nd ed., 1998): the Sun's apparent longitude of chapter 25 (0.01°, about a quarter of an
/// hour) and the new moons of chapter 49 (a few minutes), from 1900 to 2100.
enum Astronomy {
    static let radians = Double.pi / 180
    /// Julian day number of 1970-01-01 00:00 UTC.
    static let epoch = 2_440_587.5

    /// The day (since 1970, at an offset from Greenwich) of `year` on which the Sun reaches a longitude in degrees.
    static func day(solarLongitude longitude: Double, year: Int, hoursEast: Double) -> Int {
        localDay(moment(solarLongitude: longitude, year: year), hoursEast: hoursEast)
    }

    /// The Julian day (terrestrial time) of `year` at which the Sun reaches a longitude in degrees.
    static func moment(solarLongitude longitude: Double, year: Int) -> Double {
        // The Sun is near 280° at the start of a year and moves 0.9856° a day.
        let start = Double(CalendarRules.date(year, 1, 1)) + epoch
        var moment =
            start + ((longitude - 280).truncatingRemainder(dividingBy: 360) + 360)
            .truncatingRemainder(dividingBy: 360) / 0.98565
        for _ in 0..<8 {
            let error = (longitude - solarLongitude(moment)).remainder(dividingBy: 360)
            moment += error / 0.98565
            if abs(error) < 1e-8 { break }
        }
        return moment
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
        let apparent = mean + centre - 0.00569 + nutation(julianDay)
        let reduced = apparent.truncatingRemainder(dividingBy: 360)
        return reduced < 0 ? reduced + 360 : reduced
    }

    /// The main term of the nutation in longitude, in degrees.
    static func nutation(_ julianDay: Double) -> Double { -0.00478 * sin(node(julianDay)) }

    /// The longitude of the ascending node of the Moon's orbit, in radians.
    static func node(_ julianDay: Double) -> Double {
        (125.04 - 1_934.136 * (julianDay - 2_451_545) / 36_525) * radians
    }

    /// The Julian day (terrestrial time) at which a day since 1970 begins at an offset from Greenwich.
    static func moment(_ day: Int, hoursEast: Double) -> Double {
        let universal = Double(day) + epoch - hoursEast / 24
        return universal + deltaT(universal) / 86_400
    }

    /// The days since 1970, at an offset from Greenwich, of the new moons between two days.
    static func newMoons(from first: Int, to last: Int, hoursEast: Double) -> [Int] {
        var days: [Int] = []
        var k = lunation(Double(first) + epoch) - 1
        while true {
            let day = localDay(newMoon(k), hoursEast: hoursEast)
            if day > last { return days }
            if day >= first { days.append(day) }
            k += 1
        }
    }

    /// The number of the last mean new moon before a Julian day; the true one is up to 14 hours earlier or later.
    static func lunation(_ julianDay: Double) -> Double {
        ((julianDay - 2_451_550.09766) / 29.530588861).rounded(.down)
    }

    /// The last new moon at or before a Julian day; both in terrestrial time.
    static func newMoon(before julianDay: Double) -> Double {
        var k = lunation(julianDay) + 1
        while newMoon(k) > julianDay { k -= 1 }
        return newMoon(k)
    }

    /// The Julian day (terrestrial time) of the k-th new moon from that of 2000-01-06.
    static func newMoon(_ k: Double) -> Double {
        let t = k / 1_236.85
        let e = 1 - 0.002516 * t - 0.0000074 * t * t
        let sun = (2.5534 + 29.1053567 * k - 0.0000014 * t * t) * radians
        let moon = (201.5643 + 385.81693528 * k + 0.0107582 * t * t) * radians
        let latitude = (160.7108 + 390.67050284 * k - 0.0016118 * t * t) * radians
        let node = (124.7746 - 1.56375588 * k + 0.0020672 * t * t) * radians
        // Multiples of the anomalies of Moon and Sun and of the argument of latitude, the coefficient, the power of e.
        let terms: [(moon: Double, sun: Double, latitude: Double, coefficient: Double, power: Int)] = [
            (1, 0, 0, -0.40720, 0), (0, 1, 0, 0.17241, 1), (2, 0, 0, 0.01608, 0), (0, 0, 2, 0.01039, 0),
            (1, -1, 0, 0.00739, 1), (1, 1, 0, -0.00514, 1), (0, 2, 0, 0.00208, 2), (1, 0, -2, -0.00111, 0),
            (1, 0, 2, -0.00057, 0), (2, 1, 0, 0.00056, 1), (3, 0, 0, -0.00042, 0), (0, 1, 2, 0.00042, 1),
            (0, 1, -2, 0.00038, 1), (2, -1, 0, -0.00024, 1),
        ]
        var correction = -0.00017 * sin(node)
        for term in terms {
            let scale = term.power == 0 ? 1 : term.power == 1 ? e : e * e
            correction +=
                term.coefficient * scale * sin(term.moon * moon + term.sun * sun + term.latitude * latitude)
        }
        return 2_451_550.09766 + 29.530588861 * k + 0.00015437 * t * t + correction
    }

    /// Terrestrial less universal time in seconds: near one minute over the years that matter.
    static func deltaT(_ julianDay: Double) -> Double {
        let year = 2000 + (julianDay - 2_451_545) / 365.25
        return year < 2005
            ? 63.9 + 0.3345 * (year - 2000) : 62.92 + 0.32217 * (year - 2000) + 0.005589 * (year - 2000) * (year - 2000)
    }
}
