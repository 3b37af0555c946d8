/// Combines the pods of one container into what a forecast needs: the CPU total, how uneven it is, and the busiest pod's
/// memory.
struct PodCombiner {
    /// The combined rows of one container.
    struct Combined {
        var times: [Int] = []
        /// Cores over all pods.
        var cpuTotal: [Double] = []
        /// How many pods that is, such as the mean one.
        var pods: [Double] = []
        /// The busiest pod's CPU over the mean pod's.
        var busiestOverMean: [Double] = []
        /// 1 where the busiest pod was at its CPU limit, so that it may have wanted more.
        var cpuAtLimit: [Double] = []
        /// The busiest pod's bytes.
        var memory: [Double] = []
        /// 1 where that pod was at its memory limit.
        var memoryAtLimit: [Double] = []
        /// Rows that were moved to a common grid.
        var alignedRows = 0
        /// Samples of pods that were absent and counted at the mean of the others.
        var missingSamples = 0
        /// Samples whose CPU was left out because the container had just started.
        var startUpSamples = 0
        /// Rows whose CPU was left out because two ReplicaSets ran.
        var rolloutRows = 0
    }

    /// A pod that is silent for up to this many steps is counted as running; a longer silence is its absence.
    private static let toleratedSteps = 3
    /// Two ReplicaSets side by side for longer than this, and longer than three steps, are no rollout but how the workload
    /// runs, such as a canary.
    private static let longestRollout = 3600

    /// Combines pods.
    ///
    /// Pods whose samples fall on different moments are put on the grid of their usual step first: within a step
    /// CPU is averaged and memory taken at its maximum. A pod without a value counts at the mean of the others: a
    /// lost sample must not look like lower demand. Not so one whose last row that is: it has gone. And a pod that starts
    /// counts with what it uses, at most the mean of the others for as long as it was there: pods are added where demand
    /// has grown, and the others have carried it until then.
    static func combine(_ pods: [PodUsage]) -> Combined {
        var combined = Combined()
        let steps = pods.compactMap(\.usualStep).sorted()
        let step = steps.isEmpty ? 0 : steps[steps.count / 2]
        let begin = pods.compactMap(\.times.first).min() ?? 0
        let end = pods.compactMap(\.times.last).max() ?? 0
        let isAligned = step <= 0 || Set(pods.flatMap { $0.times.map { $0 % step } }).count <= 1
        var replicaSets: [String: Int] = [:]
        var samples: [PodSample] = []
        for pod in pods {
            var number = -1
            if let name = PodNames.replicaSet(ofPod: pod.pod) {
                number = replicaSets[name] ?? replicaSets.count
                replicaSets[name] = number
            }
            var (rows, startUps) = pod.samples(step: step, begin: begin, replicaSet: number)
            combined.startUpSamples += startUps
            if !isAligned {
                combined.alignedRows += rows.count
                rows = onGrid(rows, step: step)
            }
            if rows.count > 1, let last = rows.last, last.cpu.isNaN, pod.cpu.last?.isNaN == true,
                last.time + step <= end
            {
                rows[rows.count - 1].isLeaving = true
            }
            samples += bridged(rows, step: step)
        }
        samples.sort { $0.time < $1.time }
        var mixed: [Bool] = []
        var row = 0
        while row < samples.count {
            var next = row
            while next < samples.count, samples[next].time == samples[row].time { next += 1 }
            combined.append(samples[row..<next])
            let first = samples[row].replicaSet
            mixed.append(samples[row..<next].contains { $0.replicaSet >= 0 && first >= 0 && $0.replicaSet != first })
            row = next
        }
        if step > 0 { combined.leaveOutRollouts(mixed, longest: max(longestRollout, 3 * step)) }
        return combined
    }

