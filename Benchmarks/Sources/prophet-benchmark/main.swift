import ForecastEngine
import Foundation

// prophet-benchmark fleet|closed [series] [threads] [days]   fit, forecast with intervals, 30-day holdout scored
// prophet-benchmark five-minute                              one series of 8,600 points, daily and weekly seasonality
// prophet-benchmark csv fleet|closed [series]                the panel, for the peer
// prophet-benchmark holidays CODE FROM TO                    country holidays by rule, one a line

func seconds(_ work: () -> Void) -> Double {
    let begin = ContinuousClock.now
    work()
    let elapsed = ContinuousClock.now - begin
    return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
}

func integer(_ position: Int, _ fallback: Int) -> Int {
    CommandLine.arguments.count > position ? Int(CommandLine.arguments[position]) ?? fallback : fallback
}

func peakMegabytes() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") } ?? ""
    return (Int(line.filter(\.isNumber)) ?? 0) / 1_024
}

func fleet(closed: Bool) {
    let count = integer(2, 11_115)
    let threads = integer(3, 2)
    let days = integer(4, 942)
    let panel = SyntheticFleet(closedDays: closed, days: days).panel(count)
    let rows = panel.map(\.count)
    let fleet = ProphetFleet(threads: threads)
    var best = Double.infinity
    var outcomes: [ProphetFleet.Outcome] = []
    var processor = Double.infinity
    for _ in 0..<3 {
        let begin = clock()
        best = min(best, seconds { outcomes = fleet.backtest(panel, holdout: 30) })
        processor = min(processor, Double(clock() - begin) / Double(CLOCKS_PER_SEC))
    }
    let scores = outcomes.compactMap(\.evaluation)
    let mean = scores.map(\.smape).reduce(0, +) / Double(max(1, scores.count))
    let coverage = scores.map(\.coverage).reduce(0, +) / Double(max(1, scores.count))
    print(
        "series \(count), rows \(rows.min() ?? 0)-\(rows.max() ?? 0), threads \(threads): best of 3 "
            + String(format: "%.3f s, processor time %.1f µs a series", best, processor * 1e6 / Double(count))
            + ", failed \(outcomes.count { $0.error != nil })"
            + String(format: ", SMAPE %.3f, coverage %.3f", mean, coverage)
            + ", peak \(peakMegabytes()) MB (panel included)"
    )
}

switch CommandLine.arguments.dropFirst().first {
case "fleet": fleet(closed: false)
case "closed": fleet(closed: true)
case "five-minute":
    var random = RandomGenerator(seed: 3)
    let times = (0..<8_600).map { 1_700_000_100 + $0 * 300 }
    let values = (0..<8_600).map { row -> Double in
        let day: Double = sin(2 * Double.pi * Double(row) / 288)
        let week: Double = sin(2 * Double.pi * Double(row) / 2_016)
        return 10 + day + 0.5 * week + 0.0001 * Double(row) + 0.2 * random.normal()
    }
    let series = TimeSeries(id: "five-minute", times: times, values: values)
    let fleet = ProphetFleet(threads: 1)
    var fit = Double.infinity
    for _ in 0..<20 { fit = min(fit, seconds { _ = fleet.forecast([series], steps: 288) }) }
    print(String(format: "8,600 points, fit and forecast of 288 steps with intervals: best of 20 %.2f ms", fit * 1e3))
case "csv":
    let closed = CommandLine.arguments.count > 2 && CommandLine.arguments[2] == "closed"
    let formatter = ISO8601DateFormatter()
    formatter.formatOptions = [.withFullDate]
    print("unique_id,ds,y")
    for series in SyntheticFleet(closedDays: closed, days: 942).panel(integer(3, 20)) {
        for (time, value) in zip(series.times, series.values) {
            print("\(series.id),\(formatter.string(from: Date(timeIntervalSince1970: Double(time)))),\(value)")
        }
    }
case "holidays":
    let code = CommandLine.arguments.count > 2 ? CommandLine.arguments[2] : "US"
    for year in integer(3, 2024)...integer(4, 2024) {
        for day in CountryHolidays.days(code, year: year) ?? [] { print("\(day.day),\(day.name)") }
    }
default:
    print("usage: prophet-benchmark fleet|closed|five-minute|csv …; see main.swift")
}
