import Autoscaler
import Foundation
import KubernetesClient
import ModelRegistry

extension Cluster {
    /// What the Job of a run says of itself.
    func jobState(of job: TrainingJob) -> (state: TrainingStep.JobState, startTime: Date?) {
        // One of the same name may be left from a run that was deleted; it is on its way out.
        guard let object = jobs.get(job.key), object.metadata.controller?.uid == job.uid else { return (.missing, nil) }
        return object.trainingState
    }

    /// How many pods share a run's series, as its Job was made; nil where there is none.
    func shards(of job: TrainingJob) -> Int? {
        guard let object = jobs.get(job.key), object.metadata.controller?.uid == job.uid else { return nil }
        return object["spec", "completionMode"] == "Indexed" ? object["spec", "completions"]?.intValue : 1
    }

    /// Suspends a run's Job, or takes back that this was done. What a queue has suspended is the queue's.
    func hold(_ job: TrainingJob, _ isHeld: Bool) async throws {
        _ = try await client.patch(
            Job.self, job.name, namespace: job.namespace,
            .merge([
                "metadata": ["annotations": [Labels.suspended: isHeld ? "true" : .null]],
                "spec": ["suspend": .bool(isHeld)],
            ]), options: WriteOptions(fieldManager: FieldOwnership.manager))
    }

    /// What keeps a run's pod from running, such as an image that cannot be pulled; nil where nothing does.
    ///
    /// - Parameters:
    ///   - source: the ConfigMap that the pod mounts its history from.
    ///   - isLate: whether the pod should have begun by now.
    func podProblem(
        of job: TrainingJob, source: KeyReference?, isLate: Bool
    ) async throws -> (reason: String, message: String)? {
        // It is asked every few seconds for each run under way: what the server has in memory will do.
        let pods = try await pods(Self.selector(job), namespace: job.namespace, resourceVersion: "0")
        if pods.isEmpty, isLate {
            // The Job controller writes why into its Events alone.
            return (
                "NoPods",
                "Job \(job.name) has no pod; kubectl describe job \(job.name) says why, such as a quota, a LimitRange or a policy "
                    + "that refuses its pods"
            )
        }
        for pod in pods {
            for container in pod["status", "containerStatuses"]?.arrayValue ?? [] {
                guard let waiting = container["state", "waiting"], let reason = waiting["reason"]?.stringValue
                else { continue }
                if reason == "ContainerCreating" || reason == "PodInitializing" {
                    if let source, let missing = try await self.missing(source, in: job.namespace) {
                        return ("SourceNotFound", "pod \(pod.metadata.name) waits: \(missing)")
                    }
                    if isLate { return (reason, Self.waiting(pod)) }
                } else {
                    let message = waiting["message"]?.stringValue ?? "the container waits"
                    return (reason, "pod \(pod.metadata.name): \(message)")
                }
            }
            for condition in pod["status", "conditions"]?.arrayValue ?? []
            where condition["type"]?.stringValue == "PodScheduled" && condition["status"]?.stringValue == "False" {
                let message = condition["message"]?.stringValue ?? "no node fits"
                return (condition["reason"]?.stringValue ?? "Unschedulable", "pod \(pod.metadata.name): \(message)")
            }
        }
        return nil
    }

    /// What can be said of a pod that does not begin: Secrets are not ours to look for.
    private static func waiting(_ pod: Pod) -> String {
        let secrets = (pod["spec", "volumes"]?.arrayValue ?? []).flatMap { volume in
            [volume["secret", "secretName"]]
                + (volume["projected", "sources"]?.arrayValue ?? []).map { $0["secret", "name"] }
        }.compactMap { $0?.stringValue }
        let needs = Set(secrets).sorted().joined(separator: ", ")
        return
            "pod \(pod.metadata.name) does not begin; kubectl describe pod \(pod.metadata.name) says what it waits for, such as its "
            + (needs.isEmpty ? "image or a volume" : "image, a volume or a Secret that has to exist: \(needs)")
    }

    /// What of a ConfigMap is not there; nil where all is. A pod's status does not say what its kubelet waits for.
    private func missing(_ entry: KeyReference, in namespace: String) async throws -> String? {
        let field = "spec.source.csv.configMap"
        guard let object = try await client.find(ConfigMap.self, entry.name, namespace: namespace) else {
            return
                "ConfigMap \(entry.name) does not exist in namespace \(namespace); create it, or correct \(field).name"
        }
        let keys = ["data", "binaryData"].flatMap { object[$0]?.objectValue?.map(\.key) ?? [] }
        guard !keys.contains(entry.key) else { return nil }
        return
            "ConfigMap \(entry.name) has no key \(entry.key), only \(keys.sorted().joined(separator: ", ")); add it, or correct "
            + "\(field).key"
    }

    /// Why the run's pods failed: what one of them wrote to its termination log, or what the kubelet says of it; nil where
    /// no failed pod is left.
    ///
    /// - Returns: the report, and whether it is the pod's own.
    func report(of job: TrainingJob) async throws -> (report: TrainingReport, isOwn: Bool)? {
        let failed = try await reports(ofPods: Self.selector(job), namespace: job.namespace)
            .filter { !$0.report.succeeded }
        return failed.first(where: \.isOwn) ?? failed.first
    }

