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

    /// What the person who made the model asks of its pods.
    let settings: PodSettings
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
            "volumes": .array(volumes.map(\.volume) + Self.json(settings.volumes)),
        ]
        if let serviceAccount { spec["serviceAccountName"] = .string(serviceAccount) }
        if let selector = settings.nodeSelector {
            spec["nodeSelector"] = .object(JSONObject(selector.mapValues(JSONValue.string)))
        }
        if let tolerations = settings.tolerations, let value = try? JSONValue(encoding: tolerations) {
            spec["tolerations"] = value
        }
        if let secrets = settings.imagePullSecrets {
            spec["imagePullSecrets"] = .array(secrets.map { ["name": .string($0.name)] })
        }
        if let affinity = settings.affinity, let value = try? JSONValue(encoding: affinity) {
            spec["affinity"] = value
        }
        if let name = settings.priorityClassName { spec["priorityClassName"] = .string(name) }
        return .object(spec)
    }

    private var container: JSONValue {
        var container: JSONObject = [
            "name": .string(name),
            "image": .string(image),
            "args": .array(arguments.map(JSONValue.string)),
            "env": .array(
                [["name": "TMPDIR", "value": .string(TrainingObjects.MountPath.temporary)]] + Self.json(settings.env)),
            "terminationMessagePolicy": "FallbackToLogsOnError",
            "securityContext": [
                "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": ["drop": ["ALL"]],
            ],
            "volumeMounts": .array(
                volumes.map {
                    ["name": .string($0.name), "mountPath": .string($0.path), "readOnly": .bool($0.readOnly)]
                } + Self.json(settings.volumeMounts)),
        ]
        let resources = settings.resources.flatMap { try? JSONValue(encoding: $0) }
        container["resources"] = resources ?? ["requests": ["cpu": "500m", "memory": "256Mi"]]
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

    /// A list of the API's as the API server takes it; its types are `core/v1`'s own.
    private static func json<Element: Encodable>(_ list: [Element]?) -> [JSONValue] {
        (list ?? []).compactMap { try? JSONValue(encoding: $0) }
    }
}
