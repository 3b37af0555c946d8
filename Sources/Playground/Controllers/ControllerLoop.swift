import KubernetesClient

/// Runs a reconciler for every object that a change concerns, one at a time, and again when it asks for it.
struct ControllerLoop: Sendable {
    var cluster: Cluster
    /// The names that a change concerns.
    var concerns: @Sendable (StoredEvent) -> [ObjectName]
    /// What exists when the loop starts.
    var initial: @Sendable () -> [ObjectName]
    /// Brings one object to what it should be; returns when to look again.
    var reconcile: @Sendable (ObjectName) -> Duration?

    func run() async {
        let (names, continuation) = AsyncStream<ObjectName>.makeStream()
        let observer = cluster.observe { [concerns] event in
            for name in concerns(event) { continuation.yield(name) }
        }
        for name in initial() { continuation.yield(name) }
        await withDiscardingTaskGroup { group in
            for await name in names {
                guard let delay = reconcile(name) else { continue }
                group.addTask {
                    try? await Task.sleep(for: delay)
                    continuation.yield(name)
                }
            }
            group.cancelAll()
        }
        cluster.stopObserving(observer)
    }
}

extension StoredEvent {
    /// The owner that controls the object, when it is of `kind`.
    func controllerName(kind: String) -> [ObjectName] {
        guard let owner = object.controller ?? previous?.controller, owner["kind"]?.stringValue == kind,
            let name = owner["name"]?.stringValue
        else { return [] }
        return [ObjectName(namespace: object.namespace, name: name)]
    }
}
