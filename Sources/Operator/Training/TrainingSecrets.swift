import Autoscaler
import KubernetesClient
import ModelRegistry

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
        case prometheusAccessKeyID = "prometheus-access-key-id"
        case prometheusSecretAccessKey = "prometheus-secret-access-key"
        case prometheusSessionToken = "prometheus-session-token"
        case prometheusCA = "prometheus-ca.pem"
        case csvToken = "csv-token"
        case csvUsername = "csv-username"
        case csvPassword = "csv-password"
        case csvCA = "csv-ca.pem"
        case s3AccessKeyID = "s3-access-key-id"
        case s3SecretAccessKey = "s3-secret-access-key"
        case s3SessionToken = "s3-session-token"
        case s3CA = "s3-ca.pem"
        case postgresqlUsername = "postgresql-username"
        case postgresqlPassword = "postgresql-password"
        case postgresqlCA = "postgresql-ca.pem"
        case registryAccessKeyID = "registry-access-key-id"
        case registrySecretAccessKey = "registry-secret-access-key"
        case registrySessionToken = "registry-session-token"
        case registryCA = "registry-ca.pem"
        case championAccessKeyID = "champion-access-key-id"
        case championSecretAccessKey = "champion-secret-access-key"
        case championSessionToken = "champion-session-token"
        case championCA = "champion-ca.pem"
        case previousAccessKeyID = "previous-access-key-id"
        case previousSecretAccessKey = "previous-secret-access-key"
        case previousSessionToken = "previous-session-token"
        case previousCA = "previous-ca.pem"

        /// The path in the run document, relative to the document's own folder as all of its paths are.
        var path: String { "../secrets/\(rawValue)" }
    }

    /// One entry of one Secret.
    struct Entry: Equatable {
        var file: File
        var secret: KeyReference
        /// Whether the pod starts, without the file, where the Secret or its key does not exist.
        var isOptional = false

        /// The entry as a source of a projected volume.
        var volumeSource: JSONValue {
            let items: JSONValue = [["key": .string(secret.key), "path": .string(file.rawValue)]]
            var source: JSONObject = ["name": .string(secret.name), "items": items]
            if isOptional { source["optional"] = true }
            return ["secret": .object(source)]
        }
    }

    /// All entries that a run refers to.
    static func entries(of spec: TrainingJobSpec) -> [Entry] {
        var entries: [Entry] = []
        func add(_ file: File, _ secret: KeyReference?, optional: Bool = false) {
            if let secret { entries.append(Entry(file: file, secret: secret, isOptional: optional)) }
        }
        func add(_ files: (id: File, key: File, token: File), _ secret: LocalReference?) {
            guard let name = secret?.name else { return }
            add(files.id, KeyReference(name: name, key: ObjectAccess.SecretKey.accessKeyID))
            add(files.key, KeyReference(name: name, key: ObjectAccess.SecretKey.secretAccessKey))
            // Only temporary credentials have one.
            add(files.token, KeyReference(name: name, key: ObjectAccess.SecretKey.sessionToken), optional: true)
        }
        if let prometheus = spec.source?.prometheus {
            add(.prometheusToken, prometheus.auth?.bearerToken)
            add(.prometheusUsername, prometheus.auth?.username)
            add(.prometheusPassword, prometheus.auth?.password)
            add(.prometheusCA, prometheus.tls?.ca)
            let files = (File.prometheusAccessKeyID, File.prometheusSecretAccessKey, File.prometheusSessionToken)
            add(files, prometheus.sigv4?.credentialsSecret)
        }
        if let csv = spec.source?.csv, csv.url != nil {
            add(.csvToken, csv.auth?.bearerToken)
            add(.csvUsername, csv.auth?.username)
            add(.csvPassword, csv.auth?.password)
            add(.csvCA, csv.tls?.ca)
        }
        add((.s3AccessKeyID, .s3SecretAccessKey, .s3SessionToken), spec.source?.csv?.s3?.credentialsSecret)
        add(.s3CA, spec.source?.csv?.s3?.tls?.ca)
        if let postgresql = spec.source?.postgresql {
            if let secret = postgresql.credentialsSecret?.name {
                add(.postgresqlUsername, KeyReference(name: secret, key: "username"))
                add(.postgresqlPassword, KeyReference(name: secret, key: "password"))
            }
            add(.postgresqlCA, postgresql.ca)
        }
        return entries
    }

    /// What a folder of an object store is for, and the files that its credentials become.
    enum Folder {
        case registry
        case champion
        case previous

        var files: (id: File, key: File, token: File, ca: File) {
            switch self {
            case .registry: (.registryAccessKeyID, .registrySecretAccessKey, .registrySessionToken, .registryCA)
            case .champion: (.championAccessKeyID, .championSecretAccessKey, .championSessionToken, .championCA)
            case .previous: (.previousAccessKeyID, .previousSecretAccessKey, .previousSessionToken, .previousCA)
            }
        }
    }

    /// A folder as the pod sees it, with the files that its Secret becomes.
    static func objects(_ store: VersionManifest.Store, for folder: Folder) -> TrainingRun.Objects {
        var objects = TrainingRun.Objects(store: store)
        if store.ca != nil { objects.caFile = folder.files.ca.path }
        guard store.credentialsSecret != nil else { return objects }
        objects.accessKeyIDFile = folder.files.id.path
        objects.secretAccessKeyFile = folder.files.key.path
        objects.sessionTokenFile = folder.files.token.path
        return objects
    }

    /// The entries that a run's document wants for the object store: where it publishes, and where it finds the versions that
    /// it is compared with.
    static func entries(of run: TrainingRun) -> [Entry] {
        let folders: [(Folder, TrainingRun.Objects?)] = [
            (.registry, run.artifact.objects), (.champion, run.champion?.objects), (.previous, run.previous?.objects),
        ]
        return folders.flatMap { folder, objects in entries(of: objects, for: folder) }
    }

    /// The entries of one folder's Secrets.
    static func entries(of objects: TrainingRun.Objects?, for folder: Folder) -> [Entry] {
        guard let store = objects?.store else { return [] }
        // Only a comparison hangs on the version before: the pod starts without it too.
        let isOptional = folder == .previous
        func entry(_ file: File, _ secret: String, _ key: String, _ isOptional: Bool) -> Entry {
            Entry(file: file, secret: KeyReference(name: secret, key: key), isOptional: isOptional)
        }
        var entries: [Entry] = []
        if let secret = store.credentialsSecret {
            entries += [
                entry(folder.files.id, secret, ObjectAccess.SecretKey.accessKeyID, isOptional),
                entry(folder.files.key, secret, ObjectAccess.SecretKey.secretAccessKey, isOptional),
                entry(folder.files.token, secret, ObjectAccess.SecretKey.sessionToken, true),
            ]
        }
        if let ca = store.ca { entries.append(entry(folder.files.ca, ca.name, ca.key, isOptional)) }
        return entries
    }

    /// The source of the volume that holds the files; nil where there are none.
    static func volume(of spec: TrainingJobSpec, _ run: TrainingRun? = nil) -> JSONObject? {
        volume(of: entries(of: spec) + (run.map(entries) ?? []))
    }

    /// The source of a volume with these entries; nil where there are none.
    static func volume(of entries: [Entry]) -> JSONObject? {
        guard !entries.isEmpty else { return nil }
        let sources = entries.map(\.volumeSource)
        // 0440: for the pod's own group (fsGroup) alone.
        return ["projected": ["sources": .array(sources), "defaultMode": 0o440]]
    }
}
