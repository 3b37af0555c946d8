import Autoscaler
import Foundation
import KubernetesClient
import Metrics
import ModelRegistry

extension ForecastModelReconciler {
    /// Forecasts from the version in production, decides, and brings the target's resources to what was decided.
    func scale(
        _ model: ForecastModel, _ production: Versions.Entry, _ update: inout StatusUpdate, _ lookAgain: inout [Date],
        _ failure: inout RegistryError?
    ) async throws {
        var outlook = Outlook(model: model, production: production, now: now())
        let outline: ForecastMemory.Outline
        var totals = WorkloadPrediction()
        do {
            outline = try await forecasts.outline(of: production, for: model.key)
            if !model.spec.source.isRecorded, let last = model.status?.forecast?.origin {
                outlook.keep(last, step: outline.step)
            }
            if model.spec.targetRef != nil {
                totals = try await forecasts.prediction(
                    of: production, for: model.key, by: WorkloadPredictor(model.spec),
                    from: Int(outlook.origin.timeIntervalSince1970))
            }
        } catch let error as RegistryError where error.isUnavailable {
            // Nothing is known to be wrong with it; an operator that has read it before does not even come here.
            failure = failure ?? error
            if model.spec.targetRef != nil {
                update.set(
                    .false, ConditionType.scaled, ConditionType.registryUnavailable,
                    "the version in production cannot be read, see the condition RegistryUnavailable; what was applied stays"
                )
            }
            return
        } catch let error as RegistryError {
            report(error, in: production, of: model, &update)
            lookAgain.append(now().addingTimeInterval(300))
            return
        }
        update.remove(ConditionType.artifactDamaged)
        update.status.forecast = ForecastSummary(
            origin: outlook.origin, until: outlook.origin.addingTimeInterval(Double(model.spec.horizon.span.seconds)),
            series: outline.series, generatedAt: now())
        // A forecast that was made from the same fit and the same origin is the same forecast.
        if let old = model.status?.forecast, old.origin == outlook.origin, old.series == outline.series,
            model.status?.production == update.status.production
        {
            update.status.forecast = old
        }
        if !model.spec.source.isRecorded { lookAgain.append(outlook.nextOrigin(step: outline.step)) }
        report(outlook, of: model, &update)

        guard let target = model.spec.targetRef else {
            update.remove(ConditionType.scaled)
            return
        }
        guard let deployment = cluster.target(of: model) else {
            update.set(
                .false, ConditionType.scaled, "TargetNotFound",
                "Deployment \(target.name) does not exist in namespace \(model.namespace); create it, or correct spec.targetRef.name"
            )
            return
        }
        let prediction = totals.onePod(of: PodShares(containers: outline.shares, replicas: deployment.replicas))
        var input = ScalingInput(
            spec: model.spec, prediction: prediction, containers: deployment.containerResources, now: now(),
            lastAppliedTime: Self.lastApplied(to: deployment, by: model), history: outlook.history,
            lowConfidence: outlook.lowConfidence,
            memoryFollowsLimit: model.status?.recommendation?.memoryFollowers ?? [],
            version: production.record?.version)
        var decision = ScalingDecision.decide(input)
        var claims: [AutoscalerClaim] = []
        if model.spec.scaling.mode == .apply, decision.wouldChange {
            let all = try await autoscalers.claims(on: target.name, in: model.namespace)
            claims = all.keeping(decision.changes, tolerancePercent: model.spec.scaling.tolerancePercent)
            input.leftToOthers = all.resources(of: input.containers)
            decision = ScalingDecision.decide(input)
        }
        update.recommend(decision.recommendation)
        if decision.heldMemory.isEmpty {
            update.remove(ConditionType.memoryFollowsLimit)
        } else {
            update.set(
                .true, ConditionType.memoryFollowsLimit, "NotLowered",
                "memory of \(decision.heldMemory.joined(separator: ", ")) follows its limit, so it is never lowered by itself"
            )
        }
        if let retry = decision.retryAt { lookAgain.append(retry) }
        if decision.reason == .outsideWindow { lookAgain.append(now().addingTimeInterval(300)) }
        if decision.reason == .noForecast, let problem = prediction.problems.first {
            update.set(.false, ConditionType.scaled, "NoForecast", "series \(problem.series): \(problem.message)")
            return
        }

        let object = try deployment.jsonValue()
        guard model.spec.scaling.mode == .apply else {
            // Leaving Apply keeps the values and gives the fields back.
            do {
                try await writer.release(object)
                report(decision, on: &update)
            } catch let error as KubernetesError where error.isRefused {
                report(unreleased: error, of: model, &update)
                lookAgain.append(now().addingTimeInterval(60))
            }
            return
        }
        if let holder = TargetClaim.holder(for: model, among: cluster.models(sharingTargetOf: model)) {
            update.set(
                .false, ConditionType.scaled, "TargetClaimed",
                "Deployment \(target.name) is scaled by ForecastModel \(holder.name), which is older; delete one of the two, or set its spec.scaling.mode to Recommend"
            )
            return
        }
        if !claims.isEmpty { lookAgain.append(now().addingTimeInterval(300)) }
        var isWritten = false
        if decision.shouldApply {
            isWritten = try await apply(decision, to: object, target: target.name, of: model, &update, &lookAgain)
        } else if decision.isScaled, let complaint = deployment.complaints.first {
            report(complaint, of: target.name, of: model, &update)
        } else if let conflicts = await conflicts(before: decision, object, of: model) {
            conflict(conflicts, target.name, model, &update)
        } else {
            report(decision, on: &update)
        }
        if !isWritten { try await tidy(object, of: model, &lookAgain) }
        if !claims.isEmpty { report(claims, of: model, &update) }
    }

