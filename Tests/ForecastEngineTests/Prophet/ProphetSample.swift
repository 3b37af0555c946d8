import Foundation

@testable import ForecastEngine

/// Series with known parts, for tests of Prophet.
enum ProphetSample {
    static let start = 1_451_606_400  // 2016-01-01, a Friday

    /// Daily: level 10, slope 0.01 a day that turns at `bend`, a week of amplitude 1, and noise.
    static func daily(
        _ count: Int, noise: Double = 0.2, bend: Int? = nil, bendSlope: Double = 0, factor: Bool = false,
        seed: UInt64 = 5
    ) -> TimeSeries {
        var random = RandomGenerator(seed: seed)
        let times = (0..<count).map { start + $0 * 86_400 }
        let values = (0..<count).map { (day: Int) -> Double in
            let turned = bendSlope * Double(max(0, day - (bend ?? count)))
            let trend = 10 + 0.01 * Double(day) + turned
            let week = sin(2 * Double.pi * Double(day) / 7)
            let mean = factor ? trend * (1 + 0.1 * week) : trend + week
            return mean + noise * random.normal()
        }
        return TimeSeries(id: "daily", times: times, values: values)
    }

    /// A random series of a random kind: what a careless source may send.
    static func wild(_ random: inout RandomGenerator) -> TimeSeries {
        let count = 2 + random.index(120)
        let step = [60, 300, 3_600, 86_400, 7 * 86_400, 2_629_800][random.index(6)]
        let scale = pow(10, Double(random.index(13)) * 2 - 12)
        var time = random.index(2_000_000_000) - 500_000_000
        var times: [Int] = []
        var values: [Double] = []
        let kind = random.index(6)
        for row in 0..<count {
            time += step * [0, 1, 1, 1, 1, 5][random.index(6)]
            times.append(time)
            let value: Double =
                switch kind {
                case 0: 0
                case 1: Double(row)
                case 2: random.normal()
                case 3: random.uniform() < 0.1 ? 100 : 0
                case 4: row < count / 2 ? 1 : -1
                default: random.normal() + sin(Double(row))
                }
            values.append(random.uniform() < 0.1 ? .nan : value * scale)
        }
        return TimeSeries(id: "wild", times: times, values: values)
    }
}
