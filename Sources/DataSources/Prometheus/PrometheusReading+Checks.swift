import ForecastEngine

extension PrometheusReading {
    /// Refuses values that cannot be cores or bytes.
    ///
    /// A container cannot use more than its limit, so where limits are known much smaller mistakes show than by size alone.
    func check(_ usage: UsageGrid, limit: UsageGrid, resource: UsageResource) throws(DataError) {
        let field = "\(PrometheusHistory.field).\(resource.rawValue)Query"
        func error(_ message: String) -> DataError {
            DataError(.wrongUnit, message, source: client.name, field: field)
        }
        for (key, row) in usage.rows.sorted(by: { ($0.key.container, $0.key.pod) < ($1.key.container, $1.key.pod) }) {
            let observed = row.values.filter { !$0.isNaN }.sorted()
            guard let highest = observed.last else { continue }
            let usual = observed[observed.count / 2]
            if let lowest = observed.first, lowest < 0 {
                throw error(
                    "container \(key.container) uses \(lowest) \(resource == .cpu ? "cores" : "bytes"), and use is "
                        + "never below zero; use rate() on counters and no offset or difference")
            }
            switch resource {
            case .cpu where usual > UsageUnits.mostCores:
                throw error(
                    "container \(key.container) usually uses \(usual), more cores than any machine has; are these "
                        + "bytes or millicores? Return cores")
            case .memory where highest > 0 && highest < UsageUnits.leastBytes:
                throw error(
                    "container \(key.container) uses at most \(highest) bytes, less than any process; are these Mi, or "
                        + "cores? Return bytes")
            default: break
            }
            // Throttling lets a rate pass the limit a little; sixteen times is another unit.
            let above = row.values.indices.count { row.values[$0] > 16 * (limit.rows[key]?[row.first + $0] ?? .nan) }
            if above * 2 > observed.count {
                throw error(
                    "container \(key.container) of pod \(key.pod) usually uses more than sixteen times its "
                        + "\(resource.rawValue) limit, which is impossible; return \(resource == .cpu ? "cores" : "bytes")"
                )
            }
        }
    }

    /// Leaves out containers that ran too seldom, such as those that only prepare a pod, and refuses a history of which
    /// too little is there.
    ///
    /// Where the containers were named, by the target or by queries of one's own, each of them is wanted.
    mutating func leavingOutSparse(_ all: [TimeSeries], own: Bool) throws(DataError) -> [TimeSeries] {
        var kept: [TimeSeries] = []
        var first: DataError?
        for series in all {
            guard let error = lowCoverage(series) else {
                kept.append(series)
                continue
            }
            if own || source.target?.containers != nil { throw error }
            first = first ?? error
            assembler.report.note(.seldom, example: series.id)
        }
        if kept.isEmpty, let first { throw first }
        return kept
    }

    /// What is wrong with a series that has too few values; nil where it has enough.
    private func lowCoverage(_ series: TimeSeries) -> DataError? {
        let observed = zip(series.times, series.values).filter { !$0.1.isNaN }.map(\.0)
        guard let first = observed.first, let last = observed.last else { return nil }
        let steps = (last - first) / source.step + 1
        guard observed.count * 100 < steps * source.minimumCoverage else { return nil }
        let gap = zip(observed, observed.dropFirst()).max { $0.1 - $0.0 < $1.1 - $1.0 }
        let longest = gap.map { "; the longest gap is from \(Moment.text($0.0)) to \(Moment.text($0.1))" } ?? ""
        return DataError(
            .lowCoverage,
            "\(series.id) has a value in only \(observed.count * 100 / steps)% of the steps between \(Moment.text(first)) "
                + "and \(Moment.text(last))\(longest). Shorten window to what is there, lengthen step, or lower "
                + "minimumCoveragePercent where the workload rests that often", source: client.name,
            field: "\(PrometheusHistory.field).window")
    }

    /// A history that is found wanting while a store is away: nothing is wrong with it that anybody could mend in the source.
    func inPart(_ error: DataError) -> DataError {
        guard let warning, [.noData, .lowCoverage, .stale].contains(error.code) else { return error }
        return DataError(
            .requestFailed,
            "the server answers in part (\(warning)); of what is there: \(error.message). Try again when its stores are back",
            source: error.source, field: error.field)
    }

    /// Refuses a history that ended long ago: what is trained on it would forecast the past.
    func checkEnd(_ all: [TimeSeries]) throws(DataError) {
        let ends = all.compactMap { one in one.values.lastIndex { !$0.isNaN }.map { one.times[$0] } }
        guard let last = ends.max(), end - last > PrometheusHistory.longestSilence else { return }
        throw DataError(
            .stale,
            "the last value is from \(Moment.text(last)), and nothing came after it up to \(Moment.text(end)): the workload "
                + "does not run, its metrics are no longer scraped, or their labels have changed (give matchLabels, or "
                + "cpuQuery and memoryQuery)", source: client.name, field: PrometheusHistory.field)
    }
}
