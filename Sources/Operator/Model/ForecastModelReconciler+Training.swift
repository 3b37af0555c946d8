import Autoscaler
import Foundation
import KubernetesClient
import ModelRegistry

extension ForecastModelReconciler {
    /// Makes the training run that is due.
    func train(
        _ model: ForecastModel, _ known: Versions, _ update: inout StatusUpdate, _ lookAgain: inout [Date]
    ) async throws {
        let runs = cluster.runs(ofModel: model.name, in: model.namespace)
        let champion = known.production(pinned: model.spec.promotion.pinnedVersion)
        var need = try TrainingNeed(
            model: model,
            facts: TrainingNeed.Facts(
                runs: runs,
                newest: known.newestOfSpec.map {
                    .init(spec: $0.modelSpec ?? "", published: $0.metadata.creationTimestamp?.seconds ?? 0)
                },
                takenNames: Set((known.entries + known.doomed).map(\.manifest.trainingJob.name)),
                answeredRequests: Set(
                    known.entries.compactMap { $0.metadata.annotations[TrainingNeed.requestAnnotation] }),
                refreshAfter: known.refreshDue(of: champion)),
            now: now())
        var refusal: KubernetesError?
        if let run = need.run {
            do {
                for replaced in need.replaced {
                    try await cluster.delete(replaced)
                    events.record(
                        model, .normal, reason: "TrainingReplaced",
                        message: "deleted TrainingJob \(replaced.name): the schedule asks for the next one")
                }
                if try await cluster.createOrGet(run.jsonValue()) == nil {
                    events.record(
                        model, .normal, reason: "TrainingStarted",
                        message: "made TrainingJob \(run.name) (\(run.trigger?.rawValue ?? ""))")
                }
            } catch let error as KubernetesError where error.isRefused || error.isStorageFull {
                // What serves goes on serving and scaling, and what the run was for stays due.
                refusal = error
                (need.run, need.scheduledTime, need.answeredRequest) = (nil, nil, nil)
                lookAgain.append(now().addingTimeInterval(300))
            }
        }
        // One that is done, and waits to be decided about, is no trouble to anybody.
        let outdated = need.outdated.filter { [.active, .missing].contains(cluster.jobState(of: $0).state) }
        if refusal == nil, !outdated.isEmpty {
            try await clearAway("TrainingJobs that wait for what the spec asks for no more", of: model, &lookAgain) {
                for run in outdated {
                    try await cluster.delete(run)
                    events.record(
                        model, .normal, reason: "TrainingReplaced",
                        message: "deleted TrainingJob \(run.name), which had not begun: the spec has changed since")
                }
            }
        }
        try await clearAway("TrainingJobs beyond spec.training.historyLimit", of: model, &lookAgain) {
            for old in RunHistory.surplus(runs, keeping: model.spec.training.historyLimit) {
                try await cluster.delete(old)
            }
        }
        report(need, model, &update)
        let last = model.status?.lastTrainingJob
        let newest = runs.max { Self.age($0, last: last) < Self.age($1, last: last) }
        update.status.lastTrainingJob = need.run?.name ?? newest?.name ?? update.status.lastTrainingJob
        if let time = need.lookAgain { lookAgain.append(time) }

        let lastEnded = runs.filter(\.isFinished).max { Self.end($0) < Self.end($1) }
        if known.promoted.isEmpty {
            if let last = newest, last.status?.phase == .failed {
                let cause = last.status?.conditions?.first { $0.status == .false }
                update.set(
                    .false, ConditionType.trained, cause?.reason ?? "TrainingFailed",
                    "TrainingJob \(last.name) failed: \(cause?.message ?? "see its status")")
            } else if let last = newest, last.status?.promoted == true,
                !known.entries.contains(where: { $0.isMade(by: last) })
            {
                update.set(
                    .false, ConditionType.trained, "VersionGone",
                    "the version of TrainingJob \(last.name) is gone, or cannot be read, and no other is left; to train anew, set "
                        + "the model's annotation \(TrainingNeed.requestAnnotation) to the output of date -u +%FT%TZ")
            } else if newest == nil, need.run == nil, refusal == nil, model.spec.training.suspend {
                update.set(
                    .false, ConditionType.trained, "Suspended",
                    "nothing is trained, for spec.training.suspend is true; set it to false, or ask for one training by the "
                        + "annotation \(TrainingNeed.requestAnnotation)")
            } else {
                // What keeps the run from its work is what its maker has to mend.
                let run = newest?.status?.conditions?[ConditionType.trained]
                let waits = run.map { $0.status != .true && !["Started", "Running"].contains($0.reason) } ?? false
                let how = run?.reason == "Retrying" ? "is under way" : "waits"
                update.set(
                    .false, ConditionType.trained, "Learning",
                    waits ? "the first training \(how): \(run?.message ?? "")" : "the first training is under way")
            }
        } else if let last = lastEnded, last.status?.phase == .failed {
            // The champion goes on serving, and somebody should know that nothing newer comes.
            let cause = last.status?.conditions?.first { $0.status == .false }
            let serving = champion?.record.map { "; version \($0.version) goes on serving" } ?? ""
            update.set(
                .false, ConditionType.trainingHealthy, cause?.reason ?? "TrainingFailed",
                "TrainingJob \(last.name) failed: \(cause?.message ?? "see its status")\(serving)")
        } else if let last = lastEnded {
            update.set(.true, ConditionType.trainingHealthy, "Succeeded", "TrainingJob \(last.name) succeeded")
        }
        if let refusal { report(refusal, champion, of: model, &update) }
    }

