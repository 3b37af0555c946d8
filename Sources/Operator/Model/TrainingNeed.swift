import Autoscaler
import Foundation
import KubernetesClient

/// Whether a model needs a training run that nobody has asked for: its first, one for a changed spec, a retry, or the
/// next by its schedule.
///
/// Pure: the same objects and the same time give the same run, with the same name, so that a retry after a crash finds
/// what the first try made.
struct TrainingNeed {
    /// The run to make, nil where none is needed now.
    var run: TrainingJob?
    /// When to look again, nil where only a changed object would change the answer.
    var lookAgain: Date?
    /// When the schedule next asks for a run.
    var nextScheduleTime: Date?
    /// The scheduled time that `run` is for.
    var scheduledTime: Date?

    /// The label with the digest of the model's own recipe and source; a person's run carries none.
    static let specLabel = "presage.dev/model-spec"

    /// Decides.
    ///
    /// - Parameters:
    ///   - runs: the TrainingJobs of this model that exist.
    ///   - trainedSpecs: the spec digests that published versions of this model carry.
    ///   - now: the time, in whole seconds.
    init(model: ForecastModel, runs: [TrainingJob], trainedSpecs: Set<String>, now: Date) throws(CronError) {
        guard !model.spec.training.suspend else { return }
        let digest = Self.digest(of: model)

        let own = runs.filter { $0.metadata.labels[Self.specLabel] == digest }
        if !trainedSpecs.contains(digest) {
            if own.isEmpty {
                run = Self.run(of: model, digest: digest, suffix: digest)
            } else if own.allSatisfy({ $0.status?.phase == .failed }) {
                // A run that failed is tried again, ever more rarely: sources come back, quotas are raised.
                let last = own.compactMap { $0.status?.completionTime }.max() ?? now
                let due = last.addingTimeInterval(Self.retryDelay(afterFailures: own.count))
                if due <= now {
                    run = Self.run(of: model, digest: digest, suffix: "\(digest)-\(own.count + 1)")
                } else {
                    lookAgain = due
                }
            }
        }

        guard let schedule = model.spec.training.schedule else { return }
        let cron = try CronSchedule(schedule, timeZone: model.spec.training.timeZone)
        let since = max(
            model.status?.lastScheduleTime ?? .distantPast, model.metadata.creationTimestamp?.date ?? now)
        // One run makes up for all that were missed, so after a long outage there is no need to count them all.
        var due: Date?
        var missed = 0
        var next = cron.next(after: since)
        while let time = next, time <= now {
            due = time
            missed += 1
            next = cron.next(after: missed < 100 ? time : now)
        }
        nextScheduleTime = next
        lookAgain = [lookAgain, next].compactMap { $0 }.min()
        if let due {
            scheduledTime = due
            // A run that is being made for another reason serves the schedule too.
            run = run ?? Self.run(of: model, digest: digest, suffix: String(Int(due.timeIntervalSince1970) / 60))
        }
    }

    /// 10 minutes, doubled with every failure, at most 6 hours.
    static func retryDelay(afterFailures failures: Int) -> TimeInterval {
        min(600 * pow(2, Double(max(0, failures - 1))), 6 * 3600)
    }

    /// Eight hex digits over everything in the spec that a training depends on.
    static func digest(of model: ForecastModel) -> String {
        var spec = TrainingJobSpec(model: model.name, spec: model.spec)
        // Where a pod runs and how long it may take changes no forecast.
        spec.pod = nil
        spec.backoffLimit = nil
        spec.activeDeadlineSeconds = nil
        spec.ttlSecondsAfterFinished = nil
        spec.parallelism = nil
        let bytes = (try? JSONValue(encoding: spec).serialized([.sortedKeys])) ?? []
        // FNV-1a: short, stable across versions of Swift, and nothing here is an adversary.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let text = String(hash ^ (hash >> 32) & 0xFFFF_FFFF, radix: 16)
        return String(repeating: "0", count: max(0, 8 - text.count)) + text.suffix(8)
    }

    /// Names end up as names of Jobs and labels of pods, which take 63 characters.
    private static func run(of model: ForecastModel, digest: String, suffix: String) -> TrainingJob {
        let prefix = model.name.prefix(62 - suffix.count)
        var metadata = ObjectMeta(name: "\(prefix)-\(suffix)", namespace: model.namespace)
        metadata.labels = [specLabel: digest, Labels.model: Labels.value(model.name)]
        metadata.ownerReferences = [Labels.owner(model)]
        return TrainingJob(metadata: metadata, spec: TrainingJobSpec(model: model.name, spec: model.spec))
    }
}
