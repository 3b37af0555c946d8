import Autoscaler
import KubernetesClient

/// Gives back the fields of a Deployment that no model scales any more: what a model has left behind that names another
/// target now, or none. A model that is deleted gives them back itself, before it goes.
struct ReleaseReconciler: Reconciler {
    let cluster: Cluster
    let writer: DeploymentWriter
    let events: EventRecorder

    func reconcile(_ key: ObjectKey) async throws -> ReconcileResult {
        guard let deployment = cluster.deployments.get(key), !Cluster.isReleased(deployment), !cluster.isScaled(key)
        else {
            return .done
        }
        do {
            // The informer may lag behind what was given back a moment ago.
            guard try await writer.release(try deployment.jsonValue()) else { return .done }
        } catch let error as KubernetesError where error.isNotFound {
            return .done
        } catch let error as KubernetesError where error.isRefused {
            // No model is left to say it.
            events.record(
                deployment, .warning, reason: "ReleaseRefused",
                message:
                    "no ForecastModel scales this Deployment, but the fields that are Presage's cannot be given back, which "
                    + "is tried every minute: \(error.message)")
            return .requeue(after: .seconds(60))
        }
        events.record(
            deployment, .normal, reason: "Released",
            message: "the requests and limits stay, and belong to nobody: no ForecastModel scales this Deployment")
        return .done
    }

    /// The Deployments that a model's change may leave behind.
    static func targets(_ event: InformerEvent<ForecastModel>) -> [ObjectKey] {
        let models: [ForecastModel] =
            switch event {
            case .updated(let old, let new): [old, new]
            default: [event.object]
            }
        return models.compactMap { model in
            model.spec.targetRef.map { ObjectKey(namespace: model.namespace, name: $0.name) }
        }
    }
}