    /// What the newest of a run's failed pods said while the Job tries again, for the last try may be minutes away; nil where
    /// none has failed.
    func failedTry(of job: TrainingJob) async throws -> String? {
        guard let count = jobs.get(job.key)?["status", "failed"]?.intValue, count > 0,
            let failed = try await report(of: job)
        else { return nil }
        return "\(count) failed before, and it is tried again: \(failed.report.message)"
    }

    /// What the newest of the pods that a label selector picks wrote to its termination log.
    func report(ofPods selector: String, namespace: String) async throws -> TrainingReport? {
        try await reports(ofPods: selector, namespace: namespace).first?.report
    }

    /// What the pods that have ended say, or the kubelet of them, the newest first.
    private func reports(
        ofPods selector: String, namespace: String
    ) async throws -> [(report: TrainingReport, isOwn: Bool)] {
        let newestFirst = try await pods(selector, namespace: namespace).sorted {
            $0.metadata.creationTimestamp?.seconds ?? 0 > $1.metadata.creationTimestamp?.seconds ?? 0
        }
        return newestFirst.flatMap { pod -> [(report: TrainingReport, isOwn: Bool)] in
            if pod["status", "reason"]?.stringValue == "Evicted" {
                let why = pod["status", "message"]?.stringValue ?? "the node ran short of a resource"
                let message = "pod \(pod.metadata.name) was evicted: \(why)"
                return [(TrainingReport(succeeded: false, reason: "Evicted", message: message, stages: []), false)]
            }
            return (pod["status", "containerStatuses"]?.arrayValue ?? []).compactMap { container in
                guard let terminated = container["state", "terminated"] else { return nil }
                let message = terminated["message"]?.stringValue ?? ""
                if let report = try? JSONValue(parsing: message).decode(TrainingReport.self) { return (report, true) }
                guard terminated["exitCode"]?.intValue != 0 else { return nil }
                return (Self.report(terminated, message, pod: pod.metadata.name), false)
            }
        }
    }

    /// What is known of a trainer that left no report of its own.
    private static func report(_ terminated: JSONValue, _ message: String, pod: String) -> TrainingReport {
        let reason = terminated["reason"]?.stringValue ?? "Error"
        let exit = terminated["exitCode"]?.intValue.map { "exit code \($0)" } ?? "no exit code"
        if reason == "OOMKilled" {
            return TrainingReport(
                succeeded: false, reason: reason,
                message: "pod \(pod) needed more memory than its limit and was killed; raise "
                    + "spec.training.resources.limits.memory, or share the series among more pods (spec.training.parallelism)",
                stages: [])
        }
        return TrainingReport(
            succeeded: false, reason: reason,
            message: message.isEmpty
                ? "the pod ended with \(exit)" : "the pod ended with \(exit): \(message.suffix(1000))",
            stages: [])
    }

    /// Takes back what the run's pods were allowed: they are done. What only has the name is somebody else's.
    ///
    /// The Role is the last, and tells a later try that all of it is done.
    func revoke(_ job: TrainingJob) async throws {
        let name = TrainingObjects.Names(job: job.name).serviceAccount
        guard let role = try await own(Role.self, name, of: job) else { return }
        try await delete(try await own(RoleBinding.self, name, of: job))
        try await delete(try await own(ServiceAccount.self, name, of: job))
        try await delete(role)
    }

    private func own<R: KubernetesResource>(_ type: R.Type, _ name: String, of job: TrainingJob) async throws -> R? {
        let found = try await client.find(type, name, namespace: job.namespace)
        return found?.metadata.controller?.uid == job.uid ? found : nil
    }

    private func delete<R: KubernetesResource>(_ object: R?) async throws {
        guard let object else { return }
        do {
            try await client.delete(
                R.self, object.metadata.name, namespace: object.metadata.namespace,
                options: DeleteOptions(uid: object.metadata.uid))
        } catch let error as KubernetesError where error.isNotFound {}
    }

    private static func selector(_ job: TrainingJob) -> String {
        "\(Labels.trainingJob)=\(Labels.value(job.name))"
    }

    /// - Parameter resourceVersion: `0` where the pods may be those of a moment ago. As of now a server before 1.31 reads all pods
    ///   of the namespace from etcd to find those that the selector picks.
    private func pods(_ selector: String, namespace: String, resourceVersion: String? = nil) async throws -> [Pod] {
        let options = ListOptions(labelSelector: selector, resourceVersion: resourceVersion)
        return try await client.list(Pod.self, namespace: namespace, options: options).items
    }
}

extension Job {
    /// What the Job of a run says of itself, and since when it has run.
    var trainingState: (state: TrainingStep.JobState, startTime: Date?) {
        let start = object["status", "startTime"]?.stringValue.flatMap { Timestamp($0)?.date }
        for condition in object["status", "conditions"]?.arrayValue ?? []
        where condition["status"]?.stringValue == "True" {
            switch condition["type"]?.stringValue {
            case "Complete": return (.complete, start)
            case "Failed":
                let state = TrainingStep.JobState.failed(
                    reason: condition["reason"]?.stringValue ?? "JobFailed",
                    message: condition["message"]?.stringValue ?? "Job \(object.metadata.name) failed")
                return (state, start)
            default: continue
            }
        }
        if object["spec", "suspend"]?.boolValue == true {
            let byRun = object.metadata.annotations[Labels.suspended] != nil
            return (.suspended(byRun: byRun), start)
        }
        return (.active, start)
    }
}
