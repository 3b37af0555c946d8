extension TrainingInput {
    /// The input of a fit that sees the first `count` steps only.
    func prefix(_ count: Int) -> TrainingInput {
        var part = self
        part.grid = grid.prefix(count)
        part.series = series.upTo(part.grid.end)
        part.seasonLengths = seasonLengths.filter { 2 * $0 <= count }
        return part
    }

    /// The `count` steps that follow the first `cut` steps, with the columns that were known there.
    func horizon(after cut: Int, count: Int) -> Horizon {
        let times = grid.step.times(after: grid.time(of: cut - 1), count: count)
        var columns: [String: [Double]] = [:]
        if !series.columns.isEmpty {
            var rows: [Int: Int] = [:]
            for (row, time) in series.times.enumerated() {
                rows[grid.step.steps(from: grid.start, to: time)] = row
            }
            columns = series.columns.mapValues { column in
                (cut..<(cut + count)).map { rows[$0].map { column[$0] } ?? .nan }
            }
        }
        return Horizon(
            times: times, leads: Array(1...count), columns: columns,
            intervalWidth: settings.intervalWidth,
            seed: settings.seed, wantsInterval: false
        )
    }
}
