import Foundation

/// The Moon's place to a few thousandths of a degree: Meeus, *Astronomical Algorithms*, chapter 47, the terms of 0.001° and more.
extension Astronomy {
    /// The Moon seen from the centre of the Earth, on the ecliptic of date; degrees.
    struct Moon {
        var longitude: Double
        var latitude: Double
        /// Horizontal parallax: how much lower the Moon stands at the horizon than for the centre of the Earth.
        var parallax: Double
    }

    /// Cosine and sine of an angle.
    struct Turn {
        var cosine: Double
        var sine: Double

        /// Of the sum of two angles.
        func turned(by other: Turn) -> Turn {
            Turn(
                cosine: cosine * other.cosine - sine * other.sine,
                sine: sine * other.cosine + cosine * other.sine)
        }
    }

    /// An angle times -4 to 4.
    struct Multiples {
        private var cosines = SIMD8<Double>()
        private var sines = SIMD8<Double>()

        init(_ angle: Double) {
            let once = Turn(cosine: cos(angle), sine: sin(angle))
            var turn = Turn(cosine: 1, sine: 0)
            for n in 0...4 {
                (cosines[n], sines[n]) = (turn.cosine, turn.sine)
                turn = turn.turned(by: once)
            }
        }

        func turn(_ count: Int) -> Turn {
            Turn(cosine: cosines[abs(count)], sine: count < 0 ? -sines[-count] : sines[count])
        }
    }

    /// What the terms are multiples of.
    struct MoonArguments {
        /// The mean longitude in degrees.
        var longitude: Double
        /// The elongation, the anomalies of Sun and Moon, the argument of latitude.
        var elongation, sun, moon, latitude: Multiples
        /// Of the orbit of the Earth, in terms of that of 2000.
        var eccentricity: Double

        /// At a Julian day in terrestrial time.
        init(_ julianDay: Double) {
            let t = (julianDay - 2_451_545) / 36_525
            longitude = 218.3164477 + t * (481_267.88123421 - 0.0015786 * t)
            elongation = Multiples((297.8501921 + t * (445_267.1114034 - 0.0018819 * t)) * radians)
            sun = Multiples((357.5291092 + t * (35_999.0502909 - 0.0001536 * t)) * radians)
            moon = Multiples((134.9633964 + t * (477_198.8675055 + 0.0087414 * t)) * radians)
            latitude = Multiples((93.272095 + t * (483_202.0175233 - 0.0036539 * t)) * radians)
            eccentricity = 1 - t * (0.002516 + 0.0000074 * t)
        }

        /// The sum of sines in degrees.
        func sum(_ terms: [MoonTerm]) -> Double {
            var result = 0.0
            for term in terms {
                let scale = term.sun == 0 ? 1 : abs(term.sun) == 1 ? eccentricity : eccentricity * eccentricity
                var turn = elongation.turn(term.elongation)
                if term.sun != 0 { turn = turn.turned(by: sun.turn(term.sun)) }
                if term.moon != 0 { turn = turn.turned(by: moon.turn(term.moon)) }
                if term.latitude != 0 { turn = turn.turned(by: latitude.turn(term.latitude)) }
                result += term.coefficient * scale * turn.sine
            }
            return result * 1e-6
        }
    }

    /// A coefficient in millionths of a degree and the multiples of elongation, anomalies of Sun and Moon, and latitude.
    struct MoonTerm {
        var coefficient: Double
        var elongation, sun, moon, latitude: Int

        init(_ coefficient: Double, _ elongation: Int, _ sun: Int, _ moon: Int, _ latitude: Int) {
            self.coefficient = coefficient
            (self.elongation, self.sun, self.moon, self.latitude) = (elongation, sun, moon, latitude)
        }
    }

    /// How far the Moon is east of the Sun along the ecliptic at a Julian day (terrestrial time): -180 to 180 degrees.
    static func elongation(_ julianDay: Double) -> Double {
        (moonLongitude(julianDay) - solarLongitude(julianDay)).remainder(dividingBy: 360)
    }

    static func moon(_ julianDay: Double) -> Moon {
        let arguments = MoonArguments(julianDay)
        let twice = arguments.elongation.turn(2)
        return Moon(
            longitude: moonLongitude(julianDay, arguments),
            latitude: arguments.sum(latitudeTerms),
            parallax: 0.9508 + 0.0518 * arguments.moon.turn(1).cosine
                + 0.0095 * twice.turned(by: arguments.moon.turn(-1)).cosine
                + 0.0078 * twice.cosine + 0.0028 * arguments.moon.turn(2).cosine)
    }

    /// The Moon's apparent longitude, 0 to 360 degrees, at a Julian day (terrestrial time).
    static func moonLongitude(_ julianDay: Double) -> Double {
        moonLongitude(julianDay, MoonArguments(julianDay))
    }