    /// Clears away what is kept no longer. Where that is refused, nothing else waits for it: what serves goes on serving and
    /// scaling.
    func clearAway(
        _ what: String, of model: ForecastModel, _ lookAgain: inout [Date], _ deletion: () async throws -> Void
    ) async throws {
        do {
            try await deletion()
        } catch let error as KubernetesError where error.isRefused {
            events.record(
                model, .warning, reason: "CleanupRefused",
                message: "\(what) cannot be deleted, which is tried every five minutes: \(error.message)")
            lookAgain.append(now().addingTimeInterval(300))
        }
    }

    /// Says that the API server takes no TrainingJob: a quota, a right, a policy or a webhook that is away.
    private func report(
        _ refusal: KubernetesError, _ champion: Versions.Entry?, of model: ForecastModel, _ update: inout StatusUpdate
    ) {
        let type = champion == nil ? ConditionType.trained : ConditionType.trainingHealthy
        let serving = champion?.record.map { "; version \($0.version) goes on serving" } ?? ""
        let old = model.status?.conditions?[type]
        let message = SteadyText.choose(
            "no training begins: \(refusal.message). It is tried again every five minutes\(serving)",
            over: old?.message)
        if old?.message != message {
            events.record(model, .warning, reason: "TrainingRefused", message: message)
        }
        update.set(.false, type, "Refused", message)
    }

    /// What the schedule and the annotation came to.
    private func report(_ need: TrainingNeed, _ model: ForecastModel, _ update: inout StatusUpdate) {
        if let time = need.scheduledTime { update.status.lastScheduleTime = time }
        update.status.nextScheduleTime = need.nextScheduleTime
        if let text = need.answeredRequest { update.status.retrainedAt = text }
        if let time = need.missedTime, update.status.lastMissedScheduleTime != time {
            update.status.lastMissedScheduleTime = time
            let message =
                "the training of \(time.formatted(.iso8601)) is later than spec.training.startingDeadlineSeconds allows"
            update.record("MissedSchedule", version: nil, message)
            events.record(model, .warning, reason: "MissedSchedule", message: message)
        }
        if let text = need.invalidRequest {
            let message =
                "metadata.annotations[\(TrainingNeed.requestAnnotation)]: “\(text.prefix(100))” is no RFC 3339 time; set it to the output of date -u +%FT%TZ"
            update.set(.true, ConditionType.invalidAnnotation, "InvalidTime", message)
        } else {
            update.remove(ConditionType.invalidAnnotation)
        }
    }

    /// When a run ended; of two that ended in the same second the failed one counts as the later, for it is the news.
    private static func end(_ run: TrainingJob) -> (Date, Int64, Int) {
        (
            run.status?.completionTime ?? .distantPast, run.metadata.creationTimestamp?.seconds ?? 0,
            run.status?.phase == .failed ? 1 : 0
        )
    }

    /// When a run was made; of two that were made in the same second the one that is known as the last stays it.
    private static func age(_ run: TrainingJob, last: String?) -> (Int64, Int, String) {
        (run.metadata.creationTimestamp?.seconds ?? 0, run.name == last ? 1 : 0, run.name)
    }
}
