import Autoscaler
import KubernetesClient

/// The Secret entries that a run's pod reads, and the files that they become there.
///
/// The operator reads no Secret: it only writes their names into the pod, where the kubelet mounts them. The run document
/// names the files, so that no trainer needs to know Secrets either.
enum TrainingSecrets {
    /// A file in ``TrainingObjects/MountPath/secrets``; the raw value is its name.
    enum File: String, CaseIterable {
        case prometheusToken = "prometheus-token"
        case prometheusUsername = "prometheus-username"
        case prometheusPassword = "prometheus-password"
        case prometheusCA = "prometheus-ca.pem"
        case csvToken = "csv-token"
        case csvUsername = "csv-username"
        case csvPassword = "csv-password"
        case csvCA = "csv-ca.pem"
        case s3AccessKeyID = "s3-access-key-id"
        case s3SecretAccessKey = "s3-secret-access-key"
        case s3SessionToken = "s3-session-token"
        case postgresqlUsername = "postgresql-username"
        case postgresqlPassword = "postgresql-password"
        case postgresqlCA = "postgresql-ca.pem"

        /// The path in the run document, relative to the document's own folder as all of its paths are.
        var path: String { "../secrets/\(rawValue)" }
    }

    /// One entry of one Secret.
    struct Entry: Equatable {
        var file: File
        var secret: KeyReference
        /// Whether the pod starts, without the file, where the Secret or its key does not exist.
        var isOptional = false
    }

    /// All entries that a run refers to.
    static func entries(of spec: TrainingJobSpec) -> [Entry] {
        var entries: [Entry] = []
        func add(_ file: File, _ secret: KeyReference?, optional: Bool = false) {
            if let secret { entries.append(Entry(file: file, secret: secret, isOptional: optional)) }
        }
        if let prometheus = spec.source?.prometheus {
            add(.prometheusToken, prometheus.auth?.bearerToken)
            add(.prometheusUsername, prometheus.auth?.username)
            add(.prometheusPassword, prometheus.auth?.password)
            add(.prometheusCA, prometheus.tls?.ca)
        }
        if let csv = spec.source?.csv, csv.url != nil {
            add(.csvToken, csv.auth?.bearerToken)
            add(.csvUsername, csv.auth?.username)
            add(.csvPassword, csv.auth?.password)
            add(.csvCA, csv.tls?.ca)
        }
        if let secret = spec.source?.csv?.s3?.credentialsSecret?.name {
            add(.s3AccessKeyID, KeyReference(name: secret, key: "accessKeyID"))
            add(.s3SecretAccessKey, KeyReference(name: secret, key: "secretAccessKey"))
            // Only temporary credentials have one.
            add(.s3SessionToken, KeyReference(name: secret, key: "sessionToken"), optional: true)
        }
        if let postgresql = spec.source?.postgresql {
            if let secret = postgresql.credentialsSecret?.name {
                add(.postgresqlUsername, KeyReference(name: secret, key: "username"))
                add(.postgresqlPassword, KeyReference(name: secret, key: "password"))
            }
            add(.postgresqlCA, postgresql.ca)
        }
        return entries
    }

    /// The source of the volume that holds the files; nil where there are none.
    static func volume(of spec: TrainingJobSpec) -> JSONObject? {
        let entries = entries(of: spec)
        guard !entries.isEmpty else { return nil }
        let sources = entries.map { entry -> JSONValue in
            let items: JSONValue = [["key": .string(entry.secret.key), "path": .string(entry.file.rawValue)]]
            var secret: JSONObject = ["name": .string(entry.secret.name), "items": items]
            if entry.isOptional { secret["optional"] = true }
            return ["secret": .object(secret)]
        }
        // 0440: for the pod's own group (fsGroup) alone.
        return ["projected": ["sources": .array(sources), "defaultMode": 0o440]]
    }
}
