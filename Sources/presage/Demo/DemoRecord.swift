import Autoscaler
import ForecastEngine
import Foundation
import Operator

/// What happened in the demo, for its report.
struct DemoRecord {
    /// A request or limit of a container.
    struct Leaf: Hashable, Sendable {
        let container: String
        let list: String
        let resource: String
    }

    typealias Resources = [Leaf: Quantity]

    /// A training and what came of it.
    struct Run: Sendable {
        let name: String
        let algorithm: String
        let smape: Double?
        let championSmape: Double?
        let baselineSmape: Double?
        let championVersion: Int?
        let version: Int?
        let promoted: Bool
        let reason: String
        let manifest: String?

        init(name: String, status: TrainingJobStatus) {
            self.name = name
            algorithm = status.algorithm ?? "?"
            smape = status.smape
            manifest = status.manifest
            championSmape = status.championSmape
            baselineSmape = status.baselineSmape
            championVersion = status.championVersion
            version = status.version
            promoted = status.promoted ?? false
            let failure = status.conditions?.first { $0.status == .false }?.message
            reason = status.promotionReason ?? failure ?? "no reason was given"
        }

        /// One line for the commentary.
        var line: String {
            let score = smape.map { "SMAPE \(Promotion.percent($0))" } ?? "not scored"
            guard smape != nil else { return "\(algorithm): failed: \(reason)" }
            guard let champion = championSmape else { return "\(algorithm): \(score) — version 1, promoted: the first" }
            let against = "against \(Promotion.percent(champion)) of version \(championVersion ?? 0)"
            return "\(algorithm): \(score) \(against) — \(promoted ? "promoted as version \(version ?? 0)" : "refused")"
        }
    }

    var runs: [Run] = []
    var before: Resources = [:]
    var first: Resources = [:]
    var after: Resources = [:]
    var owners: [String] = []
    var model: ForecastModel?
    var artifact: ModelArtifact?
}
