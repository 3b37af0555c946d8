import Autoscaler
import Foundation
import KubernetesClient
import ModelRegistry

/// The Job that writes the forecasts of what is in production, once for each decision that puts something there.
///
/// The pod reads a version from its ConfigMaps and the credentials from Secrets, all mounted, and speaks to the place and
/// to nothing else: it has no token for the API server.
struct ForecastOutputJob {
    /// The label of the Job and its pods: the Job's name.
    static let label = "presage.dev/forecast-output"
    /// The Job's annotation with what it writes, see ``key``.
    static let keyAnnotation = "presage.dev/forecast-output-key"
    /// The Job's annotation with the number of the attempt.
    static let attemptAnnotation = "presage.dev/forecast-output-attempt"
    /// The manifest's annotation with the ``key`` that was written last.
    static let writtenAnnotation = "presage.dev/forecasts-written"
    /// The pod's annotation that becomes the document.
    static let documentAnnotation = "presage.dev/forecast-output-run"

    private static let container = "forecast-output"
    /// How long a Job stays at least, in seconds: when the next attempt is due, and which it is, is read from the last one.
    private static let leastTTL = Int(TrainingNeed.longestRetryDelay) + 600

    let model: ForecastModel
    let output: ForecastOutput
    let entry: Versions.Entry
    let record: PromotionRecord
    let defaultImage: String

    /// The document's folder in the pod has the version beside it.
    private static let versionPath = "/etc/presage/version"

    /// Tells this version, decision and place from every other.
    var key: String {
        get throws {
            let document = try JSONValue(encoding: run).jsonString([.sortedKeys])
            return TrainingNeed.hash(entry.manifest.artifactDigest + document)
        }
    }

    /// The Job's name; a retry after a crash finds what the first try made.
    func name(attempt: Int) throws -> String {
        var prefix = model.name.prefix(40)
        while let last = prefix.last, !last.isLetter, !last.isNumber { prefix.removeLast() }
        return "\(prefix)-forecasts-\(try key)-\(attempt)"
    }

    /// What the pod is told; it holds no secret.
    var run: ForecastWriteRun {
        typealias File = ForecastOutputSecrets.File
        var run = ForecastWriteRun(
            model: .init(namespace: model.namespace, name: model.name, uid: model.uid), version: record.version,
            revision: record.revision, sequence: record.sequence, directory: "../version",
            horizonSeconds: (output.horizon ?? model.spec.horizon.span).seconds)
        run.path = output.csv?.path
        run.objects = entry.manifest.store.map {
            TrainingSecrets.objects(RegistryFolder.current($0, of: model.spec), for: .registry)
        }
        if let table = output.postgresql {
            var place = ForecastWriteRun.PostgreSQL(
                host: table.host, port: table.port, database: table.database, table: table.table,
                sslMode: table.sslMode.rawValue)
            if table.credentialsSecret != nil {
                place.usernameFile = File.username.path
                place.passwordFile = File.password.path
            }
            if table.ca != nil { place.caFile = File.ca.path }
            run.postgresql = place
        }
        if let object = output.s3 {
            var place = ForecastWriteRun.S3(
                bucket: object.bucket, key: object.key, region: object.region, endpoint: object.endpoint,
                pathStyle: object.pathStyle)
            if object.credentialsSecret != nil {
                place.accessKeyIDFile = File.accessKeyID.path
                place.secretAccessKeyFile = File.secretAccessKey.path
                place.sessionTokenFile = File.sessionToken.path
            }
            if object.tls?.ca != nil { place.caFile = File.ca.path }
            place.insecureSkipVerify = object.tls?.insecureSkipVerify
            run.s3 = place
        }
        return run
    }

