import KubernetesClient

/// Rolls Deployments out over ReplicaSets: the new one up, then the old ones down.
struct DeploymentController: Sendable {
    var cluster: Cluster
    private static let name = "deployment-controller"
    private static let hashLabel = "pod-template-hash"
    private static let revisionAnnotation = "deployment.kubernetes.io/revision"

    func run() async {
        let loop = ControllerLoop(
            cluster: cluster,
            concerns: { event in
                switch event.key.resource {
                case .deployments: [event.key.name]
                case .replicaSets: event.controllerName(kind: "Deployment")
                default: []
                }
            }, initial: { [cluster] in cluster.objects(.deployments).map(\.objectName) }, reconcile: reconcile)
        await loop.run()
    }

    private func reconcile(_ name: ObjectName) -> Duration? {
        guard let deployment = cluster.object(.deployments, name), !deployment.isBeingDeleted else { return nil }
        var sets = cluster.objects(.replicaSets, namespace: name.namespace).filter {
            $0.controller?["uid"]?.stringValue == deployment.uid && !$0.isBeingDeleted
        }
        let isPaused = deployment["spec", "paused"] == true
        var current = sets.first { Self.template($0) == deployment["spec", "template"] }
        if current == nil, !isPaused {
            current = create(deployment, sets)
            if let current { sets.append(current) }
        }
        let wanted = deployment["spec", "replicas"]?.intValue ?? 1
        if let current {
            if !isPaused { number(deployment, current, sets) }
            scale(current, to: wanted)
            let isUp = (current["status", "availableReplicas"]?.intValue ?? 0) >= wanted
            if !isPaused, isUp || wanted == 0 {
                for set in sets where set.uid != current.uid { scale(set, to: 0) }
                prune(deployment, sets, current)
            }
        } else if let newest = sets.max(by: { Self.revision($0) < Self.revision($1) }) {
            scale(newest, to: wanted)
        }
        report(deployment, current, isPaused: isPaused)
        return nil
    }

    /// The template of a ReplicaSet without the label that its controller added.
    private static func template(_ set: JSONValue) -> JSONValue? {
        var template = set["spec", "template"]
        template?["metadata", "labels", .key(hashLabel)] = nil
        return template
    }

    private static func revision(_ object: JSONValue) -> Int {
        object.annotations[revisionAnnotation].flatMap { Int($0) } ?? 0
    }

