import Foundation
import Testing

@testable import ForecastEngine

@Suite("ARIMA kernels") struct ARIMAKernelTests {
    /// The textbook Kalman filter of Harvey's form, with P₀ from iterating its own equation.
    private func textbook(_ c: ARMACoefficients, _ y: [Double]) -> (squares: Double, logs: Double) {
        let r = max(c.phi.count, c.theta.count + 1)
        func phi(_ i: Int) -> Double { i < c.phi.count ? c.phi[i] : 0 }
        func rho(_ i: Int) -> Double { i == 0 ? 1 : i - 1 < c.theta.count ? c.theta[i - 1] : 0 }
        func advance(_ p: [[Double]]) -> [[Double]] {
            func at(_ i: Int, _ j: Int) -> Double { i < r && j < r ? p[i][j] : 0 }
            return (0..<r).map { i in
                (0..<r).map { j in
                    phi(i) * phi(j) * p[0][0] + phi(i) * at(0, j + 1) + phi(j) * at(i + 1, 0) + at(i + 1, j + 1)
                        + rho(i) * rho(j)
                }
            }
        }
        var p = [[Double]](repeating: [Double](repeating: 0, count: r), count: r)
        for _ in 0..<5_000 { p = advance(p) }
        var a = [Double](repeating: 0, count: r)
        var squares = 0.0
        var logs = 0.0
        for value in y {
            let v = value - a[0]
            let f = p[0][0]
            squares += v * v / f
            logs += log(f)
            let gain = p.map { $0[0] / f }
            for i in 0..<r { a[i] += gain[i] * v }
            let row = p[0]
            for i in 0..<r { for j in 0..<r { p[i][j] -= gain[i] * row[j] } }
            a = (0..<r).map { phi($0) * a[0] + ($0 + 1 < r ? a[$0 + 1] : 0) }
            p = advance(p)
        }
        return (squares, logs)
    }

    @Test(arguments: [
        (ARIMAOrder(p: 1), [0.7]), (ARIMAOrder(q: 2), [0.5, -0.3]), (ARIMAOrder(p: 2, q: 1), [1.1, -0.4, 0.6]),
        (ARIMAOrder(p: 1, q: 1, seasonalP: 1, seasonalQ: 1, period: 4), [0.3, 0.4, 0.5, -0.6]),
        (ARIMAOrder(seasonalQ: 1, period: 12), [-0.8]), (ARIMAOrder(q: 1), [-0.999]),
    ])
    func `the fast filter has the textbook filter's likelihood`(_ order: ARIMAOrder, _ point: [Double]) throws {
        var random = RandomGenerator(seed: 3)
        let y = (0..<150).map { _ in random.normal() }
        let coefficients = point.withUnsafeBufferPointer { ARMACoefficients(order, $0) }
        let fast = try #require(y.withUnsafeBufferPointer { ExactLikelihood(coefficients, $0, mean: 0) })
        let slow = textbook(coefficients, y)
        #expect(abs(fast.sumOfSquares / slow.squares - 1) < 1e-9)
        #expect(abs(fast.sumOfLogs - slow.logs) < 1e-8)
    }

