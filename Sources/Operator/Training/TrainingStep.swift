import Autoscaler
import KubernetesClient

/// What to do next with a training run, decided from the objects alone.
enum TrainingStep: Hashable, Sendable {
    /// Nothing will change until an object does.
    case wait(reason: String, message: String)
    /// The run is held by its own `spec.suspend`, or by a queue; a changed object goes on.
    case held(reason: String, message: String)
    /// Suspend the Job (true), or take back that it was suspended (false).
    case hold(Bool)
    /// Make the run's objects; those that exist are left alone.
    case start
    /// The pod is at work.
    case running
    /// All shards are done: make one version of what they published.
    case merge
    /// The Job is complete and its version is published: decide on its promotion.
    case promote
    /// The run has ended without a version.
    case fail(reason: String, message: String)
    /// The run has ended; nothing is left to do until its time to live is over.
    case finished

    /// What a Kubernetes Job says of itself.
    enum JobState: Hashable, Sendable {
        case missing
        case active
        /// Suspended: by this run's `spec.suspend`, or by somebody else, such as a queue.
        case suspended(byRun: Bool)
        case complete
        /// The reason and message of the Job's `Failed` condition.
        case failed(reason: String, message: String)
    }

    /// Decides the next step.
    ///
    /// - Parameters:
    ///   - model: the model that the run names, nil where there is none.
    ///   - siblings: all runs of the same model.
    ///   - hasStarted: whether a run's Job has been made.
    ///   - kubernetesJob: the state of the run's Job.
    ///   - isPublished: whether the version's manifest exists, which is written last.
    ///   - isSharded: whether the run's Job has several pods, whatever its model says by now; nil where there is no Job.
    static func next(
        for job: TrainingJob, model: ForecastModel?, siblings: some Sequence<TrainingJob>,
        hasStarted: (TrainingJob) -> Bool = { $0.status?.phase == .running }, kubernetesJob: JobState,
        isPublished: Bool, isSharded: Bool? = nil
    ) -> TrainingStep {
        if job.isFinished { return .finished }
        guard let model, !model.metadata.isBeingDeleted else {
            return .wait(
                reason: "ModelNotFound",
                message:
                    "ForecastModel \(job.spec.modelRef.name) does not exist in namespace \(job.namespace); create it, or delete this run"
            )
        }
        if model.spec.isTemplate {
            return .wait(
                reason: "ModelIsTemplate",
                message:
                    "ForecastModel \(model.name) is a template and trains nothing itself; delete this run, and make one for a model "
                    + "that it has made: kubectl get forecastmodels -l \(Labels.template)=\(Labels.value(model.name))"
            )
        }
        // A published version counts even where the Job is gone: its time to live may be shorter than our outage.
        if isPublished, kubernetesJob == .complete || kubernetesJob == .missing { return .promote }
        let isHeld = job.spec.suspend ?? false
        let suspended = TrainingStep.held(
            reason: "Suspended", message: "spec.suspend is true; set it to false to let the run go on")
        switch kubernetesJob {
        case .active: return isHeld ? .hold(true) : .running
        case .suspended(let byRun):
            if isHeld { return suspended }
            if byRun { return .hold(false) }
            return .held(
                reason: "JobSuspended",
                message: "Job \(job.name) is suspended; a queue such as Kueue starts it when there is room")
        case .failed(let reason, let message): return .fail(reason: reason, message: message)
        case .complete where isSharded ?? (job.spec.parallelism ?? model.spec.training.parallelism > 1): return .merge
        case .complete:
            return .fail(
                reason: "ArtifactMissing",
                message:
                    "the pod succeeded but published no version that can be read; see docs/trainer-contract.md for what a trainer must write"
            )
        case .missing:
            if isHeld { return suspended }
            // One at a time: each run is scored against the champion that stands when it starts.
            let ahead = siblings.filter {
                !$0.isFinished && $0.uid != job.uid
                    && (hasStarted($0) || (isOlder($0, job) && !($0.spec.suspend ?? false)))
            }
            if let first = ahead.min(by: isOlder) {
                return .wait(reason: "Queued", message: "waits for TrainingJob \(first.name) of the same model")
            }
            // What a person asks for starts all the same.
            if model.spec.training.suspend, let trigger = job.trigger, trigger != .request {
                return .wait(
                    reason: "Suspended", message: "spec.training.suspend of ForecastModel \(model.name) is true")
            }
            return .start
        }
    }

    private static func isOlder(_ left: TrainingJob, _ right: TrainingJob) -> Bool {
        (left.metadata.creationTimestamp?.seconds ?? .max, left.name)
            < (right.metadata.creationTimestamp?.seconds ?? .max, right.name)
    }
}
