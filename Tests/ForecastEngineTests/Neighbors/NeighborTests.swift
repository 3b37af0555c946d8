import Foundation
import Testing

@testable import ForecastEngine

@Suite struct NeighborTests {
    private func series(_ values: [Double], step: Int = 300) -> TimeSeries {
        TimeSeries(id: "batch/cpu", times: values.indices.map { $0 * step }, values: values)
    }

    private func table(_ values: [Double], season: Int, window: Int) throws -> (grid: RegularGrid, table: NeighborTable)
    {
        let grid = try RegularGrid(series(values), step: .seconds(300))
        return (grid, NeighborTable(grid, season: season, windows: [window]))
    }

    @Test func `a run is forecast to last as long as runs do`() throws {
        var random = RandomGenerator(seed: 3)
        var values = [Double](repeating: 1, count: 288 * 21)
        // Runs of six hours begin at any time of day.
        var start = 100
        while start + 72 < values.count - 200 {
            for t in start..<(start + 72) { values[t] = 100 }
            start += 72 + 100 + random.index(300)
        }
        for t in (values.count - 18)..<values.count { values[t] = 100 }
        values = values.map { $0 + 0.1 * random.normal() }
        // The level says that the machine is at work, not for how long it has been: half of such moments have more than
        // three hours of a run before them.
        var recipe = Recipe(.nearestNeighbors)
        recipe.choices = NeighborShape(season: 288, window: 12, percent: 10, reach: 288).choices
        let forecast = try TrainedModel.fit(series(values), recipe: recipe, horizon: 288).forecast(steps: 288).yhat
        #expect(forecast[..<24].allSatisfy { abs($0 - 100) < 1 })
        #expect(forecast[60..<160].allSatisfy { abs($0 - 1) < 1 })
        let auto = try TrainedModel.fit(series(values), recipe: Recipe(.auto), horizon: 288).forecast(steps: 288).yhat
        #expect(auto[..<24].allSatisfy { $0 > 60 } && auto[84..<160].allSatisfy { $0 < 40 })
    }

    @Test func `a week with a sale is followed by one without`() throws {
        var random = RandomGenerator(seed: 6)
        let values = (0..<400).map { (t: Int) -> Double in (t / 7 % 2 == 0 ? 10 : 20) + random.normal() }
        let model = try TrainedModel.fit(
            series(values, step: 86_400), recipe: Recipe(.nearestNeighbors), horizon: 28)
        let forecast = try model.forecast(steps: 28).yhat
        let expected = (400..<428).map { $0 / 7 % 2 == 0 ? 10.0 : 20 }
        let missed = zip(forecast, expected).map { abs($0 - $1) }.reduce(0, +) / 28
        #expect(missed < 1)
    }

    @Test func `neighbors look back only, whatever follows the cut`() throws {
        var random = RandomGenerator(seed: 9)
        let values = (0..<600).map { _ in random.normal() }
        var later = values
        for t in 500..<600 { later[t] = 1_000 }
        let shape = NeighborShape(season: 24, window: 3, percent: 10, reach: 24)
        func path(_ values: [Double]) throws -> [Double] {
            let table = try table(values, season: 24, window: 3).table
            return table.path(
                shape, cut: 500, among: table.moments(cut: 500, window: 3, keepsPlace: false, reach: 24))
        }
        #expect(try path(values) == path(later))
    }

    @Test func `a fit forecasts what the table does at the cut, missing values and all`() throws {
        var random = RandomGenerator(seed: 10)
        var values = (0..<900).map { t in 5 + sin(Double(t) / 24 * 2 * .pi) + random.normal() }
        for t in 0..<900 where random.index(5) == 0 { values[t] = .nan }
        for t in 400..<440 { values[t] = .nan }
        let shape = NeighborShape(season: 24, window: 6, percent: 30, moves: true, keepsPlace: true, reach: 24)
        var recipe = Recipe(.nearestNeighbors)
        recipe.settings.seasonLengths = [24]
        recipe.choices = shape.choices
        for cut in [437, 700] {
            let before = series(Array(values[..<cut]))
            let model = try TrainedModel.fit(before, recipe: recipe, horizon: 24)
            let grid = try RegularGrid(series(values), step: .seconds(300))
            let table = NeighborTable(grid, season: 24, windows: [6])
            let path = table.path(
                shape, cut: cut, among: table.moments(cut: cut, window: 6, keepsPlace: true, reach: 24))
            let forecast = try model.forecast(steps: 24).yhat
            #expect(zip(forecast, path).allSatisfy { abs($0 - $1) < 1e-5 * abs($1) }, "cut \(cut)")
        }
    }

