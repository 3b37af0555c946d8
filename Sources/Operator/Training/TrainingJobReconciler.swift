import Autoscaler
import ForecastEngine
import Foundation
import KubernetesClient
import Logging
import Metrics
import ModelRegistry

/// Takes a TrainingJob from its creation to a decided version, or to a failure that says why.
struct TrainingJobReconciler: Reconciler {
    let cluster: Cluster
    let versions: VersionStore
    let registry: RegistryKeeper
    let events: EventRecorder
    let trainerImage: String
    /// How soon after a run's begin its pods are looked at again.
    let podInterval: Duration
    let starts = PendingStarts()
    let slots: TrainingSlots
    let now: @Sendable () -> Date
    let logger: Logger

    /// Does the next step of one run, or says in the run why that is refused.
    func reconcile(_ key: ObjectKey) async throws -> ReconcileResult {
        do {
            return try await advance(key)
        } catch let error as KubernetesError where error.isRefused {
            guard let stored = cluster.trainingJobs.get(key), !stored.isFinished else { throw error }
            var status = stored.status ?? TrainingJobStatus()
            let message =
                "\(error.message). What is done goes on as soon as that is allowed; it is tried again every minute"
            set(.unknown, ConditionType.trained, "Refused", steady(message, status), on: &status)
            try await cluster.writeStatus(status, of: stored)
            return .requeue(after: .seconds(60))
        }
    }

