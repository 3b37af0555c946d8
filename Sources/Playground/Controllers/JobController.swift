import Foundation
import KubernetesClient

/// Makes, counts and replaces the pods of Jobs.
struct JobController: Sendable {
    var cluster: Cluster
    var retryDelay: Duration
    private let events: EventWriter
    private static let name = "job-controller"

    init(cluster: Cluster, retryDelay: Duration) {
        self.cluster = cluster
        self.retryDelay = retryDelay
        events = EventWriter(cluster: cluster, component: Self.name)
    }

    func run() async {
        let loop = ControllerLoop(
            cluster: cluster,
            concerns: { event in
                switch event.key.resource {
                case .jobs: [event.key.name]
                case .pods: event.controllerName(kind: "Job")
                default: []
                }
            }, initial: { [cluster] in cluster.objects(.jobs).map(\.objectName) }, reconcile: reconcile)
        await loop.run()
    }

    private func reconcile(_ name: ObjectName) -> Duration? {
        guard let job = cluster.object(.jobs, name), !job.isBeingDeleted else { return nil }
        let pods = cluster.objects(.pods, namespace: name.namespace).filter {
            $0.controller?["uid"]?.stringValue == job.uid
        }
        let plan = JobPlan(job: job, pods: pods, now: cluster.now(), retryDelay: retryDelay)
        if plan.isExpired {
            cluster.delete(.jobs, name, DeleteOptions(propagation: .background))
            return nil
        }
        if plan.status != job["status"] ?? [:] {
            cluster.modify(.jobs, name, subresource: "status", as: Cluster.controllerManager) {
                $0["status"] = plan.status
            }
        }
        if let end = plan.end {
            events.record(
                job, end.isSuccess ? "Completed" : end.reason, end.isSuccess ? "Job completed" : end.message,
                type: end.isSuccess ? "Normal" : "Warning")
        }
        for pod in plan.delete { cluster.delete(.pods, pod) }
        for index in plan.create { create(job, index, failures: index.flatMap { plan.failuresByIndex[$0] } ?? 0) }
        return plan.requeue
    }

    private func create(_ job: JSONValue, _ index: Int?, failures: Int) {
        let template = job["spec", "template"] ?? [:]
        var pod: JSONValue = ["apiVersion": "v1", "kind": "Pod"]
        pod["metadata"] = template["metadata"] ?? [:]
        pod["metadata", "name"] = nil
        pod["metadata", "namespace"] = .string(job.namespace)
        pod["metadata", "generateName"] = .string(index.map { "\(job.name)-\($0)-" } ?? "\(job.name)-")
        pod["spec"] = template["spec"]
        pod["metadata", "ownerReferences"] = [
            [
                "apiVersion": "batch/v1", "kind": "Job", "name": .string(job.name), "uid": .string(job.uid),
                "controller": true, "blockOwnerDeletion": true,
            ]
        ]
        if let index { number(&pod, index) }
        if index != nil, job["spec", "backoffLimitPerIndex"] != nil {
            pod["metadata", "annotations", .key(JobFailures.count)] = .string("\(failures)")
        }
        do {
            let made = try cluster.create(.pods, pod, as: Cluster.controllerManager)
            events.record(job, "SuccessfulCreate", "Created pod: \(made.name)")
        } catch {
            events.record(job, "FailedCreate", "Error creating: \(error.message)", type: "Warning")
        }
    }

    /// The completion index as annotation, label and environment variable.
    private func number(_ pod: inout JSONValue, _ index: Int) {
        let key = JSONPathElement.key(JobLabels.completionIndex)
        pod["metadata", "annotations", key] = .string("\(index)")
        pod["metadata", "labels", key] = .string("\(index)")
        pod["spec", "hostname"] = .string("\(pod["metadata", "labels", "job-name"]?.stringValue ?? "job")-\(index)")
        for list in ["initContainers", "containers"] {
            for position in (pod["spec", .key(list)]?.arrayValue ?? []).indices {
                let path: [JSONPathElement] = ["spec", .key(list), .index(position), "env"]
                let variable: JSONValue = [
                    "name": "JOB_COMPLETION_INDEX",
                    "valueFrom": [
                        "fieldRef": [
                            "apiVersion": "v1",
                            "fieldPath": .string("metadata.annotations['\(JobLabels.completionIndex)']"),
                        ]
                    ],
                ]
                let others = (pod[path: path]?.arrayValue ?? []).filter { $0["name"] != "JOB_COMPLETION_INDEX" }
                pod[path: path] = .array(others + [variable])
            }
        }
    }
}
