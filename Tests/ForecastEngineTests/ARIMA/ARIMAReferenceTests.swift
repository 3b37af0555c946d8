import Testing

@testable import ForecastEngine

@Suite("AutoARIMA against statsforecast") struct ARIMAReferenceTests {
    static let reference = StatsforecastReference.load("arima")

    @Test(arguments: reference.cases)
    func `the orders, the AICc and the forecasts are those of AutoARIMA`(_ expected: StatsforecastReference.Case) throws
    {
        let model = try #require(ARIMASearch.best(of: expected.values, period: expected.periods[0]))
        let order = model.order
        #expect(
            [order.p, order.d, order.q, order.seasonalP, order.seasonalD, order.seasonalQ, order.period]
                == expected.order)
        #expect(model.aicc <= (try #require(expected.aicc)) + 0.1)
        let forecast = model.forecast(count: expected.mean.count)
        #expect(relativeDifference(forecast, expected.mean, scale: expected.values) < 0.005)
        #expect(abs(model.variance / (try #require(expected.variance)) - 1) < 0.005)
        // Our interval leaves out what the filter has not learnt of the state, which is nothing but for short series.
        let upper = zip(forecast, model.forecastVariances(count: forecast.count)).map {
            $0 + 1.2815515655 * $1.squareRoot()
        }
        #expect(relativeDifference(upper, try #require(expected.upper), scale: expected.values) < 0.02)
    }
}
