import ForecastEngine
import Testing

@Suite struct MetricsTests {
    @Test func `SMAPE is in percent from 0 to 200`() {
        #expect(Metrics.smape(actual: [100, 200], forecast: [100, 200]) == 0)
        #expect(Metrics.smape(actual: [1], forecast: [0]) == 200)
        #expect(Metrics.smape(actual: [1], forecast: [-1]) == 200)
        #expect(Metrics.smape(actual: [100], forecast: [300]) == 100)
    }

    @Test func `a point with both zero counts 0 in SMAPE`() {
        #expect(Metrics.smape(actual: [0, 0], forecast: [0, 1]) == 100)
        #expect(Metrics.smape(actual: [0], forecast: [0]) == 0)
    }

    @Test func `a forecast that is not finite makes every measure not finite`() {
        for broken in [Double.nan, .infinity, -.infinity] {
            let forecast = [1, broken]
            #expect(!Metrics.smape(actual: [1, 2], forecast: forecast).isFinite)
            #expect(!Metrics.mae(actual: [1, 2], forecast: forecast).isFinite)
            #expect(!Metrics.rmse(actual: [1, 2], forecast: forecast).isFinite)
            #expect(!Metrics.mase(actual: [1, 2], forecast: forecast, scale: 1).isFinite)
            #expect(!Metrics.pinball(actual: [1, 2], forecast: forecast, quantile: 0.9).isFinite)
            #expect(!Metrics.coverage(actual: [1, 2], lower: forecast, upper: [3, 3]).isFinite)
            #expect(!Metrics.winkler(actual: [1, 2], lower: forecast, upper: [3, 3], width: 0.8).isFinite)
        }
    }

    @Test func `missing observations are not scored`() {
        #expect(Metrics.mae(actual: [1, .nan, 3], forecast: [2, 1_000, 3]) == 0.5)
        #expect(Metrics.mae(actual: [.nan], forecast: [1]).isNaN)
    }

    @Test func `MAE is the mean error and RMSE the root of the mean squared one`() {
        #expect(Metrics.mae(actual: [1, 2, 3], forecast: [1, 6, 0]) == 7.0 / 3)
        #expect(Metrics.rmse(actual: [1, 2], forecast: [4, -2]) == 12.5.squareRoot())
        #expect(Metrics.rmse(actual: [1, .nan, 2], forecast: [4, 1_000, -2]) == 12.5.squareRoot())
    }

    @Test func `MASE compares with the seasonal naive error inside the training data`() {
        let training: [Double] = [1, 2, 3, 5, 4, 9]
        #expect(Metrics.maseScale(training, seasonLength: 3) == (4 + 2 + 6) / 3.0)
        #expect(Metrics.maseScale([1, .nan, 3, 5, 4, 9], seasonLength: 3) == 5)
        #expect(Metrics.mase(actual: [10], forecast: [12], scale: 4) == 0.5)
        #expect(Metrics.mase(actual: [10], forecast: [12], scale: 0).isNaN)
        #expect(Metrics.maseScale([1, 2], seasonLength: 3).isNaN)
    }

    @Test func `pinball loss is least at the quantile`() {
        let actual = (1...100).map(Double.init)
        func loss(_ level: Double) -> Double {
            Metrics.pinball(actual: actual, forecast: .init(repeating: level, count: 100), quantile: 0.9)
        }
        // Between the 90th and the 91st value the loss is level.
        #expect(loss(89) > loss(90) + 1e-9)
        #expect(abs(loss(90) - loss(91)) < 1e-9)
        #expect(loss(92) > loss(91) + 1e-9)
        #expect(Metrics.pinball(actual: [10], forecast: [8], quantile: 0.9) == 1.8)
    }

    @Test func `coverage counts the bounds as inside`() {
        #expect(Metrics.coverage(actual: [1, 2, 3, 4], lower: [1, 0, 4, 0], upper: [5, 2, 5, 3]) == 0.5)
    }

    @Test func `the Winkler score is the width and a penalty outside`() {
        let score = Metrics.winkler(actual: [5, 0, 12], lower: [4, 4, 4], upper: [10, 10, 10], width: 0.8)
        #expect(abs(score - (6 + (6 + 10 * 4) + (6 + 10 * 2)) / 3) < 1e-12)
    }
}