    private static func onGrid(_ rows: [PodSample], step: Int) -> [PodSample] {
        var result: [PodSample] = []
        var row = 0
        while row < rows.count {
            let cell = rows[row].time / step
            var next = row
            while next < rows.count, rows[next].time / step == cell { next += 1 }
            var sample = rows[row]
            // Where any of them tells the usual use, start-ups count no more.
            let settled = rows[row..<next].filter { !$0.isStarting && !$0.cpu.isNaN }
            let cpu = (settled.isEmpty ? Array(rows[row..<next]) : settled).map(\.cpu).filter { !$0.isNaN }
            sample.time = cell * step
            sample.presence = settled.isEmpty ? rows[row..<next].first(where: \.isStarting)?.presence ?? .nan : .nan
            sample.cpu = cpu.isEmpty ? .nan : cpu.reduce(0, +) / Double(cpu.count)
            sample.memory = rows[row..<next].map(\.memory).filter { !$0.isNaN }.max() ?? .nan
            sample.isAtCPULimit = rows[row..<next].contains(where: \.isAtCPULimit)
            sample.isAtMemoryLimit = rows[row..<next].contains(where: \.isAtMemoryLimit)
            result.append(sample)
            row = next
        }
        return result
    }

    /// Fills short silences with rows without values.
    private static func bridged(_ rows: [PodSample], step: Int) -> [PodSample] {
        guard step > 0, var last = rows.first else { return rows }
        var result = [last]
        for row in rows.dropFirst() {
            if row.time - last.time <= toleratedSteps * step {
                for time in stride(from: last.time + step, to: row.time, by: step) {
                    result.append(PodSample(time: time, cpu: .nan, memory: .nan, replicaSet: row.replicaSet))
                }
            }
            result.append(row)
            last = row
        }
        return result
    }
}

extension PodCombiner.Combined {
    fileprivate mutating func append(_ samples: ArraySlice<PodSample>) {
        guard let first = samples.first else { return }
        var (sum, observed) = (0.0, 0)
        var (busiest, fullest): (PodSample?, PodSample?) = (nil, nil)
        for sample in samples {
            if !sample.cpu.isNaN, !sample.isStarting {
                sum += sample.cpu
                observed += 1
                if sample.cpu > busiest?.cpu ?? -.infinity { busiest = sample }
            }
            if !sample.memory.isNaN, sample.memory > fullest?.memory ?? -.infinity { fullest = sample }
        }
        let staying = samples.count { !$0.isLeaving }
        let present = staying > 0 ? staying : samples.count
        let mean = observed == 0 ? .nan : sum / Double(observed)
        let starting = samples.filter { $0.isStarting && !$0.isLeaving }
        let settled = present - starting.count
        let started = starting.reduce(0) { sum, pod in
            sum + min(pod.cpu.isNaN ? .infinity : pod.cpu, mean * Double(pod.presence))
        }
        times.append(first.time)
        // As many as at the mean make the total.
        pods.append(mean > 0 ? Double(settled) + started / mean : Double(present))
        cpuTotal.append(mean * Double(settled) + started)
        busiestOverMean.append(mean > 0 ? (busiest?.cpu ?? .nan) / mean : (mean.isNaN ? .nan : 1))
        cpuAtLimit.append(busiest?.isAtCPULimit == true ? 1 : 0)
        memory.append(fullest?.memory ?? .nan)
        memoryAtLimit.append(fullest?.isAtMemoryLimit == true ? 1 : 0)
        if observed > 0 { missingSamples += settled - observed }
    }

    /// Leaves out the CPU of rows in which the pods of two ReplicaSets ran, unless that lasts.
    fileprivate mutating func leaveOutRollouts(_ mixed: [Bool], longest: Int) {
        var row = 0
        while row < mixed.count {
            guard mixed[row] else {
                row += 1
                continue
            }
            var next = row
            while next < mixed.count, mixed[next] { next += 1 }
            if times[next - 1] - times[row] < longest, next - row < mixed.count {
                for index in row..<next {
                    if !cpuTotal[index].isNaN { rolloutRows += 1 }
                    cpuTotal[index] = .nan
                    busiestOverMean[index] = .nan
                }
            }
            row = next
        }
    }
}
