import Autoscaler
import Foundation
import ModelRegistry
import Operator

/// What would change for one model, and why; the element of the JSON output.
struct ModelPlan: Sendable, Codable {
    /// The model's name.
    var name: String
    /// The model's namespace.
    var namespace: String
    /// The Deployment's name.
    var target: String?
    /// Whether the target's resources would change.
    var wouldChange: Bool
    /// Why it was decided so, as one word.
    var reason: String
    /// Why it was decided so, as a sentence.
    var message: String
    /// The horizon.
    var horizon: Horizon
    /// The algorithm that was fitted, for `Auto` with what it settled on.
    var algorithm: String
    /// SMAPE on the holdout, in percent from 0 to 200.
    var smape: Double?
    /// SMAPE of a seasonal naive forecast on the same holdout.
    var baselineSmape: Double?
    /// Why the operator would only recommend; nil where it would apply.
    var lowConfidence: String?
    /// The first time of the history.
    var historyStart: Date
    /// The last time of the history, which is taken as the present.
    var historyEnd: Date
    /// The numbers that would change.
    var changes: [ScalingDecision.Change]
    /// All numbers that the operator would set, and how each came to be.
    var recommendation: Recommendation?
    /// Which of the recommendation's containers are native sidecars: these stand under `initContainers` of a manifest.
    var sidecars: [String]
    /// What a person should know: series that failed, memory that follows its limit, settings for containers
    /// that there are not, what is left to an autoscaler.
    var warnings: [String]

    init(
        subject: PlanSubject, decision: ScalingDecision, manifest: VersionManifest, prediction: WorkloadPrediction,
        leftToOthers: [String: Set<ResourceName>], claims: [AutoscalerClaim]
    ) {
        name = subject.name
        namespace = subject.namespace
        target = subject.target?.name
        wouldChange = decision.shouldApply
        reason = decision.shouldApply ? "WouldChange" : decision.reason.rawValue
        message = decision.message
        horizon = subject.spec.horizon
        algorithm = manifest.algorithm
        smape = manifest.scores.challenger
        baselineSmape = manifest.scores.baseline
        lowConfidence =
            Promotion.decide(
                challenger: .init(smape: manifest.scores.challenger ?? .nan), champion: nil,
                baseline: manifest.scores.baseline, policy: subject.spec.promotion
            ).lowConfidence
        historyStart = manifest.historyStart
        historyEnd = manifest.historyEnd
        changes = decision.changes
        recommendation = decision.recommendation.map { $0.leaving(leftToOthers) }
        let recommended = decision.recommendation?.containers.map(\.name) ?? []
        sidecars = subject.sidecars.filter(recommended.contains)
        warnings = manifest.failedSeries.map { "\($0.id): \($0.reason)" }
        warnings += prediction.problems.map { "\($0.series): \($0.message)" }
        warnings += decision.heldMemory.map {
            "\($0): memory fills whatever its limit allows, so it is not lowered; set maxAllowed to lower it"
        }
        if let unknown = decision.unknownContainers { warnings.append(unknown) }
        warnings += claims.map(\.message)
        if let lowConfidence { warnings.append(lowConfidence) }
    }
}

extension Recommendation {
    /// The same without the resources that somebody else decides about: what is planned is written.
    fileprivate func leaving(_ others: [String: Set<ResourceName>]) -> Recommendation {
        var rest = self
        for index in rest.containers.indices {
            let resources = others[rest.containers[index].name] ?? []
            for resource in resources {
                rest.containers[index].target.requests?[resource] = nil
                rest.containers[index].target.limits?[resource] = nil
            }
            if resources.contains(.cpu) {
                rest.containers[index].explanation?.cpuRequest = nil
                rest.containers[index].explanation?.cpuLimit = nil
            }
            if resources.contains(.memory) {
                rest.containers[index].explanation?.memoryRequest = nil
                rest.containers[index].explanation?.memoryLimit = nil
            }
        }
        return rest
    }
}
