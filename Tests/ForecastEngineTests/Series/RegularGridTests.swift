import Testing

@testable import ForecastEngine

@Suite struct RegularGridTests {
    @Test func `rows go to the nearest step and rows of one step are averaged`() throws {
        let series = TimeSeries(id: "a", times: [0, 61, 118, 121, 240], values: [1, 2, 3, 5, 9])
        let grid = try RegularGrid(series, step: .seconds(60))
        #expect(grid.values == [1, 2, 4, 6.5, 9])
        #expect(grid.observed == [true, true, true, false, true])
        #expect(grid.end == 240)
    }

    @Test func `ends without observations repeat the nearest one`() throws {
        let series = TimeSeries(id: "a", times: [0, 60, 120, 180], values: [.nan, 5, 7, .nan])
        #expect(try RegularGrid(series, step: .seconds(60)).values == [5, 5, 7, 7])
    }

    @Test func `a long gap is filled from the season before it`() throws {
        let values = (0..<40).map { t in (12..<18).contains(t) ? Double.nan : Double(t % 8) }
        let series = TimeSeries(id: "a", times: (0..<40).map { $0 * 60 }, values: values)
        var grid = try RegularGrid(series, step: .seconds(60))
        grid.fillGaps(season: 8)
        #expect(grid.values == (0..<40).map { Double($0 % 8) })
        #expect(grid.observed.count { $0 } == 34)
    }

    @Test func `a time that is far off is a typed error, not a huge grid`() throws {
        let series = TimeSeries(id: "a", times: [0, 60, 120, 10_000_000_000], values: [1, 2, 3, 4])
        let error = #expect(throws: ForecastError.self) { try RegularGrid(series, step: .seconds(60)) }
        #expect(error?.message.contains("steps of 60 s") == true)
    }

    @Test func `the longer season is taken where the data show it`() throws {
        let flat = (0..<24 * 28).map { (t: Int) -> Double in Double(t % 24) }
        let days = (0..<24 * 28).map { (t: Int) -> Double in
            let isWorkday = t / 24 % 7 < 5
            return flat[t] + (isWorkday ? 10 : 0)
        }
        let times = (0..<24 * 28).map { $0 * 3_600 }
        let weekly = try RegularGrid(TimeSeries(id: "a", times: times, values: days), step: .seconds(3_600))
        let daily = try RegularGrid(TimeSeries(id: "a", times: times, values: flat), step: .seconds(3_600))
        #expect(Seasons.detect(weekly) == [24, 168])
        #expect(Seasons.detect(daily) == [24])
    }
}
