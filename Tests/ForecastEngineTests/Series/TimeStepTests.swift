import ForecastEngine
import Foundation
import Testing

@Suite struct TimeStepTests {
    private func time(_ text: String) throws -> Int {
        Int(try Date(text + "T00:00:00Z", strategy: .iso8601).timeIntervalSince1970)
    }

    @Test func `the commonest distance is the step`() {
        #expect(TimeStep.infer(from: [0, 300, 600, 1_500, 1_800]) == .seconds(300))
        #expect(TimeStep.infer(from: [600, 0, 300, 300]) == .seconds(300))
        #expect(TimeStep.infer(from: [0]) == nil)
        #expect(TimeStep.infer(from: [5, 5, 5]) == nil)
        #expect(TimeStep.infer(from: []) == nil)
    }

    @Test func `months are calendar months`() throws {
        let first = try ["2023-11-01", "2023-12-01", "2024-01-01", "2024-02-01", "2024-03-01"].map(time)
        #expect(TimeStep.infer(from: first) == .months(1))
        #expect(try TimeStep.months(1).times(after: first[4], count: 2) == [time("2024-04-01"), time("2024-05-01")])
        let last = try ["2023-11-30", "2023-12-31", "2024-01-31", "2024-02-29"].map(time)
        #expect(TimeStep.infer(from: last) == .months(1))
        #expect(try TimeStep.months(1).times(after: last[3], count: 2) == [time("2024-03-31"), time("2024-04-30")])
        let quarters = try ["2023-01-01", "2023-04-01", "2023-07-01", "2023-10-01"].map(time)
        #expect(TimeStep.infer(from: quarters) == .months(3))
        let years = try ["2019-01-01", "2020-01-01", "2021-01-01"].map(time)
        #expect(TimeStep.infer(from: years) == .months(12))
    }

    @Test func `weeks are not months`() throws {
        let weeks = (0..<60).map { $0 * 7 * 86_400 }
        #expect(TimeStep.infer(from: weeks) == .seconds(7 * 86_400))
    }

    @Test func `steps count from one time to another`() throws {
        #expect(TimeStep.seconds(300).steps(from: 0, to: 3_100) == 10)
        #expect(try TimeStep.months(1).steps(from: time("2020-01-31"), to: time("2024-02-29")) == 49)
        #expect(try TimeStep.months(3).steps(from: time("2020-01-01"), to: time("2021-01-01")) == 4)
    }

    @Test func `the calendar agrees with Foundation's for four centuries`() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(secondsFromGMT: 0)!
        for month in stride(from: 0, to: 4_800, by: 7) {
            let start = TimeStep.months(1).times(after: -6_000_000_000, count: month + 1)[month]
            let base = Date(timeIntervalSince1970: -6_000_000_000)
            let expected = calendar.date(byAdding: .month, value: month + 1, to: base)!
            #expect(start == Int(expected.timeIntervalSince1970))
        }
    }

    @Test func `events without a step have their median distance`() throws {
        var random = RandomGenerator(seed: 8)
        for (count, span) in [(50, 30), (300, 365), (3_000, 365), (1_000, 1_095)] {
            for _ in 0..<20 {
                let times = (0..<count).map { _ in random.index(span * 86_400) }.sorted()
                let gaps = zip(times.dropFirst(), times).map { $0 - $1 }.filter { $0 > 0 }.sorted()
                let median = Double(gaps[gaps.count / 2])
                let step = try #require(TimeStep.infer(from: times))
                #expect(abs(step.approximateSeconds / median - 1) < 0.06, "\(count) in \(span) days: \(step)")
                // A step that two neighbours keep by chance would make a grid that no memory holds.
                let series = TimeSeries(id: "events", times: times, values: times.map { Double($0 % 7) })
                #expect(throws: Never.self) { try TrainedModel.fit(series, recipe: Recipe(.naive), calibrate: false) }
            }
        }
    }

    @Test func `a clock that jitters has the step that it means, and a grid of holes its own`() {
        var random = RandomGenerator(seed: 9)
        let days = (0..<400).map { $0 * 86_400 + random.index(40_000) }
        #expect(TimeStep.infer(from: days) == .seconds(86_400))
        // One row in twenty is left.
        let sparse = (0..<20_000).filter { _ in random.index(20) == 0 }.map { $0 * 300 }
        #expect(TimeStep.infer(from: sparse).map { $0.approximateSeconds.truncatingRemainder(dividingBy: 300) } == 0)
        let half = (0..<4_000).filter { _ in random.index(8) == 0 }.map { $0 * 300 }
        #expect(TimeStep.infer(from: half) == .seconds(300))
    }
}
