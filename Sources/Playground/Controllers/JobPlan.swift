import Foundation
import KubernetesClient

/// What a Job needs next, decided from the Job, its pods and the time alone.
struct JobPlan: Sendable {
    /// How a Job ended.
    struct End: Sendable, Hashable {
        var isSuccess: Bool
        var reason: String
        var message: String
    }

    /// The new status.
    var status: JSONValue
    /// Pods to delete.
    var delete: [ObjectName] = []
    /// Pods to make: their completion indexes; nil for Jobs without.
    var create: [Int?] = []
    /// How often indexes have failed, of Jobs that count that for each.
    var failuresByIndex: [Int: Int] { failures.byIndex }
    var end: End?
    /// When to look again.
    var requeue: Duration?
    /// Whether the Job's time to live is over.
    var isExpired = false
    private let failures: JobFailures

    init(job: JSONValue, pods: [JSONValue], now: Date, retryDelay: Duration) {
        status = job["status"] ?? [:]
        failures = JobFailures(job: job, pods: pods)
        if Conditions.holds(job, "Complete") || Conditions.holds(job, "Failed") {
            expire(job, now)
            return
        }
        let time = APITime.text(now)
        let isSuspended = job["spec", "suspend"] == true
        let running = pods.filter { !PodStatus.isFinished($0) && !$0.isBeingDeleted }
        count(job, pods, running)
        if isSuspended {
            delete = running.map(\.objectName)
            status["startTime"] = nil
            status["active"] = nil
            Conditions.set(
                &status, "Suspended", "True", reason: "JobSuspended", message: "Job suspended", at: time,
                extraTimes: ["lastProbeTime"])
            return
        }
        if Conditions.holds(job, "Suspended") {
            Conditions.set(
                &status, "Suspended", "False", reason: "JobResumed", message: "Job resumed", at: time,
                extraTimes: ["lastProbeTime"])
        }
        if status["startTime"] == nil { status["startTime"] = .string(time) }
        if let end = ending(job, pods, running, now) {
            finish(end, running, time)
            return
        }
        plan(job, pods, running, now, retryDelay)
    }

    private mutating func expire(_ job: JSONValue, _ now: Date) {
        guard let seconds = job["spec", "ttlSecondsAfterFinished"]?.intValue else { return }
        let ended = (status["conditions"]?.arrayValue ?? [])
            .filter { ($0["type"] == "Complete" || $0["type"] == "Failed") && $0["status"] == "True" }
            .compactMap { $0["lastTransitionTime"]?.stringValue.flatMap { APITime.parse($0) } }.max()
        guard let ended else { return }
        let left = ended.addingTimeInterval(Double(seconds)).timeIntervalSince(now)
        if left <= 0 { isExpired = true } else { requeue = .milliseconds(Int(left * 1000) + 1) }
    }

    private mutating func count(_ job: JSONValue, _ pods: [JSONValue], _ running: [JSONValue]) {
        let succeeded = pods.filter { $0["status", "phase"] == "Succeeded" }
        let failed = failures.counted.count
        if failures.isPerIndex {
            let indexes = failures.failedIndexes
            status["failedIndexes"] = indexes.isEmpty ? nil : .string(JobLabels.text(indexes))
        }
        if job["spec", "completionMode"] == "Indexed" {
            let limit = job["spec", "completions"]?.intValue ?? 0
            let known = JobLabels.indexes(status["completedIndexes"]?.stringValue ?? "")
            let done = known.union(succeeded.compactMap { JobLabels.index($0) }).filter { $0 < limit }
            if !done.isEmpty { status["completedIndexes"] = .string(JobLabels.text(done)) }
            setCount("succeeded", done.count)
        } else {
            setCount("succeeded", max(status["succeeded"]?.intValue ?? 0, succeeded.count))
        }
        setCount("failed", max(status["failed"]?.intValue ?? 0, failed))
        setCount("active", running.count)
        status["ready"] = .int(Int64(running.count { PodStatus.isReady($0) }))
        status["terminating"] = .int(Int64(pods.count { $0.isBeingDeleted }))
        status["uncountedTerminatedPods"] = [:]
    }

    private mutating func setCount(_ field: String, _ count: Int) {
        if count > 0 { status[key: field] = .int(Int64(count)) } else { status[key: field] = nil }
    }