    @Test func `the nearest are nearest by rank, and of equal levels the latest`() {
        let moments = NeighborTable.Moments(steps: [50, 40, 30, 20, 10, 5, 4], equal: 2..<5)
        #expect(Array(moments.nearest(2)) == [30, 20])
        #expect(Array(moments.nearest(5)) == [40, 30, 20, 10, 5])
        #expect(Array(moments.nearest(7)).count == 7)
        #expect(Array(moments.nearest(99)).count == 7)
        let last = NeighborTable.Moments(steps: [50, 40, 30], equal: 3..<3)
        #expect(Array(last.nearest(2)) == [40, 30])
        let first = NeighborTable.Moments(steps: [50, 40, 30], equal: 0..<0)
        #expect(Array(first.nearest(2)) == [50, 40])
        #expect(NeighborTable.Moments(steps: [], equal: 0..<0).nearest(3).isEmpty)
    }

    @Test func `moments are sorted by level, near their place where asked, and no later than their reach`() throws {
        let values = (0..<480).map { Double(($0 * 7) % 31) }
        let table = try table(values, season: 24, window: 1).table
        let all = table.moments(cut: 470, window: 1, keepsPlace: false, reach: 48)
        #expect(all.steps.allSatisfy { $0 <= 470 - 48 })
        #expect(zip(all.steps, all.steps.dropFirst()).allSatisfy { values[$0 - 1] <= values[$1 - 1] })
        #expect(all.equal.allSatisfy { values[all.steps[$0] - 1] == values[469] } && !all.equal.isEmpty)
        let near = table.moments(cut: 470, window: 1, keepsPlace: true, reach: 48)
        #expect(near.steps.allSatisfy { step in [0, 1, 2, 3, 21, 22, 23].contains((470 - step) % 24) })
        #expect(near.steps.count > 100 && near.steps.count < all.steps.count)
    }

    @Test func `beyond its reach the last season begins again`() throws {
        let values = (0..<960).map { 10 + 5 * sin(Double($0) / 24 * 2 * .pi) }
        var recipe = Recipe(.nearestNeighbors)
        recipe.settings.seasonLengths = [24]
        let model = try TrainedModel.fit(series(values), recipe: recipe, horizon: 24)
        let forecast = try model.forecast(steps: 24 * 4).yhat
        for step in 24..<96 { #expect(forecast[step] == forecast[step - 24]) }
        #expect(zip(forecast, 960..<1_056).allSatisfy { abs($0 - (10 + 5 * sin(Double($1) / 24 * 2 * .pi))) < 1.5 })
    }

    @Test func `a recipe's shape is read back, and what makes no sense is not`() {
        let shape = NeighborShape(season: 288, window: 72, percent: 30, moves: true, keepsPlace: true, reach: 288)
        #expect(NeighborShape(shape.choices) == shape)
        for (name, value) in [
            ("season", 0.0), ("window", 0), ("percent", 0), ("percent", 101), ("reach", 1e9), ("reach", 0.5),
        ] {
            var choices = shape.choices
            choices.numbers[name] = [value]
            #expect(NeighborShape(choices) == nil, "\(name) \(value)")
        }
    }

    @Test func `a rolling median is the median of what was observed in the window`() throws {
        var random = RandomGenerator(seed: 11)
        var values = (0..<300).map { _ in Double(random.index(12)) }
        for t in 0..<300 where t > 0 && (random.index(3) == 0 || (100..<120).contains(t)) { values[t] = .nan }
        values[299] = 3
        let grid = try RegularGrid(series(values), step: .seconds(300))
        for window in [1, 2, 7, 400] {
            for (t, median) in RollingMedian.trailing(grid, window: window).enumerated() {
                let seen = values[max(0, t - window + 1)...t].filter { !$0.isNaN }
                let expected = Statistics.median(seen)
                #expect(median == expected || (median.isNaN && expected.isNaN), "window \(window), step \(t)")
            }
        }
    }

    @Test func `a median by selection is the median`() {
        var random = RandomGenerator(seed: 12)
        for count in 1...60 {
            for kinds in [2, 5, 1_000] {
                let values = (0..<count).map { _ in Double(random.index(kinds)) }
                var copy = values
                #expect(Statistics.median(selectingIn: &copy) == Statistics.median(values))
            }
        }
    }
}
