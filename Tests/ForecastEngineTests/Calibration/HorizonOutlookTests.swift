import Testing

@testable import ForecastEngine

@Suite struct HorizonOutlookTests {
    private func outlook(
        simulated: ClosedRange<Double>, past: [(actual: Double, simulated: Double)], independent: Double? = nil
    ) -> HorizonOutlook {
        let futures = (0...100).map {
            simulated.lowerBound + Double($0) / 100 * (simulated.upperBound - simulated.lowerBound)
        }
        return HorizonOutlook(
            simulated: futures, past: past.map { .init(actual: $0.actual, simulated: $0.simulated, weight: 1) },
            independent: independent ?? Double(past.count)
        )
    }

    @Test func `what past horizons had nothing to do with does not count`() {
        // Simulated maxima of 15 to 25 that say nothing of what was: 10 to 10.4.
        let past = (0..<20).map { (day: Int) -> (actual: Double, simulated: Double) in
            (10 + Double(day % 5) / 10, 15 + Double(day % 7))
        }
        let peak = outlook(simulated: 17...25, past: past).quantile(0.9)
        #expect(peak > 10.3 && peak < 12.5, "\(peak)")
    }

    @Test func `what past horizons went along with is followed beyond all of them`() {
        let past = (0..<20).map { (day: Int) -> (actual: Double, simulated: Double) in
            (Double(day) + Double(day % 3) / 10, Double(day))
        }
        let peak = outlook(simulated: 29...31, past: past).quantile(0.9)
        #expect(peak > 30 && peak < 32, "\(peak)")
    }

    @Test func `where all past horizons were alike the forecast is believed`() {
        let past = (0..<20).map { _ in (actual: 5.0, simulated: 5.0) }
        #expect(abs(outlook(simulated: 7.9...8.1, past: past).quantile(0.9) - 8) < 0.02)
        #expect(outlook(simulated: 0...0, past: past).quantile(0.9) == 0)
    }

    @Test func `few horizons say less than what was simulated`() {
        let past = [(actual: 10.0, simulated: 10.0)]
        let one = outlook(simulated: 8...20, past: past).quantile(0.9)
        // The median of what was simulated is 14, its 90% quantile 18.8; one horizon that met it has a fifth of the say.
        #expect(abs(one - (14 + 0.8 * 4.8)) < 1e-9)
        #expect(abs(outlook(simulated: 8...20, past: []).quantile(0.9) - 18.8) < 1e-9)
    }

    @Test(arguments: [1, 2.5, 9, 20])
    func `quantiles keep their order`(independent: Double) throws {
        var random = RandomGenerator(seed: 4)
        for _ in 0..<50 {
            let past = (0..<20).map { _ in (actual: random.normal(), simulated: 3 * random.normal()) }
            var outlook = outlook(simulated: -2...4, past: past, independent: independent)
            if random.uniform() < 0.7 {
                let values = (0..<6).map { _ in 4 * random.normal() }
                let series = TimeSeries(id: "s", times: Array(values.indices), values: values)
                outlook.highs = PastHighs(try RegularGrid(series, step: .seconds(1)), season: 1, horizon: 1, unit: 1)
                outlook.steps = 1 + random.index(9)
            }
            let values = [0.01, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99].map(outlook.quantile)
            #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 })
        }
    }

    /// Hours of use with two spikes of 10 a day, at any time.
    private func spikes(days: Int, seed: UInt64) -> TimeSeries {
        var random = RandomGenerator(seed: seed)
        let values = (0..<(24 * days)).map { _ -> Double in
            let spike = random.uniform() < 0.08 ? 10.0 : 0
            return 1 + spike + 0.1 * random.normal()
        }
        return TimeSeries(id: "app/cpu", times: values.indices.map { $0 * 3_600 }, values: values)
    }

    @Test func `spikes that come at any time are not added to each other`() throws {
        let model = try TrainedModel.fit(spikes(days: 28, seed: 8), recipe: Recipe(.seasonalNaive), horizon: 24)
        let peak = try model.maximum(from: model.end, over: 24, quantile: 0.9)
        // Nothing was ever above 11.4; a spike that was forecast and one that was missed make 21.
        #expect(peak.isCalibrated && peak.value > 11 && peak.value < 14, "\(peak.value)")
    }

    @Test func `a horizon longer than any that was held out learns from shorter ones`() throws {
        let model = try TrainedModel.fit(spikes(days: 20, seed: 9), recipe: Recipe(.seasonalNaive), horizon: 168)
        let peak = try model.maximum(from: model.end, over: 168, quantile: 0.9)
        #expect(!peak.isCalibrated && peak.pastHorizons == 0)
        #expect(peak.reason == "No past horizon of 168 steps was held out, only of 120; the history is too short.")
        // The simulated futures alone say 22.
        let simulated = try model.paths(from: model.end, over: 168).map { $0.max()! }.sorted()
        #expect(simulated[450] > 20)
        #expect(peak.value > 11 && peak.value < 17, "\(peak.value)")
    }
}
