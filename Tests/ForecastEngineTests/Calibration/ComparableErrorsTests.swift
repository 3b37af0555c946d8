import Testing

@testable import ForecastEngine

/// How much held-out errors tell, and what is made of few.
@Suite struct ComparableErrorsTests {
    /// Cuts `stride` steps apart, each followed by the errors that `error` gives, on a level of 100.
    private func errors(
        cuts: Int, length: Int, stride: Int, _ error: (_ cut: Int, _ lead: Int) -> Double
    ) throws -> Calibration {
        var plan = OriginPlan(count: 1_000, horizon: length, season: 1, most: cuts)
        plan.length = length
        plan.stride = stride
        plan.cuts = (0..<cuts).map { 1_000 - length - (cuts - 1 - $0) * stride }
        let forecasts = [Double](repeating: 100, count: cuts * length)
        let actual = (0..<cuts).flatMap { cut in (0..<length).map { 100 + error(cut, $0) } }
        var calibration = try #require(Calibration(plan: plan, forecasts: forecasts, actual: actual))
        calibration.compare(with: Array(repeating: 100, count: length))
        return calibration
    }

    @Test func `errors that are equal in a window count once`() throws {
        let equal = try errors(cuts: 8, length: 10, stride: 10) { cut, _ in cut % 2 == 0 ? 1 : -1 }
        // Kish's number of eight cuts of which one counts half after ten.
        #expect(abs(ComparableErrors(equal, width: 0.8).independent - 7.8) < 0.2)
    }

    @Test func `errors that have nothing to do with each other count each`() throws {
        let alternating = try errors(cuts: 8, length: 10, stride: 10) { cut, lead in (cut + lead) % 3 == 0 ? 1 : -0.5 }
        #expect(ComparableErrors(alternating, width: 0.8).independent > 70)
    }

    @Test func `windows that overlap count in part`() throws {
        let overlapping = try errors(cuts: 9, length: 8, stride: 2) { cut, _ in cut % 2 == 0 ? 1 : -1 }
        // Nine windows over three horizons.
        #expect(abs(ComparableErrors(overlapping, width: 0.8).independent - 3) < 0.2)
    }

    @Test func `few errors have wider bounds than the largest of them`() throws {
        let three = try errors(cuts: 3, length: 6, stride: 6) { cut, _ in [1, -1, 0.5][cut] }
        let bounds = three.interval(around: [0], leads: [1], width: 0.8)
        #expect(bounds.upper[0] > 1.1 && bounds.lower[0] < -1.1)
        // What artifacts of before say of them.
        var old = three
        old.sizes = nil
        let before = old.interval(around: [0], leads: [1], width: 0.8)
        #expect(before.upper[0] <= 1 && before.lower[0] >= -1)
    }

    @Test func `beyond the calibrated leads errors grow on as they did`() throws {
        let walk = try errors(cuts: 10, length: 16, stride: 16) { cut, lead in
            (cut % 2 == 0 ? 1 : -1) * Double(lead + 1).squareRoot()
        }
        let wide = walk.interval(around: [0, 0], leads: [16, 64], width: 0.8)
        #expect(wide.upper[1] / wide.upper[0] > 1.9 && wide.upper[1] / wide.upper[0] < 2.1)
        let noise = try errors(cuts: 10, length: 16, stride: 16) { cut, lead in (cut + lead) % 2 == 0 ? 1 : -1 }
        let same = noise.interval(around: [0, 0], leads: [16, 64], width: 0.8)
        #expect(same.upper[1] == same.upper[0])
    }

    @Test func `no errors at all have bounds at the forecast`() throws {
        let none = try errors(cuts: 4, length: 6, stride: 6) { _, _ in 0 }
        let bounds = none.interval(around: [7, 7], leads: [1, 20], width: 0.8)
        #expect(bounds.lower == [7, 7] && bounds.upper == [7, 7])
    }

    /// Sixty short random walks: two or three overlapping windows each.
    @Test(arguments: [AlgorithmName.naive, .theta, .auto])
    func `a short random walk's 80% interval holds most of what comes`(name: AlgorithmName) throws {
        var inside = 0.0
        for seed in 0..<60 {
            var random = RandomGenerator(seed: UInt64(seed) + 900)
            var level = 100.0
            let values = (0..<30).map { _ -> Double in
                level += random.normal()
                return level
            }
            let times = (0..<30).map { CalendarDate(time: 0).adding(months: 3 * $0).time }
            let series = TimeSeries(id: "a", times: times, values: values)
            inside += try evaluate(recipe: Recipe(name), on: series, cut: times[23]).score.coverage
        }
        let share = inside / 60
        #expect(share > 0.68 && share < 0.9, "\(name): \(share)")
    }

    @Test(arguments: [
        (0.9, 1, 3.077684), (0.9, 2, 1.885618), (0.975, 5, 2.570582), (0.9, 300, 1.284380), (0.995, 1.5, 17.820310),
        (0.05, 2.5, -2.558218),
        (0.5, 3, 0),
    ])
    func `Student's quantile is that of tables`(p: Double, freedom: Double, quantile: Double) {
        #expect(abs(Statistics.studentQuantile(p, freedom: freedom) - quantile) < 1e-4 * max(1, abs(quantile)))
        #expect(abs(Statistics.studentQuantile(p, freedom: 1e6) - Statistics.normalQuantile(p)) < 1e-4)
    }
}
