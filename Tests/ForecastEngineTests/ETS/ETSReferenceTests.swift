import Testing

@testable import ForecastEngine

@Suite("ETS against statsforecast") struct ETSReferenceTests {
    static let reference = StatsforecastReference.load("ets")

    @Test(arguments: reference.cases)
    func `the chosen form, its AICc and its forecasts are those of AutoETS`(_ expected: StatsforecastReference.Case)
        throws
    {
        let model = try #require(ETSSearch.best(of: expected.values, period: expected.periods[0]))
        #expect(model.form.name == expected.form)
        #expect(model.aicc <= (try #require(expected.aicc)) + 0.1)
        let difference = relativeDifference(
            model.forecast(count: expected.mean.count), expected.mean, scale: expected.values)
        #expect(difference < 0.005)
    }
}