    /// Who owns all that is left to change after an apply that yielded some: that waits for them, not for the end of a cooldown.
    private func conflicts(
        before decision: ScalingDecision, _ deployment: JSONValue, of model: ForecastModel
    ) async -> [FieldConflict]? {
        guard decision.wouldChange, model.spec.scaling.conflictPolicy == .yield,
            model.status?.conditions?[ConditionType.scaled]?.reason == "FieldConflict"
        else { return nil }
        // Where a dry run is not answered, as where a webhook does not take part in it, the next apply tells.
        let conflicts = try? await writer.obstacles(decision.desired, to: deployment)
        return conflicts.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// When numbers were last applied to a Deployment: by the status, or by our entry in the object's `managedFields` where that is
    /// later, for an operator that ends between an apply and the write of the status leaves no other trace of it.
    ///
    /// What was done to an earlier Deployment of the name holds up none that was made since.
    private static func lastApplied(to deployment: Deployment, by model: ForecastModel) -> Date? {
        let made = deployment.metadata.creationTimestamp?.date ?? .distantPast
        return [model.status?.lastAppliedTime, FieldOwnership.lastApply(to: deployment)]
            .compactMap { $0 }.filter { $0 >= made }.max()
    }

    /// Gives back what an earlier apply may have left and what the spec leaves alone by now, and asks for another look where
    /// that cannot be done now.
    private func tidy(_ deployment: JSONValue, of model: ForecastModel, _ lookAgain: inout [Date]) async throws {
        do {
            if try await !writer.tidy(deployment, keeping: { model.spec.scaling.controls($0) }) {
                lookAgain.append(now().addingTimeInterval(1))
            }
        } catch let error as KubernetesError where error.isRefused {
            // Who refuses this refuses the numbers too, and what is said of them must get into the status.
            lookAgain.append(now().addingTimeInterval(300))
        }
    }

    /// - Returns: whether something was written.
    private func apply(
        _ decision: ScalingDecision, to deployment: JSONValue, target: String, of model: ForecastModel,
        _ update: inout StatusUpdate, _ lookAgain: inout [Date]
    ) async throws -> Bool {
        let outcome: DeploymentWriter.Outcome
        do {
            outcome = try await writer.apply(
                decision.desired, to: deployment, conflictPolicy: model.spec.scaling.conflictPolicy)
        } catch let error as KubernetesError where error.isRefused {
            // What will be refused again is said once, not tried at full speed.
            update.set(.false, ConditionType.scaled, "Refused", error.message)
            if model.status?.conditions?[ConditionType.scaled]?.message != error.message {
                events.record(model, .warning, reason: "ScalingRefused", message: error.message)
            }
            lookAgain.append(now().addingTimeInterval(300))
            return false
        } catch let error as KubernetesError where error.code == .server {
            // It may be over in a moment, or stay: a server before 1.25 answers so where an environment names a variable
            // twice.
            update.set(
                .false, ConditionType.scaled, "ApplyFailed", "\(error.message). It is tried again, ever more rarely")
            update.retried = error
            return false
        }
        switch outcome {
        case .unchanged:
            report(decision.fulfilled, on: &update)
            return false
        case .applied(let yielded):
            update.status.lastAppliedTime = now()
            Counter(label: "presage_applies_total", dimensions: [("namespace", model.namespace)]).increment()
            let summary = Self.summary(of: decision, without: yielded)
            update.record("Applied", version: update.status.production?.version, summary)
            events.record(model, .normal, reason: "Applied", message: "Deployment \(target): \(summary)")
            if yielded.isEmpty {
                // As the next look finds it, which comes at once: what was changed stands in the history and the Event.
                report(decision.fulfilled, on: &update)
            } else {
                conflict(yielded, target, model, &update)
            }
            return true
        case .refused(let conflicts):
            conflict(conflicts, target, model, &update)
            return false
        }
    }
}

extension ScalingSpec {
    /// Whether a number is the model's to set, by what its spec says of the container.
    fileprivate func controls(_ leaf: FieldOwnership.Leaf) -> Bool {
        let policy = policy(for: leaf.container)
        guard policy.mode == .auto, policy.controlledResources.contains(where: { $0.rawValue == leaf.resource }) else {
            return false
        }
        return leaf.list == "requests" || policy.controlledValues == .requestsAndLimits
    }
}

extension Deployment {
    /// The template's containers and native sidecars with the requests and limits of CPU and memory that they have.
    var containerResources: [ContainerResources] {
        runningContainers.compactMap { container -> ContainerResources? in
            guard let name = container["name"]?.stringValue else { return nil }
            func list(_ key: String) -> Autoscaler.ResourceList? {
                guard let values = container["resources"]?[key: key]?.objectValue else { return nil }
                func quantity(_ resource: String) -> Quantity? {
                    values[resource].flatMap { try? Quantity($0.stringValue ?? $0.description) }
                }
                return Autoscaler.ResourceList(cpu: quantity("cpu"), memory: quantity("memory"))
            }
            return ContainerResources(
                name: name, resources: ResourceRequirements(requests: list("requests"), limits: list("limits")))
        }
    }
}
