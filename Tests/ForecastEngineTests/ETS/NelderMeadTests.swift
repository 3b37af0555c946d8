import Testing

@testable import ForecastEngine

@Suite("Nelder–Mead") struct NelderMeadTests {
    @Test func `it finds the bottom of a bowl`() {
        let best = NelderMead().minimize(from: [1, 1], lower: [-10, -10], upper: [10, 10]) { x in
            (x[0] - 3) * (x[0] - 3) + 2 * (x[1] + 1) * (x[1] + 1)
        }
        #expect(abs(best.point[0] - 3) < 0.05 && abs(best.point[1] + 1) < 0.05)
    }

    /// With a season of twelve the search for an ETS model runs out of iterations, and forecasts then hang on the last move.
    @Test func `out of iterations it ends where statsforecast ends, before its last move`() {
        let best = NelderMead(maximumIterations: 1).minimize(from: [1], lower: [-100], upper: [100]) { x in
            (x[0] - 10) * (x[0] - 10)
        }
        #expect(best.iterations == 1)
        #expect(best.point == [1.05])
    }
}
