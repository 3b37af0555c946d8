import Testing

@testable import ForecastEngine

@Suite("Speed of classical methods", .serialized) struct ClassicalSpeedTests {
    static let names: [AlgorithmName] = [.ets, .theta, .mstl, .autoARIMA].filter { $0.algorithm != nil }

    @Test(arguments: names, [(300, 4_000, 0), (3_600, 2_000, 1), (86_400, 942, 2)])
    func `a fit stays within its time`(_ name: AlgorithmName, _ shape: (step: Int, count: Int, seed: UInt64)) throws {
        var random = RandomGenerator(seed: shape.seed)
        let day = 86_400 / Double(shape.step)
        let values = (0..<shape.count).map { t in
            40 + 10 * (Double(t) / day).truncatingRemainder(dividingBy: 1) + random.normal()
        }
        let series = DegenerateSeries.series(values, step: shape.step)
        let time = try ContinuousClock().measure {
            _ = try TrainedModel.fit(series, recipe: Recipe(name), calibrate: false)
        }
        print("speed", name, shape.count, time)
        #expect(time < .seconds(20))
    }
}
