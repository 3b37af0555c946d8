import Foundation
import Testing

@testable import ForecastEngine

@Suite("Ensemble selection and its views of the past") struct EnsembleSelectionTests {
    @Test func `the mixture that beats its parts is found`() {
        let actual: [Double] = [1, 2, 3, 4, .nan]
        let rows: [[Double]] = [9.0, 1, -1].map { off in actual.map { $0.isNaN ? 0 : $0 + off } }
        #expect(EnsembleSelection(rows, actual: actual, length: 5).shares([1]) == [0, 0.5, 0.5])
        #expect(EnsembleSelection(rows, actual: actual, length: 1).shares([1, 1, 1, 1, 1]) == [0, 0.5, 0.5])
    }

    @Test func `cuts without weight or observations do not count`() {
        let actual: [Double] = [1, 2, 3, 4, .nan, .nan]
        let rows: [[Double]] = [[1, 2, 9, 9, 9, 9], [9, 9, 3, 4, 0, 0]]
        let selection = EnsembleSelection(rows, actual: actual, length: 2)
        #expect(selection.shares([1, 0, 1]) == [1, 0])
        #expect(selection.shares([0, 1, 1]) == [0, 1])
        #expect(selection.shares([0, 0, 1]) == [1, 0])
    }

    @Test func `a forecast beyond all measure is not chosen and harms no other`() {
        let actual: [Double] = [0, 0, 1e-140, 2e-140]
        let rows: [[Double]] = [[1e200, 0, 1e200, 0], [1e-140, 0, 3e-140, 2e-140], [0, 1e200, -1e-140, 2e-140]]
        let selection = EnsembleSelection(rows, actual: actual, length: 2)
        #expect(selection.shares([1, 1]) == [0, 1, 0])
        #expect(selection.shares([0, 1]) == [0, 0.5, 0.5])
        #expect(EnsembleSelection([rows[0]], actual: actual, length: 2).shares([1, 1]) == [1])
    }

    @Test(arguments: [1e-140, 1, 1e140]) func `shares do not depend on the unit`(_ unit: Double) {
        var random = RandomGenerator(seed: 11)
        let actual = (0..<90).map { _ in random.normal() }
        let rows = (0..<7).map { _ in actual.map { $0 + 0.5 * random.normal() } }
        func shares(_ unit: Double) -> [Double] {
            EnsembleSelection(rows.map { $0.map { $0 * unit } }, actual: actual.map { $0 * unit }, length: 30)
                .shares([0.25, 0.5, 1])
        }
        #expect(shares(unit) == shares(1))
        #expect(abs(shares(unit).reduce(0, +) - 1) < 1e-12)
    }

    @Test func `the choice is that of trying every candidate in full`() {
        var random = RandomGenerator(seed: 12)
        let actual = (0..<120).map { _ in 5 + random.normal() }
        let rows = (0..<20).map { _ in actual.map { $0 + 0.8 * random.normal() } }
        let weights = [0.3, 0.6, 1]
        func loss(_ picks: [Int]) -> Double {
            var total = 0.0
            for i in actual.indices {
                let sum: Double = picks.reduce(0) { $0 + rows[$1][i] }
                total += weights[i / 40] * abs(actual[i] - sum / Double(picks.count))
            }
            return total
        }
        var picks: [Int] = []
        for _ in 0..<EnsembleSelection.rounds {
            let next = rows.indices.min { loss(picks + [$0]) < loss(picks + [$1]) } ?? 0
            guard picks.isEmpty || loss(picks + [next]) < loss(picks) * (1 - 1e-3) else { break }
            picks.append(next)
        }
        let shares = EnsembleSelection(rows, actual: actual, length: 40).shares(weights)
        let expected = rows.indices.map { k in Double(picks.count(where: { $0 == k })) / Double(picks.count) }
        #expect(picks.count > 2)
        #expect(zip(shares, expected).allSatisfy { abs($0 - $1) < 1e-12 })
    }

    /// Two weights a view: what it makes of recency is divided out.
    private func views(_ series: TimeSeries, horizon: Int) throws -> (plan: OriginPlan, alike: [Double], week: [Double])
    {
        var input = try TrainingInput(series, recipe: Recipe(.auto))
        input.horizon = horizon
        let (candidates, plan, _) = AutoSelection.candidates(input)
        let views = CutViews.weights(candidates, input, plan: plan)
        #expect(views.count == 3 && views.allSatisfy { $0.count == plan.cuts.count && $0.allSatisfy { $0 > 0 } })
        return (plan, zip(views[1], views[0]).map { $0 / $1 }, zip(views[2], views[0]).map { $0 / $1 })
    }

    @Test func `cuts after a shift count more where the level has just shifted`() throws {
        var random = RandomGenerator(seed: 13)
        // Every fourth day the level jumps for six hours before the day's end, and so it does at the end.
        let values = (0..<(24 * 44)).map { (t: Int) -> Double in
            let day: Double = sin(2 * Double.pi * Double(t % 24) / 24)
            let shift: Double = t % 96 >= 90 ? 30 : 0
            return 10 + day + shift + 0.1 * random.normal()
        }
        let series = TimeSeries(id: "web/cpu", times: values.indices.map { $0 * 3_600 }, values: values)
        let (plan, alike, _) = try views(series, horizon: 24)
        let shifted = zip(plan.cuts, alike).filter { $0.0 % 96 == 0 }.map(\.1)
        let quiet = zip(plan.cuts, alike).filter { $0.0 % 96 != 0 }.map(\.1)
        #expect(!shifted.isEmpty && !quiet.isEmpty)
        #expect((shifted.min() ?? 0) > 2 * (quiet.max() ?? 1))
    }

    @Test func `cuts on the same day of the week count three times`() throws {
        let (plan, _, week) = try views(Sample.hourly(count: 24 * 40), horizon: 24)
        for (cut, weight) in zip(plan.cuts, week) {
            let expected: Double = (24 * 40 - cut) % 168 == 0 ? 3 : 1
            #expect(abs(weight - expected) < 1e-12)
        }
        #expect(week.contains { $0 > 2 } && week.contains { $0 < 2 })
    }

    @Test func `a constant has no state to be alike in`() throws {
        let series = TimeSeries(
            id: "a", times: (0..<400).map { $0 * 3_600 }, values: [Double](repeating: 7, count: 400))
        #expect(try views(series, horizon: 24).alike.allSatisfy { $0 == 1 })
    }
}
