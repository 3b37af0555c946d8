import Autoscaler
import KubernetesClient

extension TrainingObjects {
    /// The trainer's pod: its inputs mounted, and an account that may publish the run's artifact.
    ///
    /// - Throws: an error that names the setting which cannot be passed on.
    var podSpec: JSONValue {
        get throws(SpecError) {
            PodTemplate(
                settings: try JSONValue(of: pod, field: "spec.pod"), name: "trainer", image: image,
                arguments: [
                    "train", "--run", "\(MountPath.run)/run.json", "--termination-log", "/dev/termination-log",
                ],
                serviceAccount: pod.serviceAccountName ?? names.serviceAccount, mountsToken: true, volumes: volumes
            ).spec
        }
    }

    private typealias Volume = PodTemplate.Volume

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
            // The one key, so that a pod waits for it as it waits for the ConfigMap.
            let item: JSONValue = ["key": .string(configMap.key), "path": .string(configMap.key)]
            volumes.append(
                Volume(
                    name: "source", path: MountPath.source, readOnly: true,
                    source: ["configMap": ["name": .string(configMap.name), "items": [item]]]))
        }
        if let secrets = TrainingSecrets.volume(of: job.spec, run) {
            volumes.append(Volume(name: "secrets", path: MountPath.secrets, readOnly: true, source: secrets))
        }
        return volumes
    }
}
