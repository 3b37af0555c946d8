import Autoscaler
import KubernetesClient
import Metrics
import ServiceLifecycle
import Threading

/// Counts models by how they are and trainings by their phase, for Prometheus.
///
/// The leader alone does: replicas that each counted all of them would add up to a multiple. Counts follow the objects as they change, so
/// that a scrape costs the same with ten thousand of them.
final class Census: Service {
    /// One gauge.
    private struct Group: Hashable {
        let label: String
        let names: [String]
        let values: [String]

        init(_ label: String, _ dimensions: KeyValuePairs<String, String>) {
            self.label = label
            names = dimensions.map(\.key)
            values = dimensions.map(\.value)
        }

        var gauge: Gauge { Gauge(label: label, dimensions: Array(zip(names, values))) }
    }

    private struct State {
        /// The groups that each object is counted in, as numbers: thousands of objects share a few.
        var members: [String: [Int]] = [:]
        var numbers: [Group: Int] = [:]
        var groups: [Group] = []
        var counts: [Int] = []
    }

    private let modelInformer: Informer<ForecastModel>
    private let runInformer: Informer<TrainingJob>
    private let state = Locked(State())

    init(models: Informer<ForecastModel>, runs: Informer<TrainingJob>) {
        modelInformer = models
        runInformer = runs
    }

    func run() async throws {
        modelInformer.onEvent { event in
            self.count("m \(event.object.key)", event.isDeletion ? [] : Self.groups(of: event.object))
        }
        runInformer.onEvent { event in
            self.count("r \(event.object.key)", event.isDeletion ? [] : [Self.group(of: event.object)])
        }
        try await gracefulShutdown()
    }

    private static func groups(of model: ForecastModel) -> [Group] {
        let all = model.status?.conditions ?? []
        let health = ModelHealth(all).level.rawValue
        return [Group("presage_models", ["namespace": model.namespace, "health": health])]
            + all.map {
                Group(
                    "presage_model_conditions",
                    [
                        "namespace": model.namespace, "type": $0.type, "status": $0.status.rawValue,
                        "reason": $0.reason,
                    ])
            }
    }

    private static func group(of run: TrainingJob) -> Group {
        let phase = run.status?.phase ?? .pending
        return Group("presage_trainingjobs", ["namespace": run.namespace, "phase": phase.rawValue])
    }

    private func count(_ object: String, _ groups: [Group]) {
        state.withLock { state in
            let old = state.members[object] ?? []
            let new = groups.map { group in
                if let number = state.numbers[group] { return number }
                state.numbers[group] = state.groups.count
                state.groups.append(group)
                state.counts.append(0)
                return state.groups.count - 1
            }
            guard old != new else { return }
            state.members[object] = new.isEmpty ? nil : new
            for number in old { state.counts[number] -= 1 }
            for number in new { state.counts[number] += 1 }
            for number in Set(old).symmetricDifference(new) {
                let gauge = state.groups[number].gauge
                // A group that nothing is in is no longer told of: namespaces and reasons come and go.
                if state.counts[number] == 0 { gauge.destroy() } else { gauge.record(state.counts[number]) }
            }
        }
    }
}
