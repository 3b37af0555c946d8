import Autoscaler
import KubernetesClient

/// A pod of the operator's: non-root, a read-only root, no capabilities, its inputs mounted and nothing else.
struct PodTemplate {
    /// Something that is mounted.
    struct Volume {
        let name: String
        let path: String
        let readOnly: Bool
        let source: JSONObject

        var volume: JSONValue { .object(JSONObject([(key: "name", value: .string(name))] + source.map { $0 })) }
    }

    /// What the person who made the model asks of its pods, as JSON, whose names are `core/v1`'s own. It comes whole: a pod
    /// without the affinity that its owner asked for would run where it must not.
    let settings: JSONValue
    /// The container's name.
    let name: String
    let image: String
    let arguments: [String]
    /// The account; the namespace's default where nil.
    let serviceAccount: String?
    /// Whether the pod may speak to the API server.
    let mountsToken: Bool
    let volumes: [Volume]

    /// `spec` of a pod.
    var spec: JSONValue {
        var spec: JSONObject = [
            "restartPolicy": "Never",
            "automountServiceAccountToken": .bool(mountsToken),
            "securityContext": [
                "runAsNonRoot": true, "runAsUser": 65532, "runAsGroup": 65532, "fsGroup": 65532,
                "seccompProfile": ["type": "RuntimeDefault"],
            ],
            "containers": [container],
            "volumes": .array(volumes.map(\.volume) + list("volumes")),
        ]
        if let serviceAccount { spec["serviceAccountName"] = .string(serviceAccount) }
        for field in ["nodeSelector", "tolerations", "imagePullSecrets", "affinity", "priorityClassName"] {
            if let value = settings[key: field] { spec[field] = value }
        }
        return .object(spec)
    }

    private var container: JSONValue {
        var container: JSONObject = [
            "name": .string(name),
            "image": .string(image),
            "args": .array(arguments.map(JSONValue.string)),
            "env": .array(
                [["name": "TMPDIR", "value": .string(TrainingObjects.MountPath.temporary)]] + list("env")),
            "terminationMessagePolicy": "FallbackToLogsOnError",
            "securityContext": [
                "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": ["drop": ["ALL"]],
            ],
            "volumeMounts": .array(
                volumes.map {
                    ["name": .string($0.name), "mountPath": .string($0.path), "readOnly": .bool($0.readOnly)]
                } + list("volumeMounts")),
        ]
        container["resources"] = settings["resources"] ?? ["requests": ["cpu": "500m", "memory": "256Mi"]]
        return .object(container)
    }

    /// A pod that was evicted or preempted has done nothing wrong, and is replaced; one that says by its exit status that no
    /// other try helps (`docs/trainer-contract.md`) is believed.
    static func failurePolicy(container: String) -> JSONValue {
        [
            "rules": [
                ["action": "Ignore", "onPodConditions": [["type": "DisruptionTarget", "status": "True"]]],
                [
                    "action": "FailJob",
                    "onExitCodes": ["containerName": .string(container), "operator": "In", "values": [64, 65]],
                ],
            ]
        ]
    }

    private func list(_ field: String) -> [JSONValue] { settings[key: field]?.arrayValue ?? [] }
}
