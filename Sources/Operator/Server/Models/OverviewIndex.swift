import Autoscaler
import KubernetesClient
import Threading

/// What the overview tells of each model, made anew only of those that have changed since somebody looked.
///
/// Pages look every ten seconds, each. To judge ten thousand models anew for each look took 40 ms of a processor's time.
final class OverviewIndex: Sendable {
    private struct State: Sendable {
        var entries: [ObjectKey: OverviewEntry] = [:]
        var changed: Set<ObjectKey> = []
        /// Whether somebody looks now, and may bring back what goes meanwhile.
        var isLooking = false
    }

    private let models: Store<ForecastModel>
    private let state = Locked(State())

    /// An index that knows nothing before it is told.
    init(of models: Store<ForecastModel>) { self.models = models }

    /// How many models it remembers something of.
    var size: Int { state.withLock { Set($0.entries.keys).union($0.changed).count } }

    /// Follows a model; told after the store has changed.
    func note(_ event: InformerEvent<ForecastModel>) {
        let key = event.object.key
        state.withLock { state in
            if event.isDeletion, !state.isLooking {
                // Where nobody ever looks, nothing may be left of models that come and go.
                state.entries[key] = nil
                state.changed.remove(key)
            } else {
                state.changed.insert(key)
            }
        }
    }

    /// Those of a namespace, or all, in no order. One asks at a time.
    func entries(in namespace: String?) -> [OverviewEntry] {
        let changed = state.withLock { state in
            state.isLooking = true
            defer { state.changed = [] }
            return state.changed
        }
        // Whatever changes meanwhile is told of again.
        let made = changed.map { key in (key, models.get(key).map { OverviewEntry($0) }) }
        let all = state.withLock { state in
            for (key, entry) in made { state.entries[key] = entry }
            state.isLooking = false
            return Array(state.entries.values)
        }
        return namespace.map { namespace in all.filter { $0.key.namespace == namespace } } ?? all
    }
}
