import Autoscaler
import KubernetesClient
import Threading

/// What was last applied to the models of templates, so that an apply that would change nothing is not sent.
///
/// A model that somebody has added to differs from what its template asks for, and rightly: it is applied to once for each
/// of its generations. What was added stays, and what was overwritten is put back.
final class InstanceMemory: Sendable {
    private struct Applied: Sendable {
        var uid: String
        var generation: Int64
        var spec: ForecastModelSpec
    }

    private let applied = Locked<[ObjectKey: Applied]>([:])

    /// Remembers what the server answered to an apply.
    func remember(_ model: ForecastModel, asked spec: ForecastModelSpec) {
        let entry = Applied(uid: model.uid, generation: model.metadata.generation ?? 0, spec: spec)
        applied.withLock { $0[model.key] = entry }
    }

    /// Whether a spec was applied to the model as it is, or to a newer one than the informer has seen.
    func isApplied(_ spec: ForecastModelSpec, to model: ForecastModel) -> Bool {
        guard let entry = applied.withLock({ $0[model.key] }) else { return false }
        return entry.uid == model.uid && entry.generation >= model.metadata.generation ?? 0 && entry.spec == spec
    }

    /// Forgets a model that is gone.
    func forget(_ key: ObjectKey) {
        applied.withLock { $0[key] = nil }
    }
}
