import Autoscaler
import KubernetesClient

extension ForecastModelReconciler {
    /// Gives each Deployment that a template matches its model, and takes back those that are matched no more.
    ///
    /// - Throws: what an API server refuses, after everything else was done.
    func instantiate(_ template: ForecastModel, _ update: inout StatusUpdate) async throws {
        let plan = TemplatePlan(of: template, in: cluster.surroundings(of: template))
        let existing = Dictionary(cluster.instances(of: template).map { ($0.name, $0) }) { first, _ in first }
        let specs = try template.spec.instances()
        var made: [String] = []
        var refusal: KubernetesError?
        func note(_ error: KubernetesError) {
            if error.isRefused || error.isStorageFull { refusal = refusal ?? error } else { update.retried = error }
        }
        for instance in plan.instances {
            let (spec, model) = (try specs(instance.target), existing[instance.model])
            if let model, model.metadata.isBeingDeleted || isUpToDate(model, spec, of: template) { continue }
            do {
                try await apply(spec, to: model, named: instance.model, of: template)
                if model == nil { made.append(instance.model) }
            } catch let error as KubernetesError {
                note(error)
            }
        }
        let (gone, failure) = try await remove(existing.values, but: Set(plan.instances.map(\.model)))
        if let failure { note(failure) }
        tell("ModelsMade", "made", made, of: template)
        tell(
            "ModelsRemoved", "removed, for their Deployments are gone, matched no more or others' now,", gone,
            of: template)
        report(plan, &update, of: template)
        if let error = update.retried { update.set(.false, ConditionType.ready, "ApplyFailed", error.message) }
        if let refusal { throw refusal }
    }

    /// Whether a model needs no apply: it differs in nothing, or only in what somebody has added to it.
    private func isUpToDate(_ model: ForecastModel, _ spec: ForecastModelSpec, of template: ForecastModel) -> Bool {
        guard model.metadata.labels[Labels.template] == Labels.value(template.name) else { return false }
        return cluster.applied.isApplied(spec, to: model) || cluster.models.get(model.key)?.spec == spec
    }

    /// Takes back what a model has made while it was a template.
    func removeInstances(of model: ForecastModel) async throws {
        let (gone, failure) = try await remove(cluster.instances(of: model), but: [])
        tell("ModelsRemoved", "removed, for spec.targetSelector is gone,", gone, of: model)
        if let failure { throw failure }
    }

    /// Applies what a template asks for, with the template's defaults: what it leaves open is its user's to set on one model.
    private func apply(
        _ spec: ForecastModelSpec, to model: ForecastModel?, named name: String, of template: ForecastModel
    ) async throws {
        var metadata: JSONObject = [
            "name": .string(name), "namespace": .string(template.namespace),
            "labels": [Labels.template: .string(Labels.value(template.name))],
            "ownerReferences": [try JSONValue(encoding: Labels.owner(template))],
        ]
        // A model that was made again meanwhile is not the one that was looked at.
        if let model { metadata["uid"] = .string(model.uid) }
        let definition = ForecastModel.definition
        // One that appeared a moment ago and is not ours would be taken over by force.
        let answer = try await cluster.client.apply(
            ForecastModel.self,
            [
                "apiVersion": .string(definition.apiVersion), "kind": .string(definition.kind),
                "metadata": .object(metadata), "spec": try JSONValue(encoding: spec),
            ], fieldManager: FieldOwnership.manager, force: model != nil)
        cluster.applied.remember(answer, asked: spec)
    }

    /// Deletes models; one that cannot be deleted keeps no other.
    ///
    /// - Returns: those that are gone, and what the API server says of the first that is not.
    private func remove(
        _ models: some Sequence<ForecastModel>, but kept: Set<String>
    ) async throws -> (gone: [String], failure: KubernetesError?) {
        var gone: [String] = []
        var failure: KubernetesError?
        for model in models where !kept.contains(model.name) && !model.metadata.isBeingDeleted {
            do {
                try await cluster.delete(model)
                gone.append(model.name)
            } catch let error as KubernetesError {
                failure = failure ?? error
            }
        }
        return (gone.sorted(), failure)
    }

    private func tell(_ reason: String, _ what: String, _ models: [String], of template: ForecastModel) {
        guard !models.isEmpty else { return }
        events.record(template, .normal, reason: reason, message: "\(what) \(Self.list(models))")
    }

    /// Writes which models there are. A template learns, serves and scales nothing by itself.
    private func report(_ plan: TemplatePlan, _ update: inout StatusUpdate, of template: ForecastModel) {
        let models = plan.instances.compactMap {
            cluster.models.get(namespace: template.namespace, name: $0.model)
        }
        let failing = models.filter { $0.status?.conditions?[ConditionType.ready]?.status == .false }
        var status = ForecastModelStatus()
        status.history = update.status.history
        status.observedGeneration = update.status.observedGeneration
        status.conditions = update.status.conditions?.filter { $0.type == ConditionType.ready }
        status.template = TemplateStatus(
            matched: plan.matched, models: models.count,
            ready: models.count { $0.status?.conditions?.isTrue(ConditionType.ready) ?? false },
            skipped: plan.skipped.isEmpty ? nil : Array(plan.skipped.prefix(TemplateStatus.skippedLength)))
        update.status = status

        var message =
            plan.matched == 0
            ? "no Deployment in namespace \(template.namespace) matches spec.targetSelector"
            : "\(plan.instances.count) of \(plan.matched) Deployments that match have a model of this template"
        if !plan.skipped.isEmpty {
            message +=
                "; left to others: \(Self.list(plan.skipped.map { "\($0.name) (\($0.reason.rawValue) \($0.model))" }))"
        }
        guard failing.isEmpty else {
            let reasons = failing.map { model in
                "\(model.name) (\(model.status?.conditions?[ConditionType.ready]?.reason ?? ""))"
            }
            update.set(
                .false, ConditionType.ready, "ModelsNotReady", "not Ready: \(Self.list(reasons)); \(message)")
            return
        }
        let idle = template.spec.withoutEffect
        if !idle.isEmpty { message += "; without effect: \(idle.joined(separator: "; "))" }
        update.set(.true, ConditionType.ready, plan.matched == 0 ? "NothingMatches" : "Template", message)
    }

    /// Names in a sentence, of many the first.
    private static func list(_ names: [String]) -> String {
        let most = 5
        let rest = names.count > most ? " and \(names.count - most) more" : ""
        return names.prefix(most).joined(separator: ", ") + rest
    }
}
