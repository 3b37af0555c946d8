import Foundation
import KubernetesClient
import ModelRegistry

extension Cluster {
    /// What the Job of a run says of itself.
    func jobState(of job: TrainingJob) -> (state: TrainingStep.JobState, startTime: Date?) {
        // One of the same name may be left from a run that was deleted; it is on its way out.
        guard let object = jobs.get(job.key), object.metadata.controller?.uid == job.uid else { return (.missing, nil) }
        let start = object["status", "startTime"]?.stringValue.flatMap { Timestamp($0)?.date }
        for condition in object["status", "conditions"]?.arrayValue ?? []
        where condition["status"]?.stringValue == "True" {
            switch condition["type"]?.stringValue {
            case "Complete": return (.complete, start)
            case "Failed":
                let state = TrainingStep.JobState.failed(
                    reason: condition["reason"]?.stringValue ?? "JobFailed",
                    message: condition["message"]?.stringValue ?? "Job \(job.name) failed")
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
    func podProblem(of job: TrainingJob) async throws -> (reason: String, message: String)? {
        for pod in try await pods(Self.selector(job), namespace: job.namespace) {
            for container in pod["status", "containerStatuses"]?.arrayValue ?? [] {
                if let waiting = container["state", "waiting"], let reason = waiting["reason"]?.stringValue,
                    reason != "ContainerCreating", reason != "PodInitializing"
                {
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

    /// What the run's last pod wrote to its termination log; nil where the pod is gone or wrote nothing of use.
    func report(of job: TrainingJob) async throws -> TrainingReport? {
        try await report(ofPods: Self.selector(job), namespace: job.namespace)
    }

    /// What the newest of the pods that a label selector picks wrote to its termination log.
    func report(ofPods selector: String, namespace: String) async throws -> TrainingReport? {
        let newestFirst = try await pods(selector, namespace: namespace).sorted {
            $0.metadata.creationTimestamp?.seconds ?? 0 > $1.metadata.creationTimestamp?.seconds ?? 0
        }
        for pod in newestFirst {
            for container in pod["status", "containerStatuses"]?.arrayValue ?? [] {
                guard let terminated = container["state", "terminated"] else { continue }
                let message = terminated["message"]?.stringValue ?? ""
                if let report = try? JSONValue(parsing: message).decode(TrainingReport.self) { return report }
                let reason = terminated["reason"]?.stringValue ?? "Error"
                let exit = terminated["exitCode"]?.intValue.map { "exit code \($0)" } ?? "no exit code"
                return TrainingReport(
                    succeeded: false, reason: reason,
                    message: message.isEmpty
                        ? "the pod ended with \(exit)" : "the pod ended with \(exit): \(message.suffix(1000))",
                    stages: [])
            }
        }
        return nil
    }

    private static func selector(_ job: TrainingJob) -> String {
        "\(Labels.trainingJob)=\(Labels.value(job.name))"
    }

    private func pods(_ selector: String, namespace: String) async throws -> [Pod] {
        try await client.list(Pod.self, namespace: namespace, options: ListOptions(labelSelector: selector)).items
    }
}
