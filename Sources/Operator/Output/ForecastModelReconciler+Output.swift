import Autoscaler
import Foundation
import KubernetesClient
import ModelRegistry

extension ForecastModelReconciler {
    /// Brings the forecasts of what is in production to where `spec.output` wants them.
    ///
    /// It throws nothing: what goes wrong here is said in a condition and tried again, and holds up neither serving nor
    /// scaling.
    func writeForecasts(
        of production: Versions.Entry, _ model: ForecastModel, _ update: inout StatusUpdate, _ lookAgain: inout [Date]
    ) async {
        guard let output = model.spec.output, let record = production.record else {
            update.remove(ConditionType.forecastsWritten)
            return
        }
        let job = ForecastOutputJob(
            model: model, output: output, entry: production, record: record, defaultImage: trainerImage)
        do {
            try await advance(job, &update, &lookAgain)
        } catch {
            update.set(.false, ConditionType.forecastsWritten, "JobNotMade", "\(error)")
            lookAgain.append(now().addingTimeInterval(60))
        }
    }

    private func advance(
        _ job: ForecastOutputJob, _ update: inout StatusUpdate, _ lookAgain: inout [Date]
    ) async throws {
        let model = job.model
        let key = try job.key
        let jobs = cluster.outputs.list(index: Cluster.byOwner, value: model.uid)
            .filter { !$0.metadata.isBeingDeleted }
        let own = jobs.filter { $0.metadata.annotations[ForecastOutputJob.keyAnnotation] == key }
        let step = ForecastOutputStep.next(
            key: key, written: job.entry.metadata.annotations[ForecastOutputJob.writtenAnnotation],
            attempts: own.compactMap(\.outputAttempt), now: now())
        let what = "version \(job.record.version), revision \(job.record.revision)"
        switch step {
        case .done:
            // What the pod said when it ended stands in the condition; only a lost status is told in short.
            if update.status.conditions?[ConditionType.forecastsWritten]?.status != .true {
                update.set(.true, ConditionType.forecastsWritten, "Written", "the forecasts of \(what) are written")
            }
        case .start(let attempt):
            // What served before must not be written after what serves now.
            let name = try job.name(attempt: attempt)
            for old in jobs where old.metadata.name != name && old.outputAttempt?.state == .active {
                try await cluster.delete(old)
            }
            _ = try await cluster.createOrGet(try job.object(attempt: attempt))
            update.set(
                .unknown, ConditionType.forecastsWritten, "Writing",
                "Job \(name) writes the forecasts of \(what)")
        case .wait(let name):
            update.set(
                .unknown, ConditionType.forecastsWritten, "Writing", "Job \(name) writes the forecasts of \(what)")
        case .note(let name):
            let report = try await cluster.report(
                ofPods: "\(ForecastOutputJob.label)=\(name)", namespace: model.namespace)
            try await versions.note(
                [ForecastOutputJob.writtenAnnotation: key], on: job.entry)
            let message = report.map(\.message) ?? "the forecasts of \(what) are written"
            update.set(.true, ConditionType.forecastsWritten, "Written", "\(what): \(message)")
            events.record(model, .normal, reason: "ForecastsWritten", message: "\(what): \(message)")
        case .retry(let time, let attempt, let name, let reason, let message):
            lookAgain.append(time)
            let old = model.status?.conditions?[ConditionType.forecastsWritten]
            let mark = "(attempt \(attempt), Job \(name)"
            // The pod may be gone by now; what it said is kept.
            if old?.status == .false, old?.message.contains(mark) == true { break }
            let report = try await cluster.report(
                ofPods: "\(ForecastOutputJob.label)=\(name)", namespace: model.namespace)
            let text = """
                \(report?.message ?? message) \(mark); the next one is due at \(time.formatted(.iso8601)), or \
                when this Job is deleted). Serving and scaling go on
                """
            update.set(.false, ConditionType.forecastsWritten, report?.reason ?? reason, text)
            events.record(model, .warning, reason: "ForecastsNotWritten", message: text)
        }
    }
}
