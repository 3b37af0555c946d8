/// The ready-made queries over a Deployment's containers, one series a container and pod.
///
/// The metrics are cAdvisor's, as every kubelet has them, and kube-state-metrics' where a server has those. `max by`
/// around them counts a container once though two servers scraped it; the `sum` inside adds what is really separate, such
/// as a container's two instances around a restart.
struct WorkloadQueries {
    /// The target's namespace.
    var namespace: String
    /// The target's pods: PromQL's condition on the label `pod`.
    var pods: [PromQL.Matcher]
    /// The containers to read; nil for all.
    var containers: [String]?
    /// What all series must have.
    var labels: [String: String]
    /// Seconds in a step.
    var step: Int

    /// Labels that tell the instances of one container apart.
    private static let instance = "id,name,image,cpu"

    /// The conditions on cAdvisor's series: neither the pod's sum (no container) nor its pause container.
    private var usage: [PromQL.Matcher] {
        target + [containers.map { .matches("container", PromQL.anyOf($0)) } ?? .matchesNot("container", "|POD")]
    }

    private var target: [PromQL.Matcher] { [.equals("namespace", namespace)] + pods + common }

    private var common: [PromQL.Matcher] { labels.sorted { $0.key < $1.key }.map { .equals($0.key, $0.value) } }

    /// The mean rate in a step, in cores. `rate` sees through counter resets.
    var cpu: String {
        let rate = "rate(\(PromQL.selector("container_cpu_usage_seconds_total", usage))[\(step)s])"
        return "max by (container,pod) (sum without (\(Self.instance)) (\(rate)))"
    }

    /// The highest working set in a step, in bytes.
    var memory: String {
        let metric = PromQL.selector("container_memory_working_set_bytes", usage)
        return "max by (container,pod) (max_over_time(\(metric)[\(step)s]))"
    }

    /// When the container that runs now was started, in seconds since 1970.
    var started: String {
        "max by (container,pod) (\(PromQL.selector("kube_pod_container_state_started", usage)))"
            + " or max by (container,pod) (\(PromQL.selector("container_start_time_seconds", usage)))"
    }

    /// The CPU limit in cores.
    var cpuLimit: String {
        let named = usage + [.equals("resource", "cpu")]
        let quota = PromQL.selector("container_spec_cpu_quota", usage)
        let period = PromQL.selector("container_spec_cpu_period", usage)
        return "max by (container,pod) (\(PromQL.selector("kube_pod_container_resource_limits", named)))"
            + " or (max by (container,pod) (\(quota)) > 0) / max by (container,pod) (\(period))"
    }

    /// The memory limit in bytes.
    var memoryLimit: String {
        let named = usage + [.equals("resource", "memory")]
        let metric = PromQL.selector("container_spec_memory_limit_bytes", usage)
        return "max by (container,pod) (\(PromQL.selector("kube_pod_container_resource_limits", named)))"
            + " or max by (container,pod) (\(metric)) > 0"
    }

    /// The ReplicaSets of a Deployment, a selector of kube-state-metrics.
    static func replicaSets(of deployment: String, namespace: String, labels: [String: String]) -> String {
        PromQL.selector(
            "kube_replicaset_owner",
            [.equals("namespace", namespace), .equals("owner_kind", "Deployment"), .equals("owner_name", deployment)]
                + labels.sorted { $0.key < $1.key }.map { .equals($0.key, $0.value) })
    }

    /// Who owns pods of a namespace, a selector of kube-state-metrics.
    static func owners(where matcher: PromQL.Matcher, namespace: String, labels: [String: String]) -> String {
        PromQL.selector(
            "kube_pod_owner",
            [.equals("namespace", namespace), matcher]
                + labels.sorted { $0.key < $1.key }.map { .equals($0.key, $0.value) })
    }
}