    /// The Job, owned by the model.
    func object(attempt: Int) throws -> JSONValue {
        let settings = model.spec.training.pod
        let name = try name(attempt: attempt)
        var labels = JSONObject(
            (settings.podLabels ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
        labels["app.kubernetes.io/name"] = "presage-forecast-output"
        labels["app.kubernetes.io/managed-by"] = "presage"
        labels[Labels.model] = .string(Labels.value(model.name))
        labels[Self.label] = .string(name)
        var annotations = JSONObject((settings.podAnnotations ?? [:]).mapValues(JSONValue.string))
        annotations[Self.documentAnnotation] = .string(try JSONValue(encoding: run).jsonString([.sortedKeys]))
        return [
            "apiVersion": "batch/v1", "kind": "Job",
            "metadata": [
                "name": .string(name), "namespace": .string(model.namespace), "labels": .object(labels),
                "annotations": [
                    Self.keyAnnotation: .string(try key), Self.attemptAnnotation: .string(String(attempt)),
                ],
                "ownerReferences": [try JSONValue(encoding: Labels.owner(model))],
            ],
            "spec": [
                "backoffLimit": 3,
                "podFailurePolicy": PodTemplate.failurePolicy(container: Self.container),
                "activeDeadlineSeconds": .int(Int64(model.spec.training.activeDeadlineSeconds)),
                "ttlSecondsAfterFinished": .int(Int64(max(model.spec.training.ttlSecondsAfterFinished, Self.leastTTL))),
                "template": [
                    "metadata": ["labels": .object(labels), "annotations": .object(annotations)],
                    "spec": try pod(settings),
                ],
            ],
        ]
    }

    private func pod(_ settings: PodSettings) throws(SpecError) -> JSONValue {
        typealias Path = TrainingObjects.MountPath
        let field: JSONValue = ["fieldPath": .string("metadata.annotations['\(Self.documentAnnotation)']")]
        let version: [JSONValue] = entry.configMaps.map { ["configMap": ["name": .string($0)]] }
        var volumes = [
            PodTemplate.Volume(
                name: "run", path: Path.run, readOnly: true,
                source: ["downwardAPI": ["items": [["path": "output.json", "fieldRef": field]]]]),
            PodTemplate.Volume(name: "tmp", path: Path.temporary, readOnly: false, source: ["emptyDir": [:]]),
            PodTemplate.Volume(
                name: "version", path: Self.versionPath, readOnly: true,
                source: ["projected": ["sources": .array(version)]]),
        ]
        let registry = TrainingSecrets.entries(of: run.objects, for: .registry)
        if let secrets = ForecastOutputSecrets.volume(of: output, and: registry) {
            volumes.append(.init(name: "secrets", path: Path.secrets, readOnly: true, source: secrets))
        }
        return PodTemplate(
            settings: try JSONValue(of: settings, field: "spec.training"), name: Self.container,
            image: settings.image ?? defaultImage,
            arguments: [
                "write-forecasts", "--run", "\(Path.run)/output.json", "--termination-log", "/dev/termination-log",
            ],
            serviceAccount: settings.serviceAccountName, mountsToken: false, volumes: volumes
        ).spec
    }
}

extension Job {
    /// The Job as an attempt to write forecasts; nil where it is none.
    var outputAttempt: ForecastOutputStep.Attempt? {
        guard let number = metadata.annotations[ForecastOutputJob.attemptAnnotation].flatMap({ Int($0) }) else {
            return nil
        }
        var state = ForecastOutputStep.Attempt.State.active
        for condition in self["status", "conditions"]?.arrayValue ?? []
        where condition["status"]?.stringValue == "True" {
            switch condition["type"]?.stringValue {
            case "Complete": state = .complete
            case "Failed":
                let time = condition["lastTransitionTime"]?.stringValue.flatMap { Timestamp($0)?.date }
                state = .failed(
                    reason: condition["reason"]?.stringValue ?? "JobFailed",
                    message: condition["message"]?.stringValue ?? "Job \(metadata.name) failed",
                    at: time ?? metadata.creationTimestamp?.date ?? .distantPast)
            default: continue
            }
        }
        return .init(job: metadata.name, number: number, state: state)
    }
}
