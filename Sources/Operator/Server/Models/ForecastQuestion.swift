import Autoscaler
import ForecastEngine
import Foundation
import KubernetesClient
import ModelRegistry

/// All that an answer about a model's forecast follows from, beside the artifact under its digest: equal questions have equal
/// answers, to the byte.
struct ForecastQuestion: Hashable, Sendable {
    let model: ObjectKey
    /// As if it recommended: nothing is applied here.
    let spec: ForecastModelSpec
    let window: ForecastWindow
    /// The artifact's.
    let digest: String
    let version: Int
    let revision: Int
    let algorithm: String
    /// Of the version in production, as the status has it.
    let smape: Double?
    /// Containers whose memory was seen to follow its limit.
    let memoryFollowers: Set<String>
    /// When it is asked, as ``moment(of:at:)`` has it.
    let now: Date
    /// Where the forecast goes out from: the end of a recording, or now.
    let origin: Date
    /// After `start`, up to and including `end`, seconds since 1970 UTC.
    let start: Int
    let end: Int
    let history: HistoryState
    let lowConfidence: String?
    /// How many pods the target wants, and what its containers have; nil where there is no target.
    let replicas: Int?
    let containers: [ContainerResources]?

    init(
        _ model: ForecastModel, _ window: ForecastWindow, production: Versions.Entry, record: PromotionRecord,
        target: Deployment?, now: Date
    ) {
        let outlook = Outlook(model: model, production: production, now: now)
        let zone = TimeZone(identifier: model.spec.training.timeZone) ?? .gmt
        self.model = model.key
        var spec = model.spec
        spec.scaling.mode = .recommend
        self.spec = spec
        self.window = window
        digest = production.manifest.artifactDigest
        version = record.version
        revision = record.revision
        algorithm = production.manifest.algorithm
        smape = model.status?.production?.smape
        memoryFollowers = model.status?.recommendation?.memoryFollowers ?? []
        self.now = now
        origin = outlook.origin
        (start, end) = window.span(from: Int(origin.timeIntervalSince1970), timeZone: zone)
        history = outlook.history
        lowConfidence = outlook.lowConfidence
        replicas = target?.replicas
        containers = target?.containerResources
    }

    /// The present, rounded down so that who asks again gets the same: to five minutes, but never to before a step that has
    /// passed since, for then the forecast begins with another.
    static func moment(of artifact: ModelArtifact, at now: Date) -> Date {
        let seconds = Int(now.timeIntervalSince1970)
        let places = Set(artifact.models.map { StepPlace(end: $0.end, step: $0.step) })
        let passed = places.compactMap { $0.last(until: seconds) }.max() ?? .min
        return Date(timeIntervalSince1970: Double(max(seconds - seconds % 300, passed)))
    }

    /// Where the steps of a series lie.
    private struct StepPlace: Hashable {
        let end: Int
        let step: TimeStep

        /// The last step until a time; nil where that is before the end of the history.
        func last(until time: Int) -> Int? {
            guard end <= time else { return nil }
            switch step {
            case .seconds(let seconds):
                let (distance, overflow) = time.subtractingReportingOverflow(end)
                return overflow ? nil : time - distance % max(1, seconds)
            case .months:
                // The number of steps is rounded: the last of them may be still to come.
                return step.times(after: end, count: step.steps(from: end, to: time)).last { $0 <= time } ?? end
            }
        }
    }
}
