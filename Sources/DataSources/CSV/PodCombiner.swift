/// Combines the pods of one container into what a forecast needs: the CPU total, how uneven it is, and the busiest
/// pod's memory.
struct PodCombiner {
    /// The combined series of one container.
    struct Combined {
        var times: [Int] = []
        var cpuTotal: [Double] = []
        var pods: [Double] = []
        var busiestOverMean: [Double] = []
        var memory: [Double] = []
        /// Rows that were moved to a common grid.
        var alignedRows = 0
        /// Samples of pods that were absent and counted at the mean of the others.
        var missingSamples = 0
    }

    fileprivate struct Sample {
        var time: Int
        var cpu: Double
        var memory: Double
    }

    /// A pod that is silent for up to this many steps is counted as running; a longer silence is its absence.
    private static let toleratedSteps = 3

    /// Combines pods, each with ascending times and the columns CPU and memory.
    ///
    /// Pods whose samples fall on different moments are put on the grid of their usual step first: within a step
    /// CPU is averaged and memory taken at its maximum. A pod without a value counts at the mean of the others: a
    /// lost sample must not look like lower demand.
    static func combine(_ pods: [RawSeries]) -> Combined {
        var combined = Combined()
        let step = pods.compactMap(\.usualStep).sorted().middle ?? 0
        let isAligned = step <= 0 || Set(pods.flatMap { $0.times.map { $0 % step } }).count <= 1
        var samples: [Sample] = []
        for pod in pods {
            var rows = zip(pod.times, zip(pod.values[0], pod.values[1])).map {
                Sample(time: $0, cpu: $1.0, memory: $1.1)
            }
            if !isAligned {
                combined.alignedRows += rows.count
                rows = onGrid(rows, step: step)
            }
            samples += bridged(rows, step: step)
        }
        samples.sort { $0.time < $1.time }
        var row = 0
        while row < samples.count {
            var next = row
            while next < samples.count, samples[next].time == samples[row].time { next += 1 }
            combined.append(samples[row..<next])
            row = next
        }
        return combined
    }

    private static func onGrid(_ rows: [Sample], step: Int) -> [Sample] {
        var result: [Sample] = []
        var row = 0
        while row < rows.count {
            let cell = rows[row].time / step
            var next = row
            while next < rows.count, rows[next].time / step == cell { next += 1 }
            let cpu = rows[row..<next].map(\.cpu).filter { !$0.isNaN }
            let memory = rows[row..<next].map(\.memory).filter { !$0.isNaN }
            result.append(
                Sample(
                    time: cell * step, cpu: cpu.isEmpty ? .nan : cpu.reduce(0, +) / Double(cpu.count),
                    memory: memory.max() ?? .nan
                )
            )
            row = next
        }
        return result
    }

    /// Fills short silences with rows without values.
    private static func bridged(_ rows: [Sample], step: Int) -> [Sample] {
        guard step > 0, var last = rows.first else { return rows }
        var result = [last]
        for row in rows.dropFirst() {
            if row.time - last.time <= toleratedSteps * step {
                for time in stride(from: last.time + step, to: row.time, by: step) {
                    result.append(Sample(time: time, cpu: .nan, memory: .nan))
                }
            }
            result.append(row)
            last = row
        }
        return result
    }
}

extension PodCombiner.Combined {
    fileprivate mutating func append(_ samples: ArraySlice<PodCombiner.Sample>) {
        guard let first = samples.first else { return }
        let cpu = samples.map(\.cpu).filter { !$0.isNaN }
        let count = Double(samples.count)
        let mean = cpu.isEmpty ? Double.nan : cpu.reduce(0, +) / Double(cpu.count)
        times.append(first.time)
        pods.append(count)
        cpuTotal.append(mean * count)
        let busiest = cpu.max() ?? .nan
        busiestOverMean.append(mean > 0 ? busiest / mean : (mean.isNaN ? .nan : 1))
        memory.append(samples.map(\.memory).filter { !$0.isNaN }.max() ?? .nan)
        if !cpu.isEmpty { missingSamples += samples.count - cpu.count }
    }
}

extension Array {
    /// The element in the middle, nil when there is none.
    fileprivate var middle: Element? { isEmpty ? nil : self[count / 2] }
}
