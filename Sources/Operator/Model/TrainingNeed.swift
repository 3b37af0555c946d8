import Autoscaler
import Foundation
import KubernetesClient

/// Which training run a model needs that nobody has made yet: its first, one for a changed spec, a retry, one that a
/// person asked for by annotation, the next by its schedule, or a refresh of what serves.
///
/// Pure: the same objects and the same time give the same run, with the same name, so that a retry after a crash finds
/// what the first try made.
struct TrainingNeed {
    /// Why the operator made a run; the value of the label ``triggerLabel``.
    enum Trigger: String {
        /// The spec has not been trained yet.
        case spec = "Spec"
        /// The schedule asked for it.
        case schedule = "Schedule"
        /// A person set `presage.dev/retrain-at`.
        case request = "Request"
        /// What serves is older than the newest history that was trained on.
        case refresh = "Refresh"
    }

    /// What is known about a model beside its own object.
    struct Facts {
        /// The TrainingJobs of this model that exist.
        var runs: [TrainingJob] = []
        /// The newest version that was trained for a spec of this model; nil where there is none.
        var newest: Trained?
        /// The names of the runs whose versions are kept: no other run may have one of them.
        var takenNames: Set<String> = []
        /// The values of `presage.dev/retrain-at` that published versions carry.
        var answeredRequests: Set<String> = []
        /// The newest artifact that does not serve, where what serves should be brought to the same history.
        var refreshAfter: String?
    }

    /// A published version, as far as it says what has been trained.
    struct Trained {
        /// The digest of the model's spec that it was trained for.
        var spec: String
        /// When it was published, by the server's clock as the times of runs are.
        var published: Int64
    }

    /// The run to make, nil where none is needed now.
    var run: TrainingJob?
    /// Runs to delete before, by the concurrency policy `Replace`.
    var replaced: [TrainingJob] = []
    /// Runs that wait for what the spec has corrected since, to delete once `run` is made: others would wait for them.
    var outdated: [TrainingJob] = []
    /// When to look again, nil where only a changed object would change the answer.
    var lookAgain: Date?
    /// When the schedule next asks for a run.
    var nextScheduleTime: Date?
    /// The scheduled time that `run` is for.
    var scheduledTime: Date?
    /// The scheduled time that was too late to be kept.
    var missedTime: Date?
    /// The value of `presage.dev/retrain-at` that is answered, by `run` or before.
    var answeredRequest: String?
    /// The value of `presage.dev/retrain-at` where it is no time.
    var invalidRequest: String?

    /// The label with the digest of the model's own recipe and source; a person's run carries none.
    static let specLabel = "presage.dev/model-spec"
    /// The annotation with the digest of everything in the spec that a run was made of, how its pods are made among it.
    static let settingsAnnotation = "presage.dev/settings"
    /// The label that says why the operator made a run; a person's run carries none.
    static let triggerLabel = "presage.dev/trigger"
    /// The annotation by which a person asks for a training, as `kubectl rollout restart` does.
    static let requestAnnotation = "presage.dev/retrain-at"

    let model: ForecastModel
    let facts: Facts
    let digest: String
    let now: Date

    /// Decides.
    ///
    /// - Parameter now: the time, in whole seconds.
    init(model: ForecastModel, facts: Facts, now: Date) throws {
        self.model = model
        self.facts = facts
        self.now = now
        digest = try Self.digest(of: model)

        try answerRequest()
        guard !model.spec.training.suspend else { return }
        outdated = try outdatedRuns()
        try trainSpec()
        try replaceOutdated()
        try followSchedule()
        if run == nil, let name = facts.refreshAfter { refresh(after: name) }
    }

    /// One for the annotation: a time in the past that has not been answered.
    private mutating func answerRequest() throws {
        guard let text = model.metadata.annotations[Self.requestAnnotation], !text.isEmpty else { return }
        if text == model.status?.retrainedAt { return }
        guard let time = Timestamp(text)?.date else {
            invalidRequest = text
            return
        }
        if time > now {
            look(at: time)
            return
        }
        answeredRequest = text
        let isAnswered =
            facts.answeredRequests.contains(text)
            || facts.runs.contains { $0.metadata.annotations[Self.requestAnnotation] == text }
        if !isAnswered { run = try made(.request, suffix: "at-\(Self.hash(text))") }
    }

    /// One for a spec that is not what was trained last, and retries where it failed.
    ///
    /// A spec that comes back, as by `git revert`, is trained again: what serves was made of the one in between.
    private mutating func trainSpec() throws {
        guard facts.newest?.spec != digest else { return }
        let same = facts.runs.filter { $0.metadata.labels[Self.specLabel] == digest }
        let own = same.filter { run in
            guard !outdated.contains(where: { $0.uid == run.uid }) else { return false }
            guard run.isFinished, let newest = facts.newest else { return true }
            // By its end as well: one that waited for the run in between has published after it, which may not be seen yet.
            let end = run.status?.completionTime.map { Int64($0.timeIntervalSince1970) } ?? 0
            return max(run.metadata.creationTimestamp?.seconds ?? 0, end) >= newest.published
        }
        let names = facts.takenNames.union(same.map(\.name))
        let highest = names.compactMap { Self.attempt(of: $0, digest: digest) }.max() ?? 0
        if own.isEmpty {
            run = try run ?? made(.spec, suffix: highest == 0 ? digest : "\(digest)-\(highest + 1)")
        } else if own.allSatisfy({ $0.status?.phase == .failed }) {
            // A run that failed is tried again, ever more rarely: sources come back, quotas are raised.
            let attempt = max(own.count, highest)
            let last = own.compactMap { $0.status?.completionTime }.max() ?? now
            let due = isImpossible(last) ? now : last.addingTimeInterval(Self.retryDelay(afterFailures: attempt))
            if due <= now {
                run = try run ?? made(.spec, suffix: "\(digest)-\(attempt + 1)")
            } else {
                look(at: due)
            }
        }
    }

