import Autoscaler
import KubernetesClient
import Threading

/// What the overview tells of each model, made when the model changes and not when somebody looks.
///
/// Pages look every ten seconds, each. To judge ten thousand models anew for each look took 50 ms of a processor's time.
final class OverviewIndex: Sendable {
    private let entries = Locked<[ObjectKey: OverviewEntry]>([:])

    /// Follows a model.
    func note(_ event: InformerEvent<ForecastModel>) {
        switch event {
        case .added(let model), .updated(_, let model):
            let entry = OverviewEntry(model)
            entries.withLock { $0[model.key] = entry }
        case .deleted(let model):
            entries.withLock { $0[model.key] = nil }
        }
    }

    /// Those of a namespace, or all, in no order.
    func entries(in namespace: String?) -> [OverviewEntry] {
        let all = entries.withLock { Array($0.values) }
        return namespace.map { namespace in all.filter { $0.key.namespace == namespace } } ?? all
    }
}
