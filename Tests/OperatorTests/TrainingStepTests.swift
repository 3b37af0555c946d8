import Autoscaler
import KubernetesClient
import Testing

@testable import Operator

struct TrainingStepTests {
    private func job(_ name: String, created: Int64, phase: TrainingJobStatus.Phase? = nil) -> TrainingJob {
        var job = TrainingJob(
            metadata: ObjectMeta(name: name, namespace: "demo", uid: name),
            spec: TrainingJobSpec(modelRef: LocalReference(name: "web")))
        job.metadata.creationTimestamp = Timestamp(seconds: created)
        if let phase {
            job.status = TrainingJobStatus()
            job.status?.phase = phase
        }
        return job
    }

    private let model = ForecastModel(
        metadata: ObjectMeta(name: "web", namespace: "demo", uid: "m"), spec: ForecastModelSpec(source: SourceSpec()))

    private func next(
        _ job: TrainingJob, siblings: [TrainingJob] = [], _ state: TrainingStep.JobState = .missing,
        isPublished: Bool = false, model: ForecastModel? = nil, isSharded: Bool? = nil
    ) -> TrainingStep {
        TrainingStep.next(
            for: job, model: model ?? self.model, siblings: siblings + [job], kubernetesJob: state,
            isPublished: isPublished, isSharded: isSharded)
    }

    @Test func `what several pods published is merged, and a model that changes meanwhile changes nothing`() {
        var fleet = model
        fleet.spec.training.parallelism = 3
        let run = job("a", created: 10, phase: .running)
        #expect(next(run, .complete, model: fleet, isSharded: true) == .merge)
        #expect(next(run, .complete, isSharded: true) == .merge)
        #expect(next(run, .complete, isPublished: true, model: fleet, isSharded: true) == .promote)
        guard case .fail("ArtifactMissing", _) = next(run, .complete, model: fleet, isSharded: false) else {
            Issue.record("one pod's run has nothing to merge")
            return
        }
    }

    @Test func `a run starts when no older run of its model is under way`() {
        let older = job("b", created: 10)
        let younger = job("a", created: 11)
        #expect(next(older, siblings: [younger]) == .start)
        guard case .wait("Queued", let message) = next(younger, siblings: [older]) else {
            Issue.record("the younger run must queue")
            return
        }
        #expect(message.contains("TrainingJob b"))
        #expect(next(younger, siblings: [job("b", created: 10, phase: .succeeded)]) == .start)
    }

    @Test func `a run that has started goes on, whatever its name or age`() {
        let older = job("a", created: 10)
        let started = job("b", created: 10, phase: .running)
        #expect(next(started, siblings: [older], .active) == .running)
        guard case .wait("Queued", _) = next(older, siblings: [started]) else {
            Issue.record("the older run must wait for the one that has started")
            return
        }
    }

    @Test func `of two runs made in the same second the first by name starts`() {
        #expect(next(job("a", created: 10), siblings: [job("b", created: 10)]) == .start)
        #expect(next(job("b", created: 10), siblings: [job("a", created: 10)]) != .start)
    }

    @Test func `a run without its model waits and names it`() {
        let step = TrainingStep.next(
            for: job("a", created: 1), model: nil, siblings: [], kubernetesJob: .missing, isPublished: false)
        guard case .wait("ModelNotFound", let message) = step else {
            Issue.record("got \(step)")
            return
        }
        #expect(message.contains("ForecastModel web"))
    }

    @Test func `a published version is promoted even where the Job is gone`() {
        #expect(next(job("a", created: 1), .complete, isPublished: true) == .promote)
        #expect(next(job("a", created: 1), .missing, isPublished: true) == .promote)
        #expect(next(job("a", created: 1), .active, isPublished: true) == .running)
    }

    @Test func `a complete Job without a version is a failure`() {
        guard case .fail("ArtifactMissing", _) = next(job("a", created: 1), .complete) else {
            Issue.record("must fail")
            return
        }
    }

    @Test func `a failed Job fails the run with its reason`() {
        let failed = TrainingStep.JobState.failed(reason: "DeadlineExceeded", message: "too slow")
        #expect(next(job("a", created: 1), failed) == .fail(reason: "DeadlineExceeded", message: "too slow"))
    }

    @Test func `a finished run stays finished, whatever happens to its objects`() {
        #expect(next(job("a", created: 1, phase: .failed), .missing) == .finished)
        #expect(next(job("a", created: 1, phase: .succeeded), .complete, isPublished: true) == .finished)
    }

    @Test func `a suspended model starts nothing`() {
        var suspended = model
        suspended.spec.training.suspend = true
        var made = job("a", created: 1)
        made.metadata.labels[TrainingNeed.triggerLabel] = TrainingNeed.Trigger.schedule.rawValue
        guard case .wait("Suspended", _) = next(made, model: suspended) else {
            Issue.record("must wait")
            return
        }
        #expect(next(job("a", created: 1), model: suspended) == .start, "what a person asks for starts")
        #expect(next(job("a", created: 1), .active, model: suspended) == .running)
    }

    @Test func `a held run stops its Job, and lets it go on when it is held no more`() {
        var held = job("a", created: 1)
        held.spec.suspend = true
        #expect(next(held, .active) == .hold(true))
        guard case .held("Suspended", _) = next(held, .suspended(byRun: true)),
            case .held("Suspended", _) = next(held, .missing)
        else {
            Issue.record("must be held")
            return
        }
        #expect(next(job("a", created: 1), .suspended(byRun: true)) == .hold(false))
    }

    @Test func `a Job that a queue has suspended is the queue's to start`() {
        guard case .held("JobSuspended", let message) = next(job("a", created: 1), .suspended(byRun: false)) else {
            Issue.record("must be held")
            return
        }
        #expect(message.contains("Kueue"))
    }

    @Test func `a held run that has not started lets others go first`() {
        var held = job("a", created: 1)
        held.spec.suspend = true
        #expect(next(job("b", created: 2), siblings: [held]) == .start)
    }
}
