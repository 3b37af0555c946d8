import Testing

@testable import ForecastEngine

@Suite("Theta against statsforecast") struct ThetaReferenceTests {
    static let reference = StatsforecastReference.load("theta")

    @Test(arguments: reference.cases)
    func `the chosen kind, its loss and its forecasts are those of AutoTheta`(_ expected: StatsforecastReference.Case)
        throws
    {
        let model = try #require(ThetaSearch(of: expected.values, period: expected.periods[0]))
        #expect(model.model.kind.rawValue == expected.form)
        #expect(model.model.loss <= (try #require(expected.mse)) * 1.001)
        let difference = relativeDifference(
            model.forecast(count: expected.mean.count), expected.mean, scale: expected.values)
        #expect(difference < 0.005)
    }
}
