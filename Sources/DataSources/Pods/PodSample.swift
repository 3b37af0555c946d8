/// What one pod used of one container in one step.
struct PodSample {
    /// The end of the step, seconds since 1970 UTC.
    var time: Int
    /// Cores; NaN where it is not known.
    var cpu: Double
    /// Bytes; NaN where it is not known.
    var memory: Double
    /// The number of its ReplicaSet; -1 where the pod's name does not tell one.
    var replicaSet = -1
    /// Whether the container was at its CPU limit: it may have wanted more.
    var isAtCPULimit = false
    /// Whether the container was at its memory limit.
    var isAtMemoryLimit = false
    /// Whether the pod went in this step, too soon for a rate: its memory is there, and nobody needs its CPU any more.
    var isLeaving = false
    /// Of a container that has just started the part of the step that its pod was there, and NaN of every other. Its CPU is
    /// what it took to start, which tells nothing of its usual use.
    var presence = Float.nan

    /// Whether the container has just started.
    var isStarting: Bool { !presence.isNaN }
}

extension PodUsage {
    /// From this share of a limit on, use counts as at the limit: throttling keeps CPU a little below it.
    static let cpuLimitShare = 0.95
    /// From this share on memory does; `ResourceSizing.followingPercent` is the same rule.
    static let memoryLimitShare = 0.9
    /// How long after its start a container's CPU tells nothing about its usual use.
    static let startUp = 300

    /// The pod's rows, those of a start-up marked.
    ///
    /// Memory stays: it is taken at its highest over pods, where a container that fills up counts little, and one that
    /// needs most at its start would never start again with less.
    ///
    /// - Parameters:
    ///   - step: seconds in a step.
    ///   - begin: when the history begins; a pod that appears later was started when it appeared.
    /// - Returns: the rows, and of how many the CPU is that of a start-up.
    func samples(step: Int, begin: Int, replicaSet: Int) -> (samples: [PodSample], startUps: Int) {
        var startUps = 0
        // Pods that report at different moments of the first step are all there from the begin.
        let appeared = times.first.map { $0 - begin >= max(1, step) ? Double($0 - step) : -.infinity } ?? -.infinity
        let samples = times.indices.map { row -> PodSample in
            var sample = PodSample(time: times[row], cpu: cpu[row], memory: memory[row], replicaSet: replicaSet)
            let known = started.isEmpty ? .nan : started[row]
            let start = known.isFinite ? known : appeared
            let end = Double(times[row])
            if start <= end, start + Double(Self.startUp) > end - Double(step) {
                // The container of a pod that was there before has only taken another's place.
                let isNew = row == 0 && step > 0
                sample.presence = isNew ? Float(min(1, (end - start) / Double(step))) : 1
                if !sample.cpu.isNaN { startUps += 1 }
            } else if !cpuLimit.isEmpty {
                sample.isAtCPULimit = sample.cpu >= Self.cpuLimitShare * cpuLimit[row]
            }
            if !memoryLimit.isEmpty {
                sample.isAtMemoryLimit = sample.memory >= Self.memoryLimitShare * memoryLimit[row]
            }
            return sample
        }
        return (samples, startUps)
    }
}