    private mutating func ending(
        _ job: JSONValue, _ pods: [JSONValue], _ running: [JSONValue], _ now: Date
    ) -> End? {
        let succeeded = status["succeeded"]?.intValue ?? 0
        let wanted = job["spec", "completions"]?.intValue
        let isDone = wanted.map { succeeded >= $0 } ?? (succeeded > 0 && running.isEmpty)
        if isDone {
            return End(
                isSuccess: true, reason: "CompletionsReached", message: "Reached expected number of succeeded pods")
        }
        if let message = failures.end {
            return End(isSuccess: false, reason: "PodFailurePolicy", message: message)
        }
        if failures.isPerIndex, let end = endingByIndex(job, running) { return end }
        let limit = job["spec", "backoffLimit"]?.intValue ?? 6
        let restarts = running.reduce(0) { sum, pod in
            sum
                + (pod["status", "containerStatuses"]?.arrayValue ?? []).reduce(0) {
                    $0 + ($1["restartCount"]?.intValue ?? 0)
                }
        }
        if (status["failed"]?.intValue ?? 0) > limit || (restarts > 0 && restarts > limit) {
            return End(
                isSuccess: false, reason: "BackoffLimitExceeded",
                message: "Job has reached the specified backoff limit")
        }
        if let seconds = job["spec", "activeDeadlineSeconds"]?.intValue,
            let start = status["startTime"]?.stringValue.flatMap({ APITime.parse($0) })
        {
            let left = start.addingTimeInterval(Double(seconds)).timeIntervalSince(now)
            if left <= 0 {
                return End(
                    isSuccess: false, reason: "DeadlineExceeded",
                    message: "Job was active longer than specified deadline")
            }
            requeue = .milliseconds(Int(left * 1000) + 1)
        }
        return nil
    }

    /// The end of a Job that counts failures for each index.
    private func endingByIndex(_ job: JSONValue, _ running: [JSONValue]) -> End? {
        let failed = failures.failedIndexes
        if let most = job["spec", "maxFailedIndexes"]?.intValue, failed.count > most {
            return End(
                isSuccess: false, reason: "MaxFailedIndexesExceeded",
                message: "Job has exceeded the specified maximal number of failed indexes")
        }
        let done = JobLabels.indexes(status["completedIndexes"]?.stringValue ?? "").union(failed)
        guard !failed.isEmpty, running.isEmpty, done.count >= job["spec", "completions"]?.intValue ?? 0 else {
            return nil
        }
        return End(isSuccess: false, reason: "FailedIndexes", message: "Job has failed indexes")
    }

    private mutating func finish(_ end: End, _ running: [JSONValue], _ time: String) {
        self.end = end
        delete = running.map(\.objectName)
        status["active"] = nil
        status["ready"] = 0
        let types = end.isSuccess ? ["SuccessCriteriaMet", "Complete"] : ["FailureTarget", "Failed"]
        for type in types {
            Conditions.set(
                &status, type, "True", reason: end.reason, message: end.message, at: time,
                extraTimes: ["lastProbeTime"])
        }
        if end.isSuccess { status["completionTime"] = .string(time) }
        if !end.isSuccess, !running.isEmpty { setCount("failed", (status["failed"]?.intValue ?? 0) + running.count) }
        requeue = .milliseconds(1)
    }

    /// Which pods to start, and when, after failures.
    private mutating func plan(
        _ job: JSONValue, _ pods: [JSONValue], _ running: [JSONValue], _ now: Date, _ retryDelay: Duration
    ) {
        let parallelism = job["spec", "parallelism"]?.intValue ?? 1
        let wanted = job["spec", "completions"]?.intValue
        let succeeded = status["succeeded"]?.intValue ?? 0
        if running.count > parallelism {
            delete = running.suffix(running.count - parallelism).map(\.objectName)
            return
        }
        let occupied = running.count + pods.count { !PodStatus.isFinished($0) && $0.isBeingDeleted }
        let missing = min(parallelism, wanted.map { $0 - succeeded } ?? (succeeded > 0 ? 0 : parallelism)) - occupied
        guard missing > 0 else { return }
        if job["spec", "completionMode"] == "Indexed" {
            let taken = Set(pods.filter { !PodStatus.isFinished($0) }.compactMap { JobLabels.index($0) })
            let done = JobLabels.indexes(status["completedIndexes"]?.stringValue ?? "").union(failures.failedIndexes)
            let open = (0..<(wanted ?? 0)).filter { !done.contains($0) && !taken.contains($0) }
            create = open.filter { index in
                // Each index waits for its own failures alone, where they are counted apart.
                let own =
                    failures.isPerIndex ? failures.counted.filter { JobLabels.index($0) == index } : failures.counted
                return !mustWait(own, now, retryDelay)
            }.prefix(missing).map { $0 }
        } else if !mustWait(failures.counted, now, retryDelay) {
            create = Array(repeating: nil, count: missing)
        }
    }

    private mutating func mustWait(_ failures: [JSONValue], _ now: Date, _ retryDelay: Duration) -> Bool {
        guard let wait = Self.backoff(failures, now, retryDelay) else { return false }
        requeue = requeue.map { min($0, wait) } ?? wait
        return true
    }

    /// How long to wait after the latest failure: doubled with each.
    private static func backoff(_ failures: [JSONValue], _ now: Date, _ retryDelay: Duration) -> Duration? {
        let ends = failures.flatMap { pod in
            (pod["status", "containerStatuses"]?.arrayValue ?? [])
                .compactMap { $0["state", "terminated", "finishedAt"]?.stringValue.flatMap { APITime.parse($0) } }
        }
        guard let last = ends.max() else { return nil }
        let delay = retryDelay * (1 << min(10, failures.count - 1))
        let seconds = Double(delay.components.seconds) + Double(delay.components.attoseconds) * 1e-18
        let left = last.addingTimeInterval(seconds).timeIntervalSince(now)
        return left > 0 ? .milliseconds(Int(left * 1000) + 1) : nil
    }
}
