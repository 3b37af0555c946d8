import ForecastEngine

/// Turns the pods of a workload's containers into its series, whatever source they come from.
///
/// CPU is the total over pods, memory the busiest pod's: see ``History/Meaning/allPods``.
struct WorkloadAssembler {
    var report = DataReport()
    private(set) var series: [TimeSeries] = []

    /// Adds a container.
    ///
    /// - Parameter resources: what was asked of these pods.
    mutating func add(_ container: String, pods: [PodUsage], of resources: Set<UsageResource> = [.cpu, .memory]) {
        let combined = PodCombiner.combine(pods)
        if combined.alignedRows > 0 { report.note(.aligned, count: combined.alignedRows, example: container) }
        if combined.startUpSamples > 0 { report.note(.startUp, count: combined.startUpSamples, example: container) }
        if combined.rolloutRows > 0 { report.note(.rollout, count: combined.rolloutRows, example: container) }
        if combined.missingSamples > 0 { report.note(.podsMissing, count: combined.missingSamples, example: container) }
        for (resource, flags) in [("cpu", combined.cpuAtLimit), ("memory", combined.memoryAtLimit)] {
            let count = flags.count { $0 == 1 }
            if count > 0 { report.note(.atLimit, count: count, column: resource, example: "\(container)/\(resource)") }
        }
        if resources.contains(.cpu) {
            add(
                container, .cpu, times: combined.times, values: combined.cpuTotal,
                columns: [
                    History.podsColumn: combined.pods, History.shareColumn: combined.busiestOverMean,
                    History.limitColumn: combined.cpuAtLimit,
                ])
        }
        if resources.contains(.memory) {
            add(
                container, .memory, times: combined.times, values: combined.memory,
                columns: [History.limitColumn: combined.memoryAtLimit])
        }
    }

    /// Adds one series, unless it has no value at all.
    mutating func add(
        _ container: String, _ resource: UsageResource, times: [Int], values: [Double],
        columns: [String: [Double]] = [:]
    ) {
        let id = "\(container)/\(resource.rawValue)"
        guard values.contains(where: { !$0.isNaN }) else {
            report.note(.emptySeries, example: id)
            return
        }
        let missing = values.count { $0.isNaN }
        if missing > 0 { report.note(.missing, count: missing, column: resource.rawValue, example: id) }
        var rows = RawSeries(columns: 0)
        rows.times = times
        if case (let gaps, let first?) = rows.gapSteps, gaps > 0 {
            report.note(.gaps, count: gaps, example: "\(id) after \(Moment.text(first))")
        }
        series.append(TimeSeries(id: id, times: times, values: values, columns: columns))
    }
}
