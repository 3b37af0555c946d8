import ForecastEngine
import Foundation

/// Shops that never were: level, trend with bends, week, year, promotions and noise, each with its own draw.
struct SyntheticFleet {
    /// Shops with closed days keep their open rows only, as the Rossmann panel does.
    var closedDays: Bool
    var days: Int
    var seed: UInt64 = 7

    /// 2013-01-01, a Tuesday.
    static let start = 1_356_998_400

    func shop(_ index: Int) -> TimeSeries {
        var random = RandomGenerator(seed: seed, stream: UInt64(index))
        let level = 2_000 + 10_000 * random.uniform()
        let slope = 0.3 * random.normal() / Double(days)
        let bend = Int(Double(days) * random.uniform())
        let bendSlope = 0.5 * random.normal() / Double(days)
        let week = (0..<7).map { _ in 0.15 * random.normal() }
        let waves = (1...3).map { (0.08 * random.normal() / Double($0), 2 * Double.pi * random.uniform(), Double($0)) }
        let promotion = 0.3 * random.uniform()
        let noise = 0.06 + 0.1 * random.uniform()
        let refurbishment = random.uniform() < 0.35 ? Int(Double(days) * 0.6 * random.uniform()) : -1
        let worksSundays = random.uniform() < 0.03
        var times: [Int] = []
        var values: [Double] = []
        for day in 0..<days {
            var factor = 1 + slope * Double(day) + bendSlope * Double(max(0, day - bend)) + week[day % 7]
            for (amplitude, phase, order) in waves {
                factor += amplitude * sin(2 * Double.pi * order * Double(day) / 365.25 + phase)
            }
            if day / 7 % 2 == 0, day % 7 < 4 { factor += promotion }
            let value = (level * max(0.05, factor + noise * random.normal())).rounded()
            if closedDays {
                let weekday = (day + 2) % 7
                let isClosed =
                    (weekday == 0 && !worksSundays) || random.uniform() < 0.025
                    || (refurbishment >= 0 && (refurbishment..<(refurbishment + 180)).contains(day))
                if isClosed { continue }
            }
            times.append(Self.start + day * 86_400)
            values.append(value)
        }
        return TimeSeries(id: "shop_\(index)", times: times, values: values)
    }

    func panel(_ count: Int) -> [TimeSeries] { (0..<count).map(shop) }
}