    private static func moonLongitude(_ julianDay: Double, _ arguments: MoonArguments) -> Double {
        // The pull of Venus; and the flattening of the Earth, which follows the node as the nutation does.
        let venus = 0.003958 * sin((119.75 + 131.849 * (julianDay - 2_451_545) / 36_525) * radians)
        let flattening = 0.001962 * sin(node(julianDay))
        let sum = arguments.longitude + arguments.sum(longitudeTerms) + venus + flattening + nutation(julianDay)
        let reduced = sum.truncatingRemainder(dividingBy: 360)
        return reduced < 0 ? reduced + 360 : reduced
    }

    private static let longitudeTerms = [
        MoonTerm(6_288_774, 0, 0, 1, 0), MoonTerm(1_274_027, 2, 0, -1, 0), MoonTerm(658_314, 2, 0, 0, 0),
        MoonTerm(213_618, 0, 0, 2, 0), MoonTerm(-185_116, 0, 1, 0, 0), MoonTerm(-114_332, 0, 0, 0, 2),
        MoonTerm(58_793, 2, 0, -2, 0), MoonTerm(57_066, 2, -1, -1, 0), MoonTerm(53_322, 2, 0, 1, 0),
        MoonTerm(45_758, 2, -1, 0, 0), MoonTerm(-40_923, 0, 1, -1, 0), MoonTerm(-34_720, 1, 0, 0, 0),
        MoonTerm(-30_383, 0, 1, 1, 0), MoonTerm(15_327, 2, 0, 0, -2), MoonTerm(-12_528, 0, 0, 1, 2),
        MoonTerm(10_980, 0, 0, 1, -2), MoonTerm(10_675, 4, 0, -1, 0), MoonTerm(10_034, 0, 0, 3, 0),
        MoonTerm(8_548, 4, 0, -2, 0), MoonTerm(-7_888, 2, 1, -1, 0), MoonTerm(-6_766, 2, 1, 0, 0),
        MoonTerm(-5_163, 1, 0, -1, 0), MoonTerm(4_987, 1, 1, 0, 0), MoonTerm(4_036, 2, -1, 1, 0),
        MoonTerm(3_994, 2, 0, 2, 0), MoonTerm(3_861, 4, 0, 0, 0), MoonTerm(3_665, 2, 0, -3, 0),
        MoonTerm(-2_689, 0, 1, -2, 0), MoonTerm(-2_602, 2, 0, -1, 2), MoonTerm(2_390, 2, -1, -2, 0),
        MoonTerm(-2_348, 1, 0, 1, 0), MoonTerm(2_236, 2, -2, 0, 0), MoonTerm(-2_120, 0, 1, 2, 0),
        MoonTerm(-2_069, 0, 2, 0, 0), MoonTerm(2_048, 2, -2, -1, 0), MoonTerm(-1_773, 2, 0, 1, -2),
        MoonTerm(-1_595, 2, 0, 0, 2), MoonTerm(1_215, 4, -1, -1, 0), MoonTerm(-1_110, 0, 0, 2, 2),
    ]

    private static let latitudeTerms = [
        MoonTerm(5_128_122, 0, 0, 0, 1), MoonTerm(280_602, 0, 0, 1, 1), MoonTerm(277_693, 0, 0, 1, -1),
        MoonTerm(173_237, 2, 0, 0, -1), MoonTerm(55_413, 2, 0, -1, 1), MoonTerm(46_271, 2, 0, -1, -1),
        MoonTerm(32_573, 2, 0, 0, 1), MoonTerm(17_198, 0, 0, 2, 1), MoonTerm(9_266, 2, 0, 1, -1),
        MoonTerm(8_822, 0, 0, 2, -1), MoonTerm(8_216, 2, -1, 0, -1), MoonTerm(4_324, 2, 0, -2, -1),
        MoonTerm(4_200, 2, 0, 1, 1), MoonTerm(-3_359, 2, 1, 0, -1), MoonTerm(2_463, 2, -1, -1, 1),
        MoonTerm(2_211, 2, -1, 0, 1), MoonTerm(2_065, 2, -1, -1, -1), MoonTerm(-1_870, 0, 1, -1, -1),
        MoonTerm(1_828, 4, 0, -1, -1), MoonTerm(-1_794, 0, 1, 0, 1), MoonTerm(-1_749, 0, 0, 0, 3),
        MoonTerm(-1_565, 0, 1, -1, 1), MoonTerm(-1_491, 1, 0, 0, 1), MoonTerm(-1_475, 0, 1, 1, 1),
        MoonTerm(-1_410, 0, 1, 1, -1), MoonTerm(-1_344, 0, 1, 0, -1), MoonTerm(-1_335, 1, 0, 0, -1),
        MoonTerm(1_107, 0, 0, 3, 1), MoonTerm(1_021, 4, 0, 0, -1),
    ]
}
