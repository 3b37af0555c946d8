import Autoscaler
import Foundation
import KubernetesClient

extension TrainingNeed {
    /// One for the newest scheduled time that has passed, as CronJob does it: a deadline for late starts, a policy for
    /// runs that are still under way, and beyond CronJob a share of jitter for each model.
    mutating func followSchedule() throws {
        let training = model.spec.training
        guard let schedule = training.schedule else { return }
        let cron = try CronSchedule(schedule, timeZone: training.timeZone)
        // The cron times are nominal; a run is due `offset` later.
        let offset = TimeInterval(Self.jitter(namespace: model.namespace, name: model.name, of: training.jitter))
        let handled = [model.status?.lastScheduleTime, model.status?.lastMissedScheduleTime].compactMap { $0 }
            .filter { !isImpossible($0) }.max()
        let since = max(
            handled?.addingTimeInterval(-offset) ?? .distantPast, model.metadata.creationTimestamp?.date ?? now)
        let (due, next) = Self.newest(of: cron, after: since, through: now.addingTimeInterval(-offset))
        nextScheduleTime = next?.addingTimeInterval(offset)
        if let nextScheduleTime { look(at: nextScheduleTime) }
        guard let due else { return }

        let start = due.addingTimeInterval(offset)
        let scheduled = try made(.schedule, suffix: String(Int(due.timeIntervalSince1970) / 60))
        if facts.runs.contains(where: { $0.name == scheduled.name }) {
            // Made by a look that ended before the status knew: it is neither missed nor to be replaced by itself.
            scheduledTime = start
            return
        }
        if let deadline = training.startingDeadlineSeconds, now.timeIntervalSince(start) > TimeInterval(deadline) {
            missedTime = start
            return
        }
        // A run that is being made for another reason serves the schedule too.
        if run == nil {
            let active = facts.runs.filter { !$0.isFinished && $0.trigger != nil && !$0.metadata.isBeingDeleted }
            switch training.concurrencyPolicy {
            case .forbid where !active.isEmpty:
                // Not over yet: when that run ends, this time is looked at again, and its deadline with it.
                if let deadline = training.startingDeadlineSeconds {
                    look(at: start.addingTimeInterval(TimeInterval(deadline) + 1))
                }
                return
            case .replace: replaced = active.filter { $0.trigger == .schedule }
            case .allow, .forbid: break
            }
            run = scheduled
        }
        scheduledTime = start
    }

    /// The newest time in (`since`, `end`], nil where there is none, and the first after `end`.
    ///
    /// One run makes up for all that were missed, so after a long outage there is no need to count them all.
    private static func newest(of cron: CronSchedule, after since: Date, through end: Date) -> (due: Date?, next: Date?)
    {
        var due: Date?
        var next = cron.next(after: since)
        var missed = 0
        while let time = next, time <= end {
            due = time
            missed += 1
            if missed == 100 {
                // Go on shortly before the end: the last of an endless row is all that counts.
                var step: TimeInterval = 60
                while step < end.timeIntervalSince(time),
                    cron.next(after: end.addingTimeInterval(-step)).map({ $0 > end }) ?? true
                {
                    step *= 2
                }
                next = cron.next(after: max(time, end.addingTimeInterval(-step)))
            } else {
                next = cron.next(after: time)
            }
        }
        return (due, next)
    }

    /// A model's own share of the jitter, in seconds: always the same for the same name, and even over many names.
    static func jitter(namespace: String, name: String, of span: TimeSpan?) -> Int {
        guard let span, span.seconds > 0 else { return 0 }
        return Int(fnv("\(namespace)/\(name)".utf8) % UInt64(span.seconds + 1))
    }
}