    private func advance(_ key: ObjectKey) async throws -> ReconcileResult {
        if let unreadable = cluster.trainingJobs.unreadable(key) { return try await report(unreadable) }
        guard let stored = cluster.trainingJobs.get(key), !stored.metadata.isBeingDeleted else {
            starts.forget(key)
            slots.leave(key)
            return .done
        }
        let model = cluster.model(of: stored)
        if model == nil, !stored.isFinished,
            cluster.models.unreadable(ObjectKey(namespace: stored.namespace, name: stored.spec.modelRef.name)) != nil
        {
            // The model says so itself. Its pods go on, and what they publish is decided about when it can be read again.
            return .done
        }
        var job = stored
        if let model { job.spec = stored.spec.completed(from: model.spec) }

        var status = stored.status ?? TrainingJobStatus()
        let jobState = cluster.jobState(of: stored)
        let step = TrainingStep.next(
            for: stored, model: model, siblings: cluster.runs(ofModel: stored.spec.modelRef.name, in: stored.namespace),
            hasStarted: { $0.status?.phase == .running || cluster.jobs.get($0.key) != nil },
            kubernetesJob: jobState.state,
            isPublished: try await versions.isPublished(by: stored, jobState: jobState.state),
            isSharded: cluster.shards(of: stored).map { $0 > 1 })
        if step != .start {
            starts.forget(key)
            slots.leave(key)
        }
        logger.debug("training step", metadata: ["trainingJob": "\(key)", "step": "\(step)"])

        var result = ReconcileResult.done
        status.observedGeneration = stored.metadata.generation.map(Int.init)
        switch step {
        case .wait(let reason, let message):
            status.phase = .pending
            set(.false, ConditionType.trained, reason, message, on: &status)
            // The object that it waits for wakes it; looking again now and then costs nothing.
            result = .requeue(after: .seconds(60))
        case .held(let reason, let message):
            status.phase = .suspended
            set(.unknown, ConditionType.trained, reason, message, on: &status)
        case .hold(let isHeld):
            try await cluster.hold(stored, isHeld)
            status.phase = isHeld ? .suspended : .pending
            set(
                .unknown, ConditionType.trained, isHeld ? "Suspended" : "Resumed",
                isHeld ? "spec.suspend is true: the pods are stopped" : "spec.suspend is false: the pods start anew",
                on: &status)
            result = .requeue(after: .seconds(1))
        case .start:
            guard let model else { return .done }
            if let error = SpecError.together(stored.spec.validate()) {
                finish(stored, failing: &status, reason: "InvalidSpec", message: error.description)
                break
            }
            guard slots.admit(stored) else {
                status.phase = .pending
                set(.false, ConditionType.trained, "Queued", slots.message(in: stored.namespace), on: &status)
                // The one that ends wakes it.
                result = .requeue(after: .seconds(60))
                break
            }
            var hasBegun = false
            defer { if !hasBegun { slots.leave(key) } }
            do {
                try await registry.check(model)
                try await start(job, of: model)
                hasBegun = true
            } catch let error as RegistryError where error.isUnavailable {
                // Nothing has begun: a pod that cannot publish would train for nothing.
                status.phase = .pending
                set(
                    .false, ConditionType.trained, error.conditionReason,
                    steady("\(error.message). The run has not begun; it is tried again soon", status), on: &status)
                result = .requeue(after: .seconds(registry.retry))
                break
            } catch let error as KubernetesError where error.code == .invalid {
                finish(stored, failing: &status, reason: "InvalidPod", message: error.description)
                break
            } catch let error as SpecError {
                finish(stored, failing: &status, reason: "InvalidSpec", message: error.description)
                break
            } catch let error as RegistryError where error.code == .nameTaken {
                finish(stored, failing: &status, reason: "NameTaken", message: error.message)
                break
            } catch let error as FleetMerge.Problem {
                finish(stored, failing: &status, reason: error.reason, message: error.message)
                break
            } catch let error as OperatorError where error.code == .nameTaken {
                // What is left of a deleted run goes by itself, a moment after it.
                status.phase = .pending
                set(.false, ConditionType.trained, "NameTaken", error.message, on: &status)
                result = .requeue(after: .seconds(2))
                break
            } catch let error as KubernetesError where error.isStorageFull {
                // Nothing has begun: it goes on by itself when there is room.
                let error = ClusterRegistry.full(error, what: "the objects of \(stored.name)", in: stored.namespace)
                status.phase = .pending
                set(.false, ConditionType.trained, "RegistryFull", error.message, on: &status)
                result = .requeue(after: .seconds(60))
                break
            } catch let error as KubernetesError where error.isRefused {
                status.phase = .pending
                let message = "\(error.message). The run has not begun; it is tried again every minute"
                set(.false, ConditionType.trained, "Refused", steady(message, status), on: &status)
                result = .requeue(after: .seconds(60))
                break
            }
            status.phase = .running
            status.jobName = stored.name
            status.algorithm = job.spec.algorithm?.name?.rawValue
            status.startTime = now()
            set(.unknown, ConditionType.trained, "Started", "Job \(stored.name) was made", on: &status)
            events.record(stored, .normal, reason: "Started", message: "made Job \(stored.name)")
        case .running:
            status.phase = .running
            status.startTime = status.startTime ?? jobState.startTime ?? now()
            status.jobName = stored.name
            status.algorithm = status.algorithm ?? job.spec.algorithm?.name?.rawValue
            // What keeps a pod from running shows in its first seconds.
            let isYoung = status.startTime.map { now().timeIntervalSince($0) < 30 } ?? true
            if let problem = try await cluster.podProblem(
                of: stored, source: job.spec.source?.csv?.configMap, isLate: !isYoung)
            {
                set(.unknown, ConditionType.trained, problem.reason, problem.message, on: &status)
                // Pods are not watched: most of a cluster's pods are none of ours.
                result = .requeue(after: podInterval * 3)
            } else {
                let shards = cluster.shards(of: stored) ?? 1
                let done = cluster.jobs.get(stored.key)?["status", "succeeded"]?.intValue ?? 0
                let message =
                    shards > 1
                    ? "\(done) of \(shards) pods of Job \(stored.name) are done"
                    : "the pod of Job \(stored.name) is at work"
                let failure = try await cluster.failedTry(of: stored).map { "; \($0)" }
                set(
                    .unknown, ConditionType.trained, failure == nil ? "Running" : "Retrying", message + (failure ?? ""),
                    on: &status)
                result = .requeue(after: isYoung ? podInterval : podInterval * 10)
            }
        case .merge:
            do {
                let fleet = FleetMerge(registry: ClusterRegistry(client: cluster.client), client: cluster.client)
                try await fleet.merge(run: stored, at: now())
                result = .requeue(after: .seconds(1))
            } catch let problem as FleetMerge.Problem {
                // The parts are what was judged: they go when the verdict is written down, for until then it is made again.
                problem.stages.forEach { set($0, on: &status) }
                finish(stored, failing: &status, reason: problem.reason, message: problem.message)
            }
        case .promote:
            guard let model else { return .done }
            if cluster.shards(of: stored) ?? job.spec.parallelism ?? 1 > 1 {
                let fleet = FleetMerge(registry: ClusterRegistry(client: cluster.client), client: cluster.client)
                try await fleet.sweep(run: stored)
            }
            do {
                try await promote(stored, of: model, status: &status)
            } catch let error as RegistryError where error.isUnavailable {
                // The version is published, and nothing is decided about what nobody has looked at.
                set(
                    .unknown, ConditionType.trained, error.conditionReason,
                    steady(
                        "the version is published, but cannot be looked at: \(error.message). It is decided about as soon as "
                            + "it can; until then what serves goes on serving", status), on: &status)
                result = .requeue(after: .seconds(min(15, registry.retry)))
            }
        case .fail(let reason, let message):
            let found = try await cluster.report(of: stored)
            // Pods that the deadline ended say only that they were ended.
            let report = found.flatMap { $0.isOwn || reason != "DeadlineExceeded" ? $0.report : nil }
            try await versions.removeParts(of: stored)
            report?.stages.forEach { set($0, on: &status) }
            let advice =
                reason == "DeadlineExceeded"
                ? "; raise spec.training.activeDeadlineSeconds, or share the series among more pods" : ""
            finish(
                stored, failing: &status, reason: report?.reason ?? reason,
                message: report.map { "\($0.message) (\(reason))" } ?? message + advice)
        case .finished:
            if stored.status?.phase == .failed, cluster.shards(of: stored) ?? 1 > 1 {
                try await versions.removeParts(of: stored)
            }
            result = try await expire(job)
        }
        let hasEnded = status.phase?.isFinished == true && !stored.isFinished
        // Before the end is written down, so that a crash in between does it again.
        if hasEnded { try await cluster.revoke(stored) }
        try await cluster.writeStatus(status, of: stored)
        if hasEnded { countEnd(of: stored, status) }
        // Its own status wakes nobody, and an ended run has parts to clear away and a time to live.
        return hasEnded ? .requeue(after: .seconds(1)) : result
    }