    @Test func `maximum likelihood is at least as good as least squares for every model`() throws {
        for expected in ARIMAReferenceTests.reference.cases where expected.values.count < 400 {
            let model = try #require(ARIMASearch.best(of: expected.values, period: expected.periods[0]))
            // What the search goes by is another likelihood for series that begin near zero.
            let exact = try #require(
                ARIMAModel(
                    model.order, coefficients: model.coefficients, mean: model.mean, over: expected.values))
            let estimation = try #require(ARIMAEstimation(model.order, expected.values))
            let refined = try #require(estimation.fit(expected.values, .everyModel, insists: true))
            #expect(refined.aicc <= exact.aicc + 1e-6)
        }
    }

    @Test func `an autoregression that least squares put outside the stationary region is sought inside it`() throws {
        var random = RandomGenerator(seed: 4)
        var y = [1.0]
        for _ in 1..<80 { y.append(-1.03 * y[y.count - 1] + 0.01 * random.normal()) }
        let estimation = try #require(ARIMAEstimation(ARIMAOrder(p: 1), y))
        #expect(estimation.leastSquares().point[0] < -1)
        let inside = estimation.leastSquares(stationary: true).point[0]
        #expect(inside < -0.9 && inside >= -1 / 1.01)
        let model = try #require(estimation.fit(y, .asStatsforecast, insists: true))
        #expect(model.coefficients[0] < -0.9 && model.coefficients[0] > -1)
    }

    @Test func `partial autocorrelations and coefficients map to each other`() throws {
        let raw = [0.3, -1.2, 0.8]
        let phi = ARMACoefficients.stationary(raw[...])
        #expect(ARMACoefficients.rootsLieOutside(phi, radius: 1))
        let back = try #require(ARMACoefficients.unconstrained(phi[...]))
        for (a, b) in zip(raw, back) { #expect(abs(a - b) < 1e-12) }
        #expect(ARMACoefficients.unconstrained([1.5]) == nil)
    }

    @Test func `roots are told inside from outside of a circle`() {
        // 1 − 0.5 z has its root at 2; 1 − 1.2 z + 0.4 z² has a pair at modulus √2.5.
        #expect(ARMACoefficients.rootsLieOutside([0.5], radius: 1.9))
        #expect(!ARMACoefficients.rootsLieOutside([0.5], radius: 2.1))
        #expect(ARMACoefficients.rootsLieOutside([1.2, -0.4], radius: 1.55))
        #expect(!ARMACoefficients.rootsLieOutside([1.2, -0.4], radius: 1.6))
    }

    @Test func `differences are undone by the integration polynomial`() {
        let order = ARIMAOrder(d: 1, seasonalD: 1, period: 4)
        let y = (0..<20).map { Double(($0 * $0 * 7) % 31) }
        let w = DifferencedSeries(y, order).values
        let delta = DifferencedSeries.integration(order)
        #expect(delta == [1, 0, 0, 1, -1])
        for t in order.lost..<y.count {
            let rebuilt = delta.indices.reduce(w[t - order.lost]) { $0 + delta[$1] * y[t - 1 - $1] }
            #expect(abs(rebuilt - y[t]) < 1e-12)
        }
    }

    @Test func `a quasi-Newton search finds the bottom of Rosenbrock's valley`() {
        let best = BFGS(maximumIterations: 500).minimize(from: [-1.2, 1]) { x in
            100 * (x[1] - x[0] * x[0]) * (x[1] - x[0] * x[0]) + (1 - x[0]) * (1 - x[0])
        }
        #expect(abs(best.point[0] - 1) < 1e-3 && abs(best.point[1] - 1) < 1e-3)
    }

    @Test(arguments: [1e-10, 1, 1e4])
    func `a line search finds its step however short or long it is`(_ bottom: Double) throws {
        func trial(_ step: Double) -> MoreThuente.Trial {
            let x = step / bottom - 1
            return .init(step: step, value: x * x, slope: 2 * x / bottom)
        }
        let found = try #require(MoreThuente.search(from: trial(0), first: bottom / 100, evaluate: trial))
        #expect(abs(found.slope) <= 0.9 * abs(trial(0).slope) && found.value < 0.9)
    }

    @Test func `a season over 24 steps is taken out, forecast and put back`() throws {
        var random = RandomGenerator(seed: 12)
        var noise = 0.0
        let values = (0..<480).map { (t: Int) -> Double in
            noise = 0.6 * noise + 0.2 * random.normal()
            return 20 + 5 * sin(2 * Double.pi * Double(t) / 48) + noise
        }
        let settings = AlgorithmSettings(name: .autoARIMA, seasonLengths: [48])
        let model = try TrainedModel.fit(
            DegenerateSeries.series(Array(values.prefix(432))), recipe: Recipe(settings: settings), calibrate: false)
        let forecaster = try #require(model.model.algorithm as? ARIMAForecaster)
        #expect(forecaster.seasons.map(\.count) == [48])
        #expect(forecaster.model?.order.period == 1)
        let forecast = try model.forecast(steps: 48).yhat
        // Without the season the best that could be said is the mean, which is off by 3.2 on average.
        #expect(Metrics.mae(actual: Array(values.suffix(48)), forecast: forecast) < 0.5)
    }
}