    /// Eight hexadecimal digits of the template (FNV-1a).
    private static func hash(_ template: JSONValue) -> String {
        var hash: UInt32 = 2_166_136_261
        for byte in template.serialized(.sortedKeys) { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    private func create(_ deployment: JSONValue, _ sets: [JSONValue]) -> JSONValue? {
        let template = deployment["spec", "template"] ?? [:]
        let hash = Self.hash(template)
        var set: JSONValue = ["apiVersion": "apps/v1", "kind": "ReplicaSet"]
        set["metadata"] = [
            "name": .string("\(deployment.name)-\(hash)"), "namespace": .string(deployment.namespace),
            "labels": template["metadata", "labels"] ?? [:],
            "annotations": [Self.revisionAnnotation: .string("\((sets.map { Self.revision($0) }.max() ?? 0) + 1)")],
            "ownerReferences": [
                [
                    "apiVersion": "apps/v1", "kind": "Deployment", "name": .string(deployment.name),
                    "uid": .string(deployment.uid), "controller": true, "blockOwnerDeletion": true,
                ]
            ],
        ]
        set["metadata", "labels", .key(Self.hashLabel)] = .string(hash)
        set["spec", "replicas"] = deployment["spec", "replicas"] ?? 1
        set["spec", "selector"] = deployment["spec", "selector"] ?? [:]
        set["spec", "selector", "matchLabels", .key(Self.hashLabel)] = .string(hash)
        set["spec", "template"] = template
        set["spec", "template", "metadata", "labels", .key(Self.hashLabel)] = .string(hash)
        let made = try? cluster.create(.replicaSets, set, as: Cluster.controllerManager)
        if let made {
            EventWriter(cluster: cluster, component: Self.name).record(
                deployment, "ScalingReplicaSet",
                "Scaled up replica set \(made.name) to \(set["spec", "replicas"]?.intValue ?? 1)")
        }
        return made
    }

    /// Gives the current ReplicaSet the highest revision, and the Deployment the same.
    private func number(_ deployment: JSONValue, _ current: JSONValue, _ sets: [JSONValue]) {
        let others = sets.filter { $0.uid != current.uid }.map { Self.revision($0) }.max() ?? 0
        var revision = Self.revision(current)
        if revision <= others {
            revision = others + 1
            annotate(.replicaSets, current.objectName, revision)
        }
        if Self.revision(deployment) != revision { annotate(.deployments, deployment.objectName, revision) }
    }

    private func annotate(_ resource: ResourceKey, _ name: ObjectName, _ revision: Int) {
        cluster.modify(resource, name, as: Cluster.controllerManager) {
            $0["metadata", "annotations", .key(Self.revisionAnnotation)] = .string("\(revision)")
        }
    }

    private func scale(_ set: JSONValue, to replicas: Int) {
        guard set["spec", "replicas"]?.intValue != replicas else { return }
        cluster.modify(.replicaSets, set.objectName, as: Cluster.controllerManager) {
            $0["spec", "replicas"] = .int(Int64(replicas))
        }
    }

    /// Old ReplicaSets beyond the history limit go.
    private func prune(_ deployment: JSONValue, _ sets: [JSONValue], _ current: JSONValue) {
        let limit = deployment["spec", "revisionHistoryLimit"]?.intValue ?? 10
        let old = sets.filter { $0.uid != current.uid && $0["status", "replicas"]?.intValue ?? 0 == 0 }
            .sorted { Self.revision($0) < Self.revision($1) }
        for set in old.dropLast(limit) { cluster.delete(.replicaSets, set.objectName) }
    }

    private func report(_ deployment: JSONValue, _ current: JSONValue?, isPaused: Bool) {
        let sets = cluster.objects(.replicaSets, namespace: deployment.namespace).filter {
            $0.controller?["uid"]?.stringValue == deployment.uid
        }
        func sum(_ field: String) -> Int { sets.reduce(0) { $0 + ($1["status", .key(field)]?.intValue ?? 0) } }
        let wanted = deployment["spec", "replicas"]?.intValue ?? 1
        let now = current.flatMap { cluster.object(.replicaSets, $0.objectName) }
        let updated = now?["status", "replicas"]?.intValue ?? 0
        let available = sum("availableReplicas")
        let total = sum("replicas")
        let time = APITime.text(cluster.now())
        let generation = deployment["metadata", "generation"] ?? 1
        cluster.modify(.deployments, deployment.objectName, subresource: "status", as: Cluster.controllerManager) {
            object in
            var status = object["status"] ?? [:]
            status["observedGeneration"] = generation
            func set(_ field: String, _ count: Int) {
                if count > 0 { status[key: field] = .int(Int64(count)) } else { status[key: field] = nil }
            }
            set("replicas", total)
            set("updatedReplicas", updated)
            set("readyReplicas", sum("readyReplicas"))
            set("availableReplicas", available)
            set("unavailableReplicas", max(0, wanted - available))
            let isAvailable = available >= wanted - wanted / 4
            Conditions.set(
                &status, "Available", isAvailable ? "True" : "False",
                reason: isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                message: isAvailable
                    ? "Deployment has minimum availability." : "Deployment does not have minimum availability.",
                at: time, extraTimes: ["lastUpdateTime"])
            let isComplete = updated == wanted && total == wanted && available == wanted
            let setName = now?.name ?? ""
            if isPaused {
                Conditions.set(
                    &status, "Progressing", "Unknown", reason: "DeploymentPaused", message: "Deployment is paused",
                    at: time, extraTimes: ["lastUpdateTime"])
            } else {
                Conditions.set(
                    &status, "Progressing", "True",
                    reason: isComplete ? "NewReplicaSetAvailable" : "ReplicaSetUpdated",
                    message: isComplete
                        ? "ReplicaSet \"\(setName)\" has successfully progressed."
                        : "ReplicaSet \"\(setName)\" is progressing.", at: time, extraTimes: ["lastUpdateTime"])
            }
            object["status"] = status
        }
    }
}
