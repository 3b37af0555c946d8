import Foundation

/// Sunrise, sunset and what stands above the horizon, to within a minute: Meeus, *Astronomical Algorithms*, chapters 13 to 15.
extension Astronomy {
    /// A place on the Earth: degrees north and east of Greenwich.
    struct Place {
        var latitude: Double
        var longitude: Double
    }

    /// The Julian days (terrestrial time) of sunrise and sunset on a local day since 1970: of the upper limb, with refraction.
    static func sun(on day: Int, at place: Place) -> (rise: Double, set: Double) {
        let noon = moment(day, hoursEast: place.longitude / 15) + 0.5
        let longitude = solarLongitude(noon)
        let sine = sin(place.latitude * radians)
        let cosine = cos(place.latitude * radians)
        let altitude = sin(-0.8333 * radians)
        let start = hourAngle(0, noon, place)
        // The Sun moves 0.9856° a day, and the sky turns a little more than once.
        func passage(_ side: Double) -> Double {
            var offset = side / 4
            for _ in 0..<2 {
                let sky = equatorial(longitude: longitude + 0.9856 * offset, latitude: 0)
                let height = (altitude - sine * sin(sky.declination)) / (cosine * cos(sky.declination))
                let wanted = side * acos(min(1, max(-1, height)))
                let turned = (wanted - start + sky.ascension).remainder(dividingBy: 2 * .pi)
                offset = turned / (2 * .pi) / 1.002737909
            }
            return noon + offset
        }
        return (passage(-1), passage(1))
    }

    /// Whether the Moon's upper limb is above the horizon, refraction included, at a Julian day in terrestrial time.
    static func isMoonUp(_ julianDay: Double, at place: Place) -> Bool {
        let moon = moon(julianDay)
        let sky = equatorial(longitude: moon.longitude, latitude: moon.latitude)
        let latitude = place.latitude * radians
        let hour = hourAngle(sky.ascension, julianDay, place)
        let sine = sin(latitude) * sin(sky.declination) + cos(latitude) * cos(sky.declination) * cos(hour)
        return asin(sine) / radians > 0.7275 * moon.parallax - 0.5667
    }

    /// Right ascension and declination in radians.
    private static func equatorial(longitude: Double, latitude: Double) -> (ascension: Double, declination: Double) {
        let obliquity = 23.4377 * radians
        let l = longitude * radians
        let b = latitude * radians
        return (
            atan2(sin(l) * cos(obliquity) - tan(b) * sin(obliquity), cos(l)),
            asin(sin(b) * cos(obliquity) + cos(b) * sin(obliquity) * sin(l))
        )
    }

    /// How far west of the meridian a body stands, -π to π, at a Julian day in terrestrial time.
    private static func hourAngle(_ ascension: Double, _ julianDay: Double, _ place: Place) -> Double {
        let days = julianDay - deltaT(julianDay) / 86_400 - 2_451_545
        let sidereal = (280.46061837 + 360.98564736629 * days + place.longitude) * radians
        return (sidereal - ascension).remainder(dividingBy: 2 * .pi)
    }
}
