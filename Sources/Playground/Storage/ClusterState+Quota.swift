import KubernetesClient

extension ClusterState {
    /// Refuses an object that a ResourceQuota of its namespace has no room for.
    ///
    /// Objects are counted (`count/configmaps`, or `configmaps` and its like of the core group); what pods request is not.
    func requireQuota(_ type: ResourceType, _ object: JSONValue) throws(APIError) {
        guard type.namespaced else { return }
        let quotas = (objects[ResourceKey(group: "", plural: "resourcequotas")] ?? [:])
            .filter { $0.key.namespace == object.namespace }.sorted { $0.key.name < $1.key.name }
        guard !quotas.isEmpty else { return }
        let used = (objects[type.key] ?? [:]).keys.count { $0.namespace == object.namespace }
        for (name, quota) in quotas {
            for field in ["count/\(type.qualifiedPlural)"] + (type.group.isEmpty ? [type.plural] : []) {
                let hard = quota["spec", "hard", .key(field)]
                guard let limit = hard?.intValue ?? hard?.stringValue.flatMap({ Int($0) }), used >= limit else {
                    continue
                }
                throw .forbidden(
                    type, object.name,
                    "exceeded quota: \(name.name), requested: \(field)=1, used: \(field)=\(used), limited: \(field)=\(limit)"
                )
            }
        }
    }
}