    /// Runs of the operator's own that wait for what the spec asks for no more. A refresh rests on what serves, not on the spec.
    private func outdatedRuns() throws -> [TrainingJob] {
        let settings = try Self.settings(of: model)
        return facts.runs.filter { run in
            guard let trigger = run.trigger, trigger != .refresh, run.waits, !run.metadata.isBeingDeleted else {
                return false
            }
            let made = run.metadata.annotations[Self.settingsAnnotation]
            return run.metadata.labels[Self.specLabel] != digest || made != nil && made != settings
        }
    }

    /// One for the schedule's time or the person's request that an outdated run was made for, where the spec needs none of its own.
    private mutating func replaceOutdated() throws {
        let asked = outdated.filter { $0.trigger == .schedule || $0.trigger == .request }
        guard run == nil, let last = asked.max(by: { $1.isNewer(than: $0) }), let trigger = last.trigger else { return }
        var job = try made(trigger, suffix: "again-\(Self.hash(last.name + (try Self.settings(of: model))))")
        if facts.runs.contains(where: { $0.name == job.name }) { return }
        job.metadata.annotations[Self.requestAnnotation] = last.metadata.annotations[Self.requestAnnotation]
        run = job
    }

    /// One that fits the recipe in production again: a run has read newer history, but its result does not serve.
    private mutating func refresh(after name: String) {
        var job = TrainingJob(
            metadata: metadata(.refresh, suffix: "fresh-\(Self.hash(name))"),
            spec: TrainingJobSpec(modelRef: LocalReference(name: model.name)))
        job.spec.refresh = true
        if !facts.runs.contains(where: { $0.name == job.name }) { run = job }
    }

    /// Whether a time that was written is further ahead than two machines' clocks differ: by a clock that has been set back
    /// since. It must not hold anything up until it comes.
    func isImpossible(_ time: Date) -> Bool { time.timeIntervalSince(now) > 60 }

    mutating func look(at time: Date) {
        lookAgain = [lookAgain, time].compactMap { $0 }.min()
    }

    /// 10 minutes, doubled with every failure, at most 6 hours.
    static func retryDelay(afterFailures failures: Int) -> TimeInterval {
        min(600 * pow(2, Double(max(0, failures - 1))), longestRetryDelay)
    }

    /// The longest of them, in seconds.
    static let longestRetryDelay: TimeInterval = 6 * 3600

    /// The run that trains the model as its spec says.
    func made(_ trigger: Trigger, suffix: String) throws -> TrainingJob {
        var metadata = metadata(trigger, suffix: suffix)
        metadata.labels[Self.specLabel] = digest
        metadata.annotations[Self.settingsAnnotation] = try Self.settings(of: model)
        if let answeredRequest { metadata.annotations[Self.requestAnnotation] = answeredRequest }
        return TrainingJob(metadata: metadata, spec: TrainingJobSpec(model: model.name, spec: model.spec))
    }

    /// Names end up as names of Jobs and labels of pods, and with the index of a pod as its host name, which is one DNS label:
    /// 63 characters without a dot. Two models' runs never share one.
    private func metadata(_ trigger: Trigger, suffix: String) -> ObjectMeta {
        let index = "-\(TrainingSpec.mostPods - 1)"
        let prefix = Labels.dnsLabel(model.name, longest: 62 - suffix.count - index.count)
        var metadata = ObjectMeta(name: "\(prefix)-\(suffix)", namespace: model.namespace)
        metadata.labels = [Labels.model: Labels.value(model.name), Self.triggerLabel: trigger.rawValue]
        metadata.ownerReferences = [Labels.owner(model)]
        return metadata
    }
}

extension TrainingJob {
    /// Whether the run has not begun its work and waits for somebody to mend what keeps it from that: what its pods mount or
    /// where they run, or what a policy allows.
    var waits: Bool {
        guard let trained = status?.conditions?[ConditionType.trained], trained.status != .true else { return false }
        return switch status?.phase {
        case .running: !["Started", "Running", "Retrying"].contains(trained.reason)
        case .pending: trained.reason == "Refused"
        default: false
        }
    }

    /// Why the operator made the run; nil for a person's.
    var trigger: TrainingNeed.Trigger? {
        if let text = metadata.labels[TrainingNeed.triggerLabel] { return TrainingNeed.Trigger(rawValue: text) }
        // Runs of before the label.
        return metadata.labels[TrainingNeed.specLabel] == nil ? nil : .spec
    }
}
