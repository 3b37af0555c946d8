import Testing

@testable import ForecastEngine

@Suite("MSTL against statsforecast") struct MSTLReferenceTests {
    static let reference = StatsforecastReference.load("mstl")

    @Test(arguments: reference.cases)
    func `the trend and the forecasts are those of MSTL`(_ expected: StatsforecastReference.Case) throws {
        let parts = MultipleSTL(expected.values, periods: expected.periods)
        #expect(relativeDifference(parts.trend, try #require(expected.trend), scale: expected.values) < 0.005)
        let settings = AlgorithmSettings(name: .mstl, seasonLengths: expected.periods)
        let model = try TrainedModel.fit(
            DegenerateSeries.series(expected.values), recipe: Recipe(settings: settings), calibrate: false)
        let forecast = try model.forecast(steps: expected.mean.count)
        let difference = relativeDifference(forecast.yhat, expected.mean, scale: expected.values)
        #expect(difference < 0.005)
    }

    @Test func `season, trend and remainder add up to the values`() {
        let values = Sample.hourly(count: 24 * 21).values
        let parts = MultipleSTL(values, periods: [24, 168])
        #expect(parts.periods == [24, 168])
        for i in values.indices {
            #expect(abs(parts.adjusted[i] + parts.seasons[0][i] + parts.seasons[1][i] - values[i]) < 1e-9)
        }
        #expect(parts.strength(0) > 0.9)
    }

    @Test func `a local line reproduces a line`() {
        let smoother = LoessSmoother(count: 50, window: 11, degree: 1, jump: 3)
        let line = (0..<50).map { 3 - 0.5 * Double($0) }
        var smooth = [Double](repeating: 0, count: 50)
        smooth.withUnsafeMutableBufferPointer { output in
            line.withUnsafeBufferPointer { smoother.apply($0.baseAddress!, to: output.baseAddress!) }
        }
        for i in line.indices { #expect(abs(smooth[i] - line[i]) < 1e-10) }
    }
}