    private func countEnd(of job: TrainingJob, _ status: TrainingJobStatus) {
        guard let phase = status.phase else { return }
        let trained = status.conditions?[ConditionType.trained]
        let reason = phase == .failed ? trained?.reason ?? "" : status.promoted == true ? "Promoted" : "NotPromoted"
        Counter(
            label: "presage_trainings_total",
            dimensions: [("namespace", job.namespace), ("phase", phase.rawValue), ("reason", reason)]
        ).increment()
    }

    /// Says on a run that cannot be read what is wrong with it; nothing else is done for it.
    private func report(_ unreadable: UnreadableObject) async throws -> ReconcileResult {
        guard let metadata = try? unreadable.json["metadata"]?.decode(ObjectMeta.self), !metadata.isBeingDeleted else {
            return .done
        }
        let message = ForecastModelReconciler.message(unreadable)
        let isNews = try await cluster.report(
            unreadable, of: TrainingJob.definition, [ConditionType.trained: .unknown], message, at: now())
        if isNews {
            let run = TrainingJob(metadata: metadata, spec: TrainingJobSpec(modelRef: LocalReference(name: "")))
            events.record(run, .warning, reason: "Unreadable", message: message)
        }
        return .done
    }

    /// Decides on the published version, once, and says what came of it.
    private func promote(_ job: TrainingJob, of model: ForecastModel, status: inout TrainingJobStatus) async throws {
        let (entry, record) = try await versions.decide(run: job, of: model, at: now())
        let manifest = entry.manifest

        manifest.stages.forEach { set($0, on: &status) }
        status.manifest = entry.name
        status.algorithm = manifest.challengerAlgorithm
        status.cut = manifest.cut
        status.historyStart = manifest.historyStart
        status.historyEnd = manifest.historyEnd
        // What a trainer counts is its own affair, but a status takes no negative numbers.
        status.series = max(0, manifest.series)
        status.failedSeries = max(0, manifest.failures)
        let most = TrainingJobStatus.longestList
        status.failures = manifest.failedSeries.prefix(most).map { SeriesFailure(series: $0.id, reason: $0.reason) }
        status.findings = manifest.findings.flatMap { VersionManifest.listed($0, most: most) }?.map {
            HistoryFinding(kind: $0.kind, count: $0.count, series: $0.series, example: $0.example)
        }
        status.smape = manifest.scores.challenger.map(StatusUpdate.rounded)
        status.championSmape = manifest.scores.champion.map(StatusUpdate.rounded)
        status.championVersion = manifest.championVersion.flatMap { $0 > 0 ? $0 : nil }
        status.baselineSmape = manifest.scores.baseline.map(StatusUpdate.rounded)
        status.liveSmape = manifest.live.map(\.smape).flatMap { $0.isFinite ? StatusUpdate.rounded($0) : nil }
        status.previousLiveSmape = manifest.live?.previousSmape.map(StatusUpdate.rounded)
        guard record.decision != .damaged else {
            finish(job, failing: &status, reason: ConditionType.artifactDamaged, message: record.reason)
            return
        }
        status.phase = .succeeded
        status.version = record.decision == .superseded ? nil : record.version
        status.promoted = record.decision == .promoted
        status.promotionReason = record.reason
        status.completionTime = now()
        events.record(
            job, .normal, reason: record.decision.rawValue, message: "version \(record.version): \(record.reason)")
    }

