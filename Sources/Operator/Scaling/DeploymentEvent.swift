import KubernetesClient

extension InformerEvent<Deployment> {
    /// Whether an event of a Deployment that was cut down to what is read (`Operator.strip`) may change a decision: a rollout
    /// or an autoscaler writes the status every second, and nothing of that is read.
    var changesWhatIsRead: Bool {
        guard case .updated(let old, let new) = self else { return true }
        return old.metadata.uid != new.metadata.uid || old.object.content != new.object.content
            || old.metadata.managedFields != new.metadata.managedFields
            || old.metadata.deletionTimestamp != new.metadata.deletionTimestamp
    }
}
