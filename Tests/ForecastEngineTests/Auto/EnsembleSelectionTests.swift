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

    /// The plan of a series and the weights of its cuts.
    private func views(_ series: TimeSeries, horizon: Int) throws -> (plan: OriginPlan, weights: [[Double]]) {
        let input = try TrainingInput(series, recipe: Recipe(.auto))
        let plan = OriginPlan(count: input.grid.count, horizon: horizon, season: 24, most: AutoSelection.mostOrigins)
        return (plan, CutViews.weights(input.grid, plan: plan))
    }

    @Test func `each view forgets at its own pace, and cuts on the same day of the week count three times`() throws {
        let (plan, weights) = try views(Sample.hourly(count: 24 * 40), horizon: 24)
        #expect(plan.cuts.count == 20 && weights.count == CutViews.halfLives.count)
        for (halfLife, view) in zip(CutViews.halfLives, weights) {
            for (index, weight) in view.enumerated() {
                let age = Double(plan.cuts.count - 1 - index)
                let day: Double = (24 * 40 - plan.cuts[index]) % 168 == 0 ? 3 : 1
                #expect(abs(weight - day * pow(0.5, age / halfLife)) < 1e-12)
            }
        }
        let whole = plan.cuts.count(where: { (24 * 40 - $0) % 168 == 0 })
        #expect(whole == 2)
    }

    @Test func `cuts of a series in months have no days of the week`() throws {
        let times = TimeStep.months(1).times(after: 0, count: 60)
        let series = TimeSeries(id: "a", times: times, values: times.indices.map { Double($0 % 12) })
        let (_, weights) = try views(series, horizon: 12)
        for (halfLife, view) in zip(CutViews.halfLives, weights) {
            #expect(view.enumerated().allSatisfy { abs($1 - pow(0.5, Double(view.count - 1 - $0) / halfLife)) < 1e-12 })
        }
    }
}
