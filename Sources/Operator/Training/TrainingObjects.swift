import Autoscaler
import KubernetesClient
import ModelRegistry

/// The objects that one training run consists of, in the order in which they are made.
///
/// All names derive from the TrainingJob's, so that a retry finds what the first try made. All are owned by the
/// TrainingJob, so that they go with it. The run's own ServiceAccount may create and patch just the run's own artifact
/// ConfigMaps: `resourceNames` restricts a creation too when it comes as a server-side apply.
struct TrainingObjects {
    /// The run, with everything that it leaves to its model filled in.
    let job: TrainingJob
    /// The trainer's image where the run names none: the operator's own.
    let defaultImage: String
    /// The `TrainingRun` document; it holds no secret.
    let run: TrainingRun
    /// The same as JSON.
    let document: String
    /// Of the version to compare against: its manifest and chunks, mounted for the trainer to read.
    let championConfigMaps: [String]
    /// Of the version that served before it; the pod starts without them too.
    var previousConfigMaps: [String] = []

    /// The names of one run's objects.
    struct Names {
        let job: String
        var serviceAccount: String { job + "-trainer" }
        var run: String { job + "-run" }
        /// The manifest; its chunks are `<artifact>-0`, `<artifact>-1`, …
        var artifact: String { job + "-artifact" }

        /// Everything that the pods of a run may publish. With several shards each has a manifest and chunks of its own,
        /// and chunks for the champion's recipe; the version's manifest is the operator's then. Chunks that are objects of a
        /// store are no ConfigMaps.
        func artifactConfigMaps(shards: Int, chunksAreObjects: Bool = false) -> [String] {
            let chunks = 0..<(chunksAreObjects ? 0 : TrainingObjects.maximumChunks(shards: shards))
            guard shards > 1 else { return [artifact] + chunks.map { "\(artifact)-\($0)" } }
            return (0..<shards).map { "\(artifact)-shard-\($0)" }.flatMap { shard in
                [shard] + chunks.flatMap { ["\(shard)-\($0)", "\(shard)-champion-\($0)"] }
            }
        }
    }

    var pod: PodSettings { job.spec.pod ?? PodSettings() }
    var image: String { pod.image ?? defaultImage }
    var names: Names { Names(job: job.name) }

    /// How many chunks of 900 KiB a pod may publish: 32 alone, and at least 4 of many, so that a Role that names them
    /// all stays far below what an API server stores.
    static func maximumChunks(shards: Int) -> Int { max(4, 32 / max(1, shards / 4)) }

    private var shards: Int { job.spec.parallelism ?? 1 }

    /// The folders that the run's inputs are mounted at, side by side: the document names the others by relative paths.
    enum MountPath {
        static let run = "/etc/presage/run"
        static let champion = "/etc/presage/champion"
        static let previous = "/etc/presage/previous"
        static let source = "/etc/presage/source"
        static let secrets = "/etc/presage/secrets"
        static let temporary = "/tmp"
    }

    var serviceAccount: JSONValue {
        object("v1", "ServiceAccount", names.serviceAccount, ["automountServiceAccountToken": false])
    }

    var role: JSONValue {
        let names = names.artifactConfigMaps(shards: shards, chunksAreObjects: run.artifact.objects != nil)
            .map(JSONValue.string)
        return object(
            "rbac.authorization.k8s.io/v1", "Role", self.names.serviceAccount,
            [
                "rules": [
                    [
                        "apiGroups": [""], "resources": ["configmaps"], "resourceNames": .array(names),
                        "verbs": ["create", "patch", "get"],
                    ]
                ]
            ])
    }

    var roleBinding: JSONValue {
        object(
            "rbac.authorization.k8s.io/v1", "RoleBinding", names.serviceAccount,
            [
                "roleRef": [
                    "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": .string(names.serviceAccount),
                ],
                "subjects": [
                    [
                        "kind": "ServiceAccount", "name": .string(names.serviceAccount),
                        "namespace": .string(job.namespace),
                    ]
                ],
            ])
    }

    var runConfigMap: JSONValue {
        object("v1", "ConfigMap", names.run, ["data": ["run.json": .string(document)], "immutable": true])
    }

    /// The Job that runs the pods.
    ///
    /// - Throws: an error that names the pod setting which cannot be passed on.
    func kubernetesJob() throws(SpecError) -> JSONValue {
        var spec: JSONObject = [
            "backoffLimit": .int(Int64(job.spec.backoffLimit ?? 2)),
            "podFailurePolicy": PodTemplate.failurePolicy(container: "trainer"),
            "template": [
                "metadata": ["labels": .object(podLabels), "annotations": .object(Self.map(pod.podAnnotations))],
                "spec": try podSpec,
            ],
        ]
        if shards > 1 {
            let retries = job.spec.backoffLimit ?? 2
            spec["completionMode"] = "Indexed"
            spec["completions"] = .int(Int64(shards))
            spec["parallelism"] = .int(Int64(shards))
            // A server that does not know retries for each index drops the field, and counts all retries together.
            spec["backoffLimitPerIndex"] = .int(Int64(retries))
            spec["maxFailedIndexes"] = 0
            spec["backoffLimit"] = .int(Int64(retries * shards))
        }
        if let deadline = job.spec.activeDeadlineSeconds { spec["activeDeadlineSeconds"] = .int(Int64(deadline)) }
        var made = object("batch/v1", "Job", names.job, ["spec": .object(spec)])
        // Kueue reads its queue from the Job, cost tools read either.
        made["metadata", "labels"] = .object(podLabels)
        if !(pod.podAnnotations ?? [:]).isEmpty {
            made["metadata", "annotations"] = .object(Self.map(pod.podAnnotations))
        }
        return made
    }

    private static func map(_ texts: [String: String]?) -> JSONObject {
        JSONObject((texts ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    }

    private var labels: JSONObject {
        [
            "app.kubernetes.io/name": "presage-trainer", "app.kubernetes.io/managed-by": "presage",
            Labels.model: .string(Labels.value(job.spec.modelRef.name)),
            Labels.trainingJob: .string(Labels.value(job.name)),
        ]
    }

    /// A person's labels never replace ours: the operator finds pods by them.
    private var podLabels: JSONObject {
        var all = Self.map(pod.podLabels)
        for (key, value) in labels { all[key] = value }
        return all
    }

    private func object(_ apiVersion: String, _ kind: String, _ name: String, _ fields: JSONObject) -> JSONValue {
        var object: JSONObject = [
            "apiVersion": .string(apiVersion), "kind": .string(kind),
            "metadata": [
                "name": .string(name), "namespace": .string(job.namespace), "labels": .object(labels),
                "ownerReferences": [
                    [
                        "apiVersion": "presage.dev/v1alpha1", "kind": "TrainingJob", "name": .string(job.name),
                        "uid": .string(job.uid), "controller": true, "blockOwnerDeletion": true,
                    ]
                ],
            ],
        ]
        for (key, value) in fields { object[key] = value }
        return .object(object)
    }
}
