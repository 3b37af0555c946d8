/// Where a line over time has to break, because nothing was observed for long.
enum TimeGaps {
    /// How many usual distances a line may bridge.
    ///
    /// Far enough that closed weekends, lost samples and times that are irregular anyway do not break it.
    static let longest = 10

    /// The rows that begin after a gap of more than ten times the median distance.
    static func rows(_ times: [Int]) -> [Int] {
        let distances = zip(times.dropFirst(), times).map { $0 &- $1 }.filter { $0 > 0 }
        guard distances.count > 2 else { return [] }
        let usual = distances.sorted()[distances.count / 2]
        let (most, overflow) = usual.multipliedReportingOverflow(by: longest)
        guard !overflow else { return [] }
        return times.indices.dropFirst().filter { times[$0] &- times[$0 - 1] > most }
    }

    /// The points of ascending times, with a missing value inside each gap.
    static func broken(_ times: [Int], _ values: [Double]) -> [(time: Int, value: Double)] {
        let gaps = Set(rows(times))
        var points: [(time: Int, value: Double)] = []
        points.reserveCapacity(times.count + gaps.count)
        for (row, (time, value)) in zip(times, values).enumerated() {
            if gaps.contains(row) { points.append((time - 1, .nan)) }
            points.append((time, value))
        }
        return points
    }
}
