import Foundation

extension ScalingDecision {
    /// Decides what a target's containers should have, and whether to set it now.
    ///
    /// Pure: the same input gives the same decision, in the operator, in `presage plan` and in a test. The first of
    /// these that holds ends it: no target, mode Off, no history, stale history, no forecast, nothing differs by the
    /// tolerance but what a part missing of the history keeps from being lowered, nothing differs, nothing differs by
    /// the tolerance, mode Recommend, low confidence, cooling down, no window open. Else the numbers are applied, all of
    /// them: one rollout brings everything up to date, so the tolerance counts for the workload and not for each number.
    public static func decide(_ input: ScalingInput) -> ScalingDecision {
        guard input.spec.targetRef != nil else {
            return silent(.noTarget, "the model has no targetRef, so it only forecasts")
        }
        guard input.spec.scaling.mode != .off else { return silent(.off, "scaling.mode is Off") }

        let sized = input.containers.map { ContainerSizing($0, input: input) }
        var decision = ScalingDecision(
            recommendation: Recommendation(
                time: input.now, version: input.version, horizon: input.horizon,
                containers: sized.compactMap(\.recommendation)
            ),
            desired: sized.compactMap(\.desired),
            changes: sized.flatMap(\.changes),
            reason: .upToDate,
            message: "",
            heldMemory: sized.filter(\.holdsMemory).map(\.name)
        )
        decision.leave(input.leftToOthers)
        decision.unknownContainers = unknownContainers(input)
        let isHeld = sized.contains { $0.isHeldByHistory(besides: input.leftToOthers[$0.name] ?? []) }
        let held = isHeld ? held(input.history) : nil
        (decision.reason, decision.message, decision.retryAt) = verdict(decision, input, held: held)
        let untold = [
            decision.reason == .noForecast ? nil : leftAlone(input), decision.reason == .historyPartial ? nil : held,
        ].compactMap(\.self)
        decision.leftAlone = untold.isEmpty ? nil : untold.joined(separator: "; ")
        return decision
    }

    /// Takes out what somebody else decides about. The recommendation keeps it.
    private mutating func leave(_ resources: [String: Set<ResourceName>]) {
        changes.removeAll { resources[$0.container]?.contains($0.resource) ?? false }
        for index in desired.indices {
            for resource in resources[desired[index].name] ?? [] {
                desired[index].resources.requests?[resource] = nil
                desired[index].resources.limits?[resource] = nil
            }
        }
    }

    private typealias Verdict = (Reason, String, Date?)

    private static func verdict(_ decision: ScalingDecision, _ input: ScalingInput, held: String?) -> Verdict {
        let scaling = input.spec.scaling
        switch input.history {
        case .missing(let why): return (.historyMissing, "\(why); the last values are kept", nil)
        case .stale(let why): return (.historyStale, "\(why); the last values are kept", nil)
        case .fresh, .partial: break
        }
        if decision.desired.isEmpty { return (.noForecast, noForecast(input), nil) }
        let changes = decision.changes.contains { $0.exceeds(scaling.tolerancePercent) }
        if let held, !changes { return (.historyPartial, held, nil) }
        if decision.changes.isEmpty { return (.upToDate, upToDateMessage, nil) }
        if !changes {
            let message = "no number is off by the \(scaling.tolerancePercent)% of tolerancePercent"
            return (.withinTolerance, message, nil)
        }
        let summary = "\(decision.changes.count) of the target's numbers would change"
        if scaling.mode == .recommend {
            return (.recommendOnly, "\(summary); scaling.mode is Recommend, set it to Apply to make it so", nil)
        }
        if let why = input.lowConfidence { return (.lowConfidence, "\(summary); \(why)", nil) }
        // A time too far ahead was written by a clock that has been set back since; it must not hold the target for hours.
        if let last = input.lastAppliedTime,
            last.timeIntervalSince(input.now) <= Double(scaling.cooldown.seconds)
        {
            let end = last.addingTimeInterval(Double(scaling.cooldown.seconds))
            if input.now < end {
                let left = TimeSpan(seconds: Int(end.timeIntervalSince(input.now).rounded(.up)))
                return (.coolingDown, "\(summary) in \(left), when the cooldown of \(scaling.cooldown) is over", end)
            }
        }
        if !scaling.windows.isEmpty, !scaling.windows.contains(where: { $0.contains(input.now) }) {
            let opening = scaling.windows.compactMap { $0.nextOpening(after: input.now) }.min()
            return (.outsideWindow, "\(summary) when one of scaling.windows opens", opening)
        }
        return (
            .apply, decision.changes.count == 1 ? "1 number changes" : "\(decision.changes.count) numbers change", nil
        )
    }

    /// Why nothing is lowered; nil where nothing forbids it.
    private static func held(_ history: HistoryState) -> String? {
        guard case .partial(let why) = history else { return nil }
        return "\(why); nothing is lowered before a training has read all of it"
    }

    /// The target's series that gave no number, where others did.
    private static func leftAlone(_ input: ScalingInput) -> String? {
        let problems = input.prediction.problems.filter { problem in
            guard let (container, resource) = WorkloadPredictor.parse(series: problem.series) else { return false }
            let policy = input.spec.scaling.policy(for: container)
            return policy.mode == .auto && policy.controlledResources.contains(resource)
                && input.containers.contains { $0.name == container }
        }
        guard let first = problems.first else { return nil }
        let others = problems.count > 1 ? ", and \(problems.count - 1) more" : ""
        return "\(first.series) is left as it is: \(first.message)\(others)"
    }

    private static func unknownContainers(_ input: ScalingInput) -> String? {
        let actual = input.containers.map(\.name)
        let unknown = input.spec.scaling.containers.map(\.name).filter {
            $0 != ContainerPolicy.everyOther && !actual.contains($0)
        }
        guard !unknown.isEmpty else { return nil }
        return "spec.scaling.containers names \(unknown.joined(separator: ", ")), and the target has only "
            + "\(actual.joined(separator: ", ")): correct the name, or take these settings out"
    }

    private static func noForecast(_ input: ScalingInput) -> String {
        if let problem = input.prediction.problems.first {
            return "no container can be sized: \(problem.series): \(problem.message)"
        }
        let forecast = input.prediction.containers.keys.sorted().joined(separator: ", ")
        let actual = input.containers.map(\.name).joined(separator: ", ")
        if forecast.isEmpty { return "the model forecasts no series <container>/cpu or <container>/memory" }
        return "the history is about \(forecast), the target has \(actual): no container to size"
    }

    private static func silent(_ reason: Reason, _ message: String) -> ScalingDecision {
        ScalingDecision(
            recommendation: nil, desired: [], changes: [], reason: reason, message: message, heldMemory: [])
    }
}

extension ScalingDecision.Change {
    /// Whether the number is off by at least so many percent; one that is unset always is.
    public func exceeds(_ percent: Int) -> Bool {
        from.map { to.differs(from: $0, byPercent: percent) } ?? true
    }
}
