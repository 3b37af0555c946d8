import DataSources
import ForecastEngine
import Foundation

/// The bundled sample: a made history of a small web shop, for trying Presage without data of one's own.
///
/// Two containers, `app` and `cache`, every five minutes. Each value is built from parts that real traces show:
/// - a daily rhythm with a peak in the evening and a smaller one at noon, and a weekly one with calmer weekends;
/// - slow growth, for `app` about one percent a week;
/// - noise that is multiplicative and correlated from one step to the next;
/// - a short job every night at 03:00, which only CPU feels;
/// - an incident: for two hours, once, retries double the CPU of `app`;
/// - gaps: a few outages of the monitoring, and one sample in five hundred lost.
///
/// `app`'s memory follows its load at a distance, on top of what it always holds; `cache`'s memory fills up and stays.
/// The same seed gives the same rows. It is made up, and says so wherever it is shown.
struct SampleHistory: Sendable {
    /// How many days it spans.
    var days = 28
    /// The time of the last row, seconds since 1970.
    var end: Int
    /// Seconds between rows.
    var step = 300
    /// The seed of noise, incident and gaps.
    var seed: UInt64 = 1

    /// One row of the wide form; nil where the monitoring has a gap.
    struct Row: Sendable {
        let time: Int
        let container: String
        /// In cores.
        let cpu: Double?
        /// In bytes.
        let memory: Double?
    }

    /// The rows, by container and then by time.
    func rows() -> [Row] {
        var random = SeededGenerator(seed: seed)
        let count = days * 86_400 / step
        let start = end - (count - 1) * step
        let outages = (0..<3).map { _ in
            let begin = Int.random(in: 0..<count, using: &random)
            return begin..<(begin + Int.random(in: 3...24, using: &random))
        }
        // Between the first and the last quarter, in the afternoon.
        let incidentDay = Int.random(in: (days / 4)..<max(days / 4 + 1, days * 3 / 4), using: &random)
        let incident = (incidentDay * 86_400 + 14 * 3600)..<(incidentDay * 86_400 + 16 * 3600)

        return ["app", "cache"].flatMap { container in
            var noise = 0.0
            var warmth = 0.4
            return (0..<count).map { index -> Row in
                let time = start + index * step
                let age = index * step
                noise = 0.9 * noise + 0.44 * Self.normal(&random)
                let load = Self.load(at: time)
                let growth = 1 + 0.01 * Double(age) / (7 * 86_400)
                warmth += (load - warmth) * Double(step) / 10_800

                var cpu: Double
                var memory: Double
                if container == "app" {
                    cpu = 0.62 * load * growth * (1 + 0.07 * noise)
                    if incident.contains(age) { cpu *= 2 }
                    memory = (420 + 260 * warmth * growth + 6 * noise) * 1_048_576
                } else {
                    cpu = (0.08 + 0.11 * load) * (1 + 0.05 * noise)
                    memory = (1180 - 520 * exp(-Double(age) / 400_000) + 4 * noise) * 1_048_576
                }
                // The nightly job.
                if time % 86_400 >= 10_800, time % 86_400 < 12_000 { cpu += container == "app" ? 0.28 : 0.02 }

                let isLost = outages.contains { $0.contains(index) } || Double.random(in: 0..<1, using: &random) < 0.002
                return Row(
                    time: time, container: container, cpu: isLost ? nil : max(0.001, (cpu * 1e4).rounded() / 1e4),
                    memory: isLost ? nil : max(0, memory.rounded()))
            }
        }
    }

    /// The rows as a CSV in the wide form.
    func csv() -> String {
        var text = "timestamp,container,cpu,memory\n"
        for row in rows() {
            let stamp = Date(timeIntervalSince1970: Double(row.time)).formatted(.iso8601)
            let cpu = row.cpu.map { String($0) } ?? ""
            let memory = row.memory.map { String(Int($0)) } ?? ""
            text += "\(stamp),\(row.container),\(cpu),\(memory)\n"
        }
        return text
    }

    /// The demo's history: 28 days that end at a fixed time, so that its result can be repeated.
    static func demo() throws -> History {
        let sample = SampleHistory(end: 1_772_409_300)
        return try CSVReader().read(bytes: Array(sample.csv().utf8), name: "the bundled sample")
    }

    /// The shop's load at a time, about 0.1 at night to 1 on a weekday's evening.
    private static func load(at time: Int) -> Double {
        let hour = Double(time % 86_400) / 3600
        func bump(_ center: Double, _ width: Double) -> Double {
            let distance = min(abs(hour - center), 24 - abs(hour - center))
            return exp(-distance * distance / (2 * width * width))
        }
        // 1970-01-01 was a Thursday.
        let weekday = (time / 86_400 + 4) % 7
        let week = [0.78, 0.95, 0.97, 1.0, 1.0, 1.05, 0.84][weekday]
        return (0.12 + 0.5 * bump(12.5, 2.4) + 0.86 * bump(19.5, 2.1)) * week
    }

    private static func normal(_ random: inout SeededGenerator) -> Double {
        let radius = (-2 * log(Double.random(in: Double.leastNonzeroMagnitude..<1, using: &random))).squareRoot()
        return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &random))
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
