import Autoscaler
import Foundation
import KubernetesClient

/// A model's status while it is being worked out; it is written once, at the end, where it says something new.
struct StatusUpdate {
    private(set) var now: Date
    private let generation: Int?
    var status: ForecastModelStatus

    init(of model: ForecastModel, at now: Date) {
        self.now = now
        generation = model.metadata.generation.map(Int.init)
        status = model.status ?? ForecastModelStatus()
        status.observedGeneration = generation
    }

    mutating func set(_ value: Condition.Status, _ type: String, _ reason: String, _ message: String = "") {
        status.set(
            Condition(
                type: type, status: value, reason: reason, message: message, observedGeneration: generation,
                lastTransitionTime: now))
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
