import Autoscaler
import KubernetesClient

extension TrainingObjects {
    /// The trainer's pod: non-root, a read-only root, no capabilities, its inputs mounted and nothing else.
    var podSpec: JSONValue {
        var spec: JSONObject = [
            "restartPolicy": "Never",
            "serviceAccountName": .string(pod.serviceAccountName ?? names.serviceAccount),
            "automountServiceAccountToken": true,
            "securityContext": [
                "runAsNonRoot": true, "runAsUser": 65532, "runAsGroup": 65532, "fsGroup": 65532,
                "seccompProfile": ["type": "RuntimeDefault"],
            ],
            "containers": [container],
            "volumes": .array(volumes.map(\.volume) + Self.json(pod.volumes)),
        ]
        if let selector = pod.nodeSelector {
            spec["nodeSelector"] = .object(JSONObject(selector.mapValues(JSONValue.string)))
        }
        if let tolerations = pod.tolerations, let value = try? JSONValue(encoding: tolerations) {
            spec["tolerations"] = value
        }
        if let secrets = pod.imagePullSecrets {
            spec["imagePullSecrets"] = .array(secrets.map { ["name": .string($0.name)] })
        }
        if let affinity = pod.affinity, let value = try? JSONValue(encoding: affinity) { spec["affinity"] = value }
        if let name = pod.priorityClassName { spec["priorityClassName"] = .string(name) }
        return .object(spec)
    }

    private var container: JSONValue {
        var container: JSONObject = [
            "name": "trainer",
            "image": .string(image),
            "args": [
                "train", "--run", .string("\(MountPath.run)/run.json"), "--termination-log", "/dev/termination-log",
            ],
            "env": .array([["name": "TMPDIR", "value": .string(MountPath.temporary)]] + Self.json(pod.env)),
            "terminationMessagePolicy": "FallbackToLogsOnError",
            "securityContext": [
                "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": ["drop": ["ALL"]],
            ],
            "volumeMounts": .array(
                volumes.map {
                    ["name": .string($0.name), "mountPath": .string($0.path), "readOnly": .bool($0.readOnly)]
                } + Self.json(pod.volumeMounts)),
        ]
        let resources = pod.resources.flatMap { try? JSONValue(encoding: $0) }
        container["resources"] = resources ?? ["requests": ["cpu": "500m", "memory": "256Mi"]]
        return .object(container)
    }

    /// A list of the API's as the API server takes it; its types are `core/v1`'s own.
    private static func json<Element: Encodable>(_ list: [Element]?) -> [JSONValue] {
        (list ?? []).compactMap { try? JSONValue(encoding: $0) }
    }

    private struct Volume {
        let name: String
        let path: String
        let readOnly: Bool
        let source: JSONObject

        var volume: JSONValue { .object(JSONObject([(key: "name", value: .string(name))] + source.map { $0 })) }
    }

    private var volumes: [Volume] {
        var volumes = [
            Volume(
                name: "run", path: MountPath.run, readOnly: true,
                source: ["configMap": ["name": .string(names.run)]]),
            Volume(name: "tmp", path: MountPath.temporary, readOnly: false, source: ["emptyDir": [:]]),
        ]
        if !championConfigMaps.isEmpty {
            let sources: [JSONValue] = championConfigMaps.map { ["configMap": ["name": .string($0)]] }
            volumes.append(
                Volume(
                    name: "champion", path: MountPath.champion, readOnly: true,
                    source: ["projected": ["sources": .array(sources)]]))
        }
        if !previousConfigMaps.isEmpty {
            let sources: [JSONValue] = previousConfigMaps.map {
                ["configMap": ["name": .string($0), "optional": true]]
            }
            volumes.append(
                Volume(
                    name: "previous", path: MountPath.previous, readOnly: true,
                    source: ["projected": ["sources": .array(sources)]]))
        }
        if let configMap = job.spec.source?.csv?.configMap {
            volumes.append(
                Volume(
                    name: "source", path: MountPath.source, readOnly: true,
                    source: ["configMap": ["name": .string(configMap.name)]]))
        }
        if let secrets = TrainingSecrets.volume(of: job.spec) {
            volumes.append(Volume(name: "secrets", path: MountPath.secrets, readOnly: true, source: secrets))
        }
        return volumes
    }
}
