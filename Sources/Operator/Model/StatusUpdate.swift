import Autoscaler
import Foundation
import KubernetesClient

/// A model's status while it is being worked out; it is written once, at the end, where it says something new.
struct StatusUpdate {
    private(set) var now: Date
    private let generation: Int?
    private let before: [Condition]
    var status: ForecastModelStatus
    /// What failed and may pass by itself: it is tried again, ever more rarely, once the status has said so.
    var retried: KubernetesError?

    init(of model: ForecastModel, at now: Date) {
        self.now = now
        generation = model.metadata.generation.map(Int.init)
        status = model.status ?? ForecastModelStatus()
        before = status.conditions ?? []
        status.observedGeneration = generation
    }

    /// Sets a condition. It counts as changed where it is not what it was before this update, whatever was set in between.
    mutating func set(_ value: Condition.Status, _ type: String, _ reason: String, _ message: String = "") {
        let since = before[type].flatMap { $0.status == value ? $0.lastTransitionTime : nil } ?? now
        status.set(
            Condition(
                type: type, status: value, reason: reason, message: message, observedGeneration: generation,
                lastTransitionTime: since))
    }

    /// A score as status shows it, with two decimals; the manifest keeps all of them.
    static func rounded(_ score: Double) -> Double { (score * 100).rounded() / 100 }

    mutating func remove(_ type: String) {
        status.conditions?.remove(type)
    }

    /// Takes a recommendation over; one that says the same as the last keeps its time.
    mutating func recommend(_ recommendation: Recommendation?) {
        var recommendation = recommendation
        let old = status.recommendation
        recommendation?.time = old?.time
        if recommendation != old { recommendation?.time = now }
        status.recommendation = recommendation
    }

    mutating func record(_ type: String, version: Int?, _ message: String) {
        status.record(HistoryEntry(time: now, type: type, version: version, message: message))
    }
}
