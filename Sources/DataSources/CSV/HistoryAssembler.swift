import ForecastEngine

/// Turns gathered rows into series: in order of time, without duplicates, with a report of what that took.
struct HistoryAssembler {
    let layout: CSVLayout
    let policy: CSVOptions.Duplicates
    let source: String
    private(set) var report = DataReport()

    init(layout: CSVLayout, policy: CSVOptions.Duplicates, source: String) {
        self.layout = layout
        self.policy = policy
        self.source = source
    }

    /// The series of a long file; columns in which a text was found (`textLines`) are left out.
    mutating func panel(
        _ raw: [(name: String, series: RawSeries)], textLines: [Int?]
    ) throws(DataError) -> [TimeSeries] {
        var series: [TimeSeries] = []
        series.reserveCapacity(raw.count)
        for (name, rows) in raw { series.append(try panelSeries(name, rows, textLines: textLines)) }
        return series
    }

    /// One series of a long file.
    mutating func panelSeries(_ name: String, _ raw: RawSeries, textLines: [Int?]) throws(DataError) -> TimeSeries {
        let rows = try ordered(raw, name: name)
        note(rows.values[0], of: rows, name: name, column: layout.values[0].name)
        var columns: [String: [Double]] = [:]
        for column in layout.values.indices.dropFirst() where textLines[column] == nil {
            columns[layout.values[column].name] = rows.values[column]
        }
        return TimeSeries(id: name, times: rows.times, values: rows.values[0], columns: columns)
    }

    /// The series of a wide file: `<container>/cpu` and `<container>/memory`.
    mutating func workload(_ raw: [(name: String, series: RawSeries)]) throws(DataError) -> [TimeSeries] {
        var workload = WorkloadAssembler()
        for (container, pods) in grouped(raw) {
            var usage: [PodUsage] = []
            for (pod, podRows) in pods {
                let rows = try ordered(podRows, name: pod.isEmpty ? container : "\(container) of pod \(pod)")
                usage.append(PodUsage(pod: pod, rows: rows))
            }
            noteUnits(container, usage)
            if layout.podField == nil, let single = usage.first {
                workload.add(container, .cpu, times: single.times, values: single.cpu)
                workload.add(container, .memory, times: single.times, values: single.memory)
            } else {
                workload.add(container, pods: usage)
            }
        }
        report.findings += workload.report.findings
        guard !workload.series.isEmpty else {
            throw DataError(.noData, "no row has a CPU or memory value; check what wrote the file", source: source)
        }
        return workload.series
    }

    /// Containers in the order of first appearance, each with its pods.
    private func grouped(
        _ raw: [(name: String, series: RawSeries)]
    ) -> [(container: String, pods: [(pod: String, rows: RawSeries)])] {
        var order: [String] = []
        var pods: [String: [(pod: String, rows: RawSeries)]] = [:]
        for (name, rows) in raw {
            let parts = name.split(separator: "\0", maxSplits: 1, omittingEmptySubsequences: false)
            let container = String(parts[0])
            if pods[container] == nil { order.append(container) }
            pods[container, default: []].append((parts.count > 1 ? String(parts[1]) : "", rows))
        }
        return order.map { ($0, pods[$0] ?? []) }
    }

    /// The rows in order of time, duplicates merged.
    private mutating func ordered(_ raw: RawSeries, name: String) throws(DataError) -> RawSeries {
        if raw.isAscending { return raw }
        var rows = raw
        if zip(rows.times, rows.times.dropFirst()).contains(where: { $0 > $1 }) {
            rows.sort()
            report.note(.sorted, count: rows.times.count, example: name)
        }
        let duplicates = rows.mergeDuplicates(policy)
        if duplicates.count > 0, let first = duplicates.first {
            guard policy != .refuse else {
                throw DataError(
                    .duplicateTimestamp,
                    "series \"\(name)\" has \(Moment.text(first)) more than once; remove the extra rows, or choose how "
                        + "duplicates are merged",
                    source: source, column: layout.timeColumn
                )
            }
            report.note(.duplicates, count: duplicates.count, example: "\(name) at \(Moment.text(first))")
        }
        return rows
    }

    /// Notes missing values and gaps.
    private mutating func note(_ values: [Double], of rows: RawSeries, name: String, column: String) {
        let missing = values.count { $0.isNaN }
        if missing > 0 { report.note(.missing, count: missing, column: column, example: name) }
        let gaps = rows.gapSteps
        if gaps.count > 0, let first = gaps.first {
            report.note(.gaps, count: gaps.count, example: "\(name) after \(Moment.text(first))")
        }
    }

    /// Notes values that no container has in cores or bytes.
    private mutating func noteUnits(_ container: String, _ pods: [PodUsage]) {
        let cpu = pods.compactMap { $0.cpu.filter { !$0.isNaN }.max() }.max() ?? 0
        if cpu > UsageUnits.mostCores {
            report.note(
                .suspiciousUnit, column: layout.values[0].name,
                example: "\(container) uses \(cpu) cores at its peak; are these millicores? Cores are expected"
            )
        }
        let memory = pods.compactMap { $0.memory.filter { !$0.isNaN }.max() }.max() ?? .infinity
        if memory > 0, memory < UsageUnits.leastBytes {
            report.note(
                .suspiciousUnit, column: layout.values[1].name,
                example: "\(container) uses \(memory) bytes at its peak; is this Mi or Gi? Bytes are expected"
            )
        }
    }
}
