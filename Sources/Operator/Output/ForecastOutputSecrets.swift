import Autoscaler
import KubernetesClient
import ModelRegistry

/// The Secret entries that a pod reads which writes forecasts, and the files that they become there.
///
/// The operator reads no Secret: it only writes their names into the pod, where the kubelet mounts them.
enum ForecastOutputSecrets {
    /// A file in ``TrainingObjects/MountPath/secrets``; the raw value is its name.
    enum File: String {
        case username
        case password
        case ca = "ca.pem"
        case accessKeyID = "access-key-id"
        case secretAccessKey = "secret-access-key"
        case sessionToken = "session-token"

        /// The path in the document, relative to the document's own folder.
        var path: String { "../secrets/\(rawValue)" }
    }

    /// The source of the volume that holds the files; nil where there are none.
    ///
    /// - Parameter registry: what opens the object store that the version is in.
    static func volume(of output: ForecastOutput, and registry: [TrainingSecrets.Entry] = []) -> JSONObject? {
        var sources: [JSONValue] = []
        func add(_ file: File, _ secret: String, _ key: String, optional: Bool = false) {
            let items: JSONValue = [["key": .string(key), "path": .string(file.rawValue)]]
            var source: JSONObject = ["name": .string(secret), "items": items]
            if optional { source["optional"] = true }
            sources.append(["secret": .object(source)])
        }
        if let secret = output.postgresql?.credentialsSecret?.name {
            add(.username, secret, "username")
            add(.password, secret, "password")
        }
        if let ca = output.postgresql?.ca ?? output.s3?.tls?.ca { add(.ca, ca.name, ca.key) }
        if let secret = output.s3?.credentialsSecret?.name {
            add(.accessKeyID, secret, ObjectAccess.SecretKey.accessKeyID)
            add(.secretAccessKey, secret, ObjectAccess.SecretKey.secretAccessKey)
            // Only temporary credentials have one.
            add(.sessionToken, secret, ObjectAccess.SecretKey.sessionToken, optional: true)
        }
        for entry in registry { sources.append(entry.volumeSource) }
        guard !sources.isEmpty else { return nil }
        // 0440: for the pod's own group (fsGroup) alone.
        return ["projected": ["sources": .array(sources), "defaultMode": 0o440]]
    }
}
