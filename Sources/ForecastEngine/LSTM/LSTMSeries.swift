import Foundation

/// A series as the network sees it: scaled to mean 0 and deviation 1, with its place in the day and in the week.
struct LSTMSeries: Sendable {
    /// Standardized values, one a step.
    var values: [Double]
    /// Whether the step was observed.
    var observed: [Bool]
    /// Sine and cosine of the time of day and of the time of week, four numbers a step.
    private var calendar: [Double]
    /// The scale of the series.
    let mean: Double
    let deviation: Double

    private static let lags = [24, 168]
    /// The least spread of a window, in deviations of the series: a quiet week does not turn noise into signal.
    private static let leastSpread = 0.1

    init(_ grid: RegularGrid) {
        let values = grid.values
        let start = grid.start
        let times = [start] + grid.step.times(after: start, count: values.count - 1)
        self.init(values: values, observed: grid.observed, times: times)
    }

    init(values: [Double], observed: [Bool], times: [Int], mean: Double? = nil, deviation: Double? = nil) {
        self.observed = observed
        let centre = mean ?? Statistics.mean(values)
        let spread =
            deviation ?? Statistics.mean(values.map { ($0 - centre) * ($0 - centre) }).squareRoot()
        self.mean = centre
        self.deviation = spread
        self.values = values.map { spread > 0 ? ($0 - centre) / spread : 0 }
        calendar = []
        for time in times { append(time) }
    }

    private mutating func append(_ time: Int) {
        for period in [86_400, 604_800] {
            let rest = ((time % period) + period) % period
            let angle = 2 * Double.pi * Double(rest) / Double(period)
            calendar += [sin(angle), cos(angle)]
        }
    }

    /// Adds a forecast as if it had been observed, so that the next window can follow it.
    mutating func extend(_ value: Double, time: Int) {
        values.append(deviation > 0 ? (value - mean) / deviation : 0)
        observed.append(true)
        append(time)
    }

    /// Level and spread of the window before `origin`.
    func window(before origin: Int, _ shape: LSTMShape) -> (level: Double, spread: Double) {
        let slice = values[(origin - shape.steps)..<origin]
        let level = Statistics.mean(slice)
        let variance = Statistics.mean(slice.map { ($0 - level) * ($0 - level) })
        return (level, max(variance.squareRoot(), Self.leastSpread))
    }

    /// What the forecast is a correction to, in units of the window: the same step of the last `horizon` steps.
    func base(_ step: Int, origin: Int, _ shape: LSTMShape, _ scale: (level: Double, spread: Double)) -> Double {
        (values[origin - shape.horizon + step] - scale.level) / scale.spread
    }

    /// Writes the window before `origin` to one lane: its values, the values a day and a week of 24-step days before, and
    /// the calendar; what lies before the series repeats its own step.
    func write(
        before origin: Int, _ shape: LSTMShape, _ scale: (level: Double, spread: Double), lane: Int,
        to input: inout [Lanes]
    ) {
        for t in 0..<shape.steps {
            let index = origin - shape.steps + t
            let value = (values[index] - scale.level) / scale.spread
            input[t * shape.inputs][lane] = value
            for (j, lag) in Self.lags.enumerated() {
                let past = index >= lag ? (values[index - lag] - scale.level) / scale.spread : value
                input[t * shape.inputs + 1 + j][lane] = past
            }
            for j in 0..<4 { input[t * shape.inputs + 3 + j][lane] = calendar[4 * index + j] }
        }
    }
}
