import Autoscaler
import KubernetesClient
import ModelRegistry

extension VersionStore {
    /// Makes versions the model's children, or nobody's, as `spec.deletionPolicy` says by now: the run that made them knew only
    /// what it said then.
    ///
    /// The manifest goes last, for it tells what is left to do. A version that names another owner stays as it is: an earlier model of
    /// the name takes it along.
    func settleOwners(of entries: [Versions.Entry], by model: ForecastModel) async throws {
        for entry in entries {
            let owners = entry.metadata.ownerReferences
            let wanted =
                switch model.spec.deletionPolicy {
                case .retain: owners.filter { $0.uid != model.uid }
                case .delete: owners.isEmpty ? [Labels.ownerOfVersions(model)] : owners
                }
            guard wanted != owners else { continue }
            let patch: JSONValue = ["metadata": ["ownerReferences": try JSONValue(encoding: wanted)]]
            for name in entry.configMaps.reversed() {
                do {
                    try await self.patch(name: name, namespace: entry.metadata.namespace, patch)
                } catch let error as KubernetesError where error.isNotFound {}
            }
        }
    }
}
