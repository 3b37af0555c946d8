import Autoscaler
import Foundation
import KubernetesClient
import Logging
import ModelRegistry

/// Keeps a ForecastModel trained, its forecast current and its target sized.
///
/// Reads top to bottom: what is wrong with the spec, which training is due, which version serves, what it forecasts, what
/// that means for the target, and what of all this goes into the status.
struct ForecastModelReconciler: Reconciler {
    /// Keeps a deleted model until its ownership of the target's fields is handed back.
    static let finalizer = "presage.dev/field-ownership"

    let cluster: Cluster
    let versions: VersionStore
    let artifacts: ArtifactCache
    let forecasts: ForecastMemory
    let registry: RegistryKeeper
    let writer: DeploymentWriter
    let autoscalers: PodAutoscalers
    let trainerImage: String
    let events: EventRecorder
    let now: @Sendable () -> Date
    let logger: Logger

    /// Does what there is to do for one model.
    func reconcile(_ key: ObjectKey) async throws -> ReconcileResult {
        guard let stored = cluster.models.get(key) else {
            cluster.memory.forget(key)
            forecasts.forget(key)
            cluster.applied.forget(key)
            if let unreadable = cluster.models.unreadable(key) { return try await reconcile(unreadable) }
            registry.forget(key)
            return .done
        }
        var model = cluster.memory.newest(stored)
        if model.metadata.isBeingDeleted { return try await finalize(model) }

        var update = StatusUpdate(of: model, at: now())
        var lookAgain: [Date] = []
        do {
            let mistakes = model.spec.validate() + Unsupported.fields(of: model.spec)
            if let error = SpecError.together(mistakes) { throw error }
            model = try await hold(model)
            if model.spec.isTemplate {
                try await instantiate(model, &update)
            } else {
                try await work(on: model, &update, &lookAgain)
            }
            update.remove(ConditionType.stalled)
        } catch let error as SpecError {
            // Nothing helps but a changed spec, which wakes us; what was applied before stays.
            update.set(.false, ConditionType.ready, "InvalidSpec", error.description)
            update.set(.true, ConditionType.stalled, "InvalidSpec", error.description)
        } catch let error as KubernetesError where error.isRefused {
            // What will be refused again is said, not tried at full speed; what was done before it is in the status as well.
            let old = model.status?.conditions?[ConditionType.ready]
            let message = SteadyText.choose(
                "\(error.message). It is tried again every minute; until then what was applied stays",
                over: old?.message)
            if old?.message != message { events.record(model, .warning, reason: "Refused", message: message) }
            update.set(.false, ConditionType.ready, "Refused", message)
            lookAgain.append(now().addingTimeInterval(60))
        } catch let error as CronError {
            update.set(.false, ConditionType.ready, "InvalidSpec", "spec.training.schedule: \(error.message)")
            update.set(.true, ConditionType.stalled, "InvalidSpec", "spec.training.schedule: \(error.message)")
        }
        try await cluster.writeStatus(update.status, of: model)
        if let error = update.retried { throw error }
        guard let next = lookAgain.min() else { return .done }
        return .requeue(after: .seconds(max(1, next.timeIntervalSince(now()))))
    }

    /// Trains, serves and scales: all that a model does which is not a template.
    private func work(
        on model: ForecastModel, _ update: inout StatusUpdate, _ lookAgain: inout [Date]
    ) async throws {
        update.status.template = nil
        try await removeInstances(of: model)
        let known = versions.cached(model)
        try await train(model, known, &update, &lookAgain)
        var failure: RegistryError?
        if let production = try await serve(model, known, &update, &lookAgain, &failure) {
            try await scale(model, production, &update, &lookAgain, &failure)
            await writeForecasts(of: production, model, &update, &lookAgain)
        }
        try await keepRegistry(of: model, known, failure: failure, &update, &lookAgain)
        try await versions.settleOwners(of: known.entries, by: model)
        let idle = model.spec.withoutEffect
        update.set(
            .true, ConditionType.ready, "Accepted",
            "the model is being reconciled"
                + (idle.isEmpty ? "" : "; without effect: \(idle.joined(separator: "; "))"))
    }

    /// Picks the version that serves and writes it into the status.
    ///
    /// Where nobody can look at a version that is approved or pinned now, what served before serves until somebody can.
    private func serve(
        _ model: ForecastModel, _ known: Versions, _ update: inout StatusUpdate, _ lookAgain: inout [Date],
        _ failure: inout RegistryError?
    ) async throws -> Versions.Entry? {
        var known = known
        var pinned = model.spec.promotion.pinnedVersion
        do {
            if let decided = try await decideCandidate(of: model, known, &update) { known = decided }
        } catch let error as RegistryError where error.isUnavailable {
            failure = error
        }
        do {
            if let pinned { try await rollBack(model, to: pinned, known, &update) }
        } catch let error as RegistryError where error.isUnavailable {
            failure = error
            pinned = nil
        }
        guard let production = known.production(pinned: pinned), let record = production.record else {
            if let pinned, !known.promoted.isEmpty {
                let kept = Set(known.promoted.compactMap { $0.record?.version }).sorted()
                throw SpecError(
                    .invalidValue, field: "spec.promotion.pinnedVersion",
                    "version \(pinned) is not kept; these are: \(kept.map(String.init).joined(separator: ", "))")
            }
            withdraw(model, &update)
            return nil
        }
        let manifest = production.manifest
        var version = ProductionVersion(version: record.version)
        version.revision = record.revision
        version.algorithm = manifest.algorithm
        version.smape = (manifest.winner == .champion ? manifest.scores.champion : manifest.scores.challenger).map(
            StatusUpdate.rounded)
        version.baselineSmape = manifest.scores.baseline.map(StatusUpdate.rounded)
        version.trainedAt = manifest.trainedAt
        version.promotedAt = known.promoted.first { $0.record?.version == record.version }?.record?.decidedAt
        version.artifact = production.name
        if update.status.production?.version != record.version {
            let isRollback = known.rolledBack.contains { $0 > record.version }
            update.record(
                isRollback ? "RolledBack" : record.decision.rawValue, version: record.version, record.reason)
            events.record(
                model, .normal, reason: "Promoted",
                message: "version \(record.version) is in production: \(record.reason)")
        }
        version.live = live(of: record.version, known)
        report(known, production: record, model, &update)
        update.status.production = version
        let score = version.smape.map { ", SMAPE \(Promotion.percent($0))" } ?? ""
        update.set(
            .true, ConditionType.trained, "InProduction",
            "version \(record.version) (\(manifest.algorithm)\(score)) is in production")
        let surplus = known.surplus(keeping: model.spec.training.historyLimit, production: production)
        try await clearAway("versions beyond spec.training.historyLimit", of: model, &lookAgain) {
            for entry in try await versions.prune(surplus) { await registry.remove(entry) }
        }
        return production
    }

    /// Puts a pinned version back, after a look at it.
    private func rollBack(
        _ model: ForecastModel, to pinned: Int, _ known: Versions, _ update: inout StatusUpdate
    ) async throws {
        guard let (entry, record) = known.rollback(to: pinned, at: now()) else { return }
        if let damage = try await artifacts.damage(of: entry) {
            throw SpecError(
                .invalidValue, field: "spec.promotion.pinnedVersion",
                "version \(pinned) cannot serve: \(damage.message)")
        }
        try await versions.write(record, on: entry)
        update.record("RolledBack", version: pinned, record.reason)
        events.record(model, .normal, reason: "RolledBack", message: "version \(pinned): \(record.reason)")
    }
}
