import Foundation
import Testing

@testable import ForecastEngine

@Suite struct ProphetIntervalTests {
    /// Prophet's own definition, drawn: Laplace shifts at Bernoulli steps, half now and half in the next, summed twice.
    private static func drawn(
        _ q: TrendNoiseQuantiles, steps: Int, factor: Double, width: Double, samples: Int
    ) -> Double {
        var random = RandomGenerator(seed: 11)
        var ends: [Double] = []
        for _ in 0..<samples {
            var slope = 0.0
            var level = 0.0
            var pending = 0.0
            for _ in 0..<steps {
                var shift = 0.0
                if random.uniform() < q.changeProbability {
                    let u = random.uniform() - 0.5
                    shift = -(u < 0 ? -1.0 : 1.0) * log(1 - 2 * abs(u))
                }
                slope += 0.5 * (shift + pending)
                pending = shift
                level += slope
            }
            ends.append(factor * q.stepScale * level + q.noise * random.normal())
        }
        let absolute = ends.map(abs).sorted()
        return absolute[Int(width * Double(samples))]
    }

    @Test(arguments: [(0.03, 0.002, 0.05), (0.3, 0.01, 0.02), (0.9, 0.5, 0.01), (0.05, 0.3, 0.001)])
    func `bounds are what Prophet's draws converge to`(p: Double, scale: Double, noise: Double) {
        let q = TrendNoiseQuantiles(changeProbability: p, stepScale: scale, noise: noise)
        for (steps, factor, width) in [(1, 1.0, 0.8), (10, 1.0, 0.8), (40, 1.3, 0.95), (25, -0.7, 0.5)] {
            let exact = q.halfWidths(width: width, factors: [Double](repeating: factor, count: steps)).last!
            let sampled = Self.drawn(q, steps: steps, factor: factor, width: width, samples: 40_000)
            #expect(abs(exact - sampled) < 0.03 * sampled + 0.02 * noise, "\(steps) steps: \(exact), drawn \(sampled)")
        }
        let mixed = q.halfWidths(width: 0.8, factors: (0..<20).map { $0 % 2 == 0 ? 1 : 1.5 })
        let plain = q.halfWidths(width: 0.8, factors: [Double](repeating: 1, count: 20))
        for step in stride(from: 0, to: 20, by: 2) {
            #expect(abs(mixed[step] - plain[step]) < 2e-3 * plain[step] + 0.01 * scale * Double(step + 1))
        }
        #expect(zip(plain, plain.dropFirst()).allSatisfy { $0 <= $1 * (1 + 1e-6) })
    }

    @Test func `without trend uncertainty the interval is the noise's`() {
        for (p, scale) in [(0.0, 1.0), (0.5, 0.0)] {
            let q = TrendNoiseQuantiles(changeProbability: p, stepScale: scale, noise: 2)
            for half in q.halfWidths(width: 0.8, factors: [1, 1, 1]) {
                #expect(abs(half - 2 * 1.2815515655446004) < 1e-9)
            }
        }
    }

    @Test func `no interval where uncertaintySamples is 0, and it contains the forecast otherwise`() throws {
        var settings = ProphetSettings()
        let series = ProphetSample.daily(200)
        let future = (1...60).map { series.times.last! + $0 * 86_400 }
        for growth in ProphetSettings.Growth.allCases {
            settings.growth = growth
            var series = series
            series.columns["cap"] = [Double](repeating: 20, count: 200)
            settings.uncertaintySamples = 200
            let columns = ["cap": [Double](repeating: 20, count: 60)]
            let model = try ProphetModel(fitting: series, settings: settings)
            let mean = try model.mean(times: future, columns: columns)
            let bounds = try #require(model.interval(around: mean, times: future, width: 0.8, seed: 4))
            for row in future.indices {
                #expect(bounds.lower[row] < mean.yhat[row] && mean.yhat[row] < bounds.upper[row])
            }
            let again = try #require(model.interval(around: mean, times: future, width: 0.8, seed: 4))
            #expect(bounds.lower == again.lower && bounds.upper == again.upper)
            settings.uncertaintySamples = 0
            let none = try ProphetModel(fitting: series, settings: settings)
            #expect(none.interval(around: mean, times: future, width: 0.8, seed: 4) == nil)
        }
    }
}
