import ForecastEngine
import Foundation
import Testing

/// Series that have broken forecasting code before.
enum DegenerateSeries {
    struct Named: Sendable, CustomTestStringConvertible {
        var name: String
        var values: [Double]
        var testDescription: String { name }
    }

    static let all: [Named] = {
        var random = RandomGenerator(seed: 7)
        let noise = (0..<60).map { _ in random.normal() }
        return [
            Named(name: "one point", values: [3]),
            Named(name: "two points", values: [3, 4]),
            Named(name: "three points", values: [3, 1, 4]),
            Named(name: "five points", values: [3, 1, 4, 1, 5]),
            Named(name: "seven points", values: [3, 1, 4, 1, 5, 9, 2]),
            Named(name: "constant", values: [Double](repeating: 5, count: 50)),
            Named(name: "zeros", values: [Double](repeating: 0, count: 50)),
            Named(name: "zeros and one spike", values: (0..<50).map { $0 == 20 ? 100 : 0 }),
            Named(name: "a spike at the end", values: (0..<50).map { $0 == 49 ? 1e6 : 0 }),
            Named(name: "a spike at the start", values: (0..<50).map { $0 == 0 ? 1e9 : 1 }),
            Named(name: "a perfect line", values: (0..<40).map { Double($0) }),
            Named(name: "a perfect falling line", values: (0..<40).map { 10 - Double($0) }),
            Named(name: "a perfect wave", values: (0..<80).map { sin(2 * Double.pi * Double($0) / 12) }),
            Named(name: "huge", values: noise.map { (10 + $0) * 1e140 }),
            Named(name: "tiny", values: noise.map { (10 + $0) * 1e-140 }),
            Named(name: "denormal", values: noise.map { $0 * 10_000 * Double.leastNonzeroMagnitude }),
            Named(
                name: "a mix of huge and tiny", values: noise.enumerated().map { $1 * ($0 % 2 == 0 ? 1e120 : 1e-120) }),
            Named(name: "a level far above its noise", values: noise.map { 1e11 + $0 }),
            Named(name: "exponential growth", values: (0..<60).map { exp(Double($0)) }),
            Named(name: "two values in turn", values: (0..<50).map { $0 % 2 == 0 ? 1 : 2 }),
            Named(name: "half zeros", values: noise.map { max($0, 0) }),
            Named(name: "negative", values: noise.map { -100 + $0 }),
        ]
    }()

    /// The series as hourly, daily (a week's season) or monthly (a year's).
    static func series(_ values: [Double], step: Int = 86_400) -> TimeSeries {
        TimeSeries(id: "x", times: values.indices.map { 1_699_920_000 + $0 * step }, values: values)
    }
}
