import ForecastEngine
import Foundation

/// Series that tests share.
enum Sample {
    /// An hourly series with a daily wave, a trend and noise.
    static func hourly(count: Int, id: String = "web/cpu", noise: Double = 0.1, seed: UInt64 = 1) -> TimeSeries {
        var random = RandomGenerator(seed: seed)
        let times = (0..<count).map { 1_700_000_000 / 3_600 * 3_600 + $0 * 3_600 }
        let values = (0..<count).map { (t: Int) -> Double in
            let wave: Double = sin(2 * Double.pi * Double(t) / 24)
            return 2 + 0.001 * Double(t) + wave + noise * random.normal()
        }
        return TimeSeries(id: id, times: times, values: values)
    }
}
