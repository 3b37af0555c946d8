import KubernetesClient

/// Keeps the pods of ReplicaSets; the kubelet runs those whose images stand for executables.
struct ReplicaSetController: Sendable {
    var cluster: Cluster

    func run() async {
        let loop = ControllerLoop(
            cluster: cluster,
            concerns: { event in
                switch event.key.resource {
                case .replicaSets: [event.key.name]
                case .pods: event.controllerName(kind: "ReplicaSet")
                default: []
                }
            }, initial: { [cluster] in cluster.objects(.replicaSets).map(\.objectName) }, reconcile: reconcile)
        await loop.run()
    }

    private func reconcile(_ name: ObjectName) -> Duration? {
        guard let set = cluster.object(.replicaSets, name), !set.isBeingDeleted else { return nil }
        let pods = cluster.objects(.pods, namespace: name.namespace).filter {
            $0.controller?["uid"]?.stringValue == set.uid && !$0.isBeingDeleted
        }
        let wanted = set["spec", "replicas"]?.intValue ?? 1
        for pod in pods.dropFirst(wanted) { cluster.delete(.pods, pod.objectName) }
        for _ in pods.count..<max(pods.count, wanted) { create(set) }
        report(set)
        return nil
    }

    private func create(_ set: JSONValue) {
        let template = set["spec", "template"] ?? [:]
        var pod: JSONValue = ["apiVersion": "v1", "kind": "Pod", "spec": template["spec"] ?? [:]]
        pod["metadata"] = template["metadata"] ?? [:]
        pod["metadata", "namespace"] = .string(set.namespace)
        pod["metadata", "generateName"] = .string("\(set.name)-")
        pod["metadata", "ownerReferences"] = [
            [
                "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": .string(set.name), "uid": .string(set.uid),
                "controller": true, "blockOwnerDeletion": true,
            ]
        ]
        pod["spec", "nodeName"] = "playground"
        _ = try? cluster.create(.pods, pod, as: Cluster.controllerManager)
    }

    private func report(_ set: JSONValue) {
        let pods = cluster.objects(.pods, namespace: set.namespace).filter {
            $0.controller?["uid"]?.stringValue == set.uid && !$0.isBeingDeleted
        }
        let ready = Int64(pods.count { PodStatus.isReady($0) })
        let generation = set["metadata", "generation"] ?? 1
        cluster.modify(.replicaSets, set.objectName, subresource: "status", as: Cluster.controllerManager) { set in
            var status = set["status"] ?? [:]
            status["replicas"] = .int(Int64(pods.count))
            status["fullyLabeledReplicas"] = .int(Int64(pods.count))
            status["readyReplicas"] = .int(ready)
            status["availableReplicas"] = .int(ready)
            status["observedGeneration"] = generation
            set["status"] = status
        }
    }
}