    private func finish(
        _ job: TrainingJob, failing status: inout TrainingJobStatus, reason: String, message: String
    ) {
        let reason = Condition.reason(from: reason)
        status.phase = .failed
        status.completionTime = now()
        status.promoted = false
        set(.false, ConditionType.trained, reason, message, on: &status)
        events.record(job, .warning, reason: reason, message: message)
    }

    /// Deletes a run whose time to live is over. Its version stays: the model owns that.
    private func expire(_ job: TrainingJob) async throws -> ReconcileResult {
        guard let ttl = job.spec.ttlSecondsAfterFinished, let end = job.status?.completionTime else { return .done }
        let left = end.addingTimeInterval(TimeInterval(ttl)).timeIntervalSince(now())
        if left > 0 { return .requeue(after: .seconds(left)) }
        // The newest failure counts the tries and times the next one; it goes when another run has taken its place.
        if job.status?.phase == .failed,
            !cluster.runs(ofModel: job.spec.modelRef.name, in: job.namespace).contains(where: { $0.isNewer(than: job) })
        {
            return .requeue(after: .seconds(300))
        }
        try await cluster.delete(job)
        return .done
    }

    private func steady(_ message: String, _ status: TrainingJobStatus) -> String {
        SteadyText.choose(message, over: status.conditions?[ConditionType.trained]?.message)
    }

    private func set(
        _ value: Condition.Status, _ type: String, _ reason: String, _ message: String,
        on status: inout TrainingJobStatus
    ) {
        status.set(
            Condition(
                type: type, status: value, reason: reason, message: message,
                observedGeneration: status.observedGeneration, lastTransitionTime: now()))
    }

    private func set(_ stage: VersionManifest.Stage, on status: inout TrainingJobStatus) {
        // Whole seconds, as all times of a status.
        let time = Date(timeIntervalSince1970: stage.time.timeIntervalSince1970.rounded(.down))
        status.set(
            Condition(
                type: stage.name, status: stage.succeeded ? .true : .false, reason: stage.reason,
                message: stage.message,
                observedGeneration: status.observedGeneration, lastTransitionTime: time))
    }
}
