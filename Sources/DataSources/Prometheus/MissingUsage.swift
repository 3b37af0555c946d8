/// Finds out why the ready-made queries return nothing, so that the error says what to do.
enum MissingUsage {
    /// A sentence; asks the server for the metric with fewer and fewer conditions.
    static func explain(
        client: PrometheusClient, target: PrometheusHistory.Target, _ source: PrometheusHistory, at time: Int
    ) async -> String {
        let metric = "container_cpu_usage_seconds_total"
        let labels = source.matchLabels.sorted { $0.key < $1.key }.map { PromQL.Matcher.equals($0.key, $0.value) }
        let namespace = [PromQL.Matcher.equals("namespace", target.namespace)]
        let pods = [PromQL.Matcher.matches("pod", PodNames.pattern(ofDeployment: target.deployment))]
        func exists(_ matchers: [PromQL.Matcher]) async -> Bool? {
            let selector = matchers.isEmpty ? metric : PromQL.selector(metric, matchers)
            let query = "count(last_over_time(\(selector)[1d]))"
            let parameters = [("query", query), ("time", String(time))]
            guard case .answer(let answer)? = try? await client.ask("query", parameters, field: PrometheusHistory.field)
            else { return nil }
            return !answer.series.isEmpty
        }
        guard let any = await exists([]) else { return "see whether the server has \(metric)" }
        guard any else {
            guard let tenant = source.tenant else {
                return "the server had no \(metric) in the last day: scrape the kubelets' cAdvisor metrics"
            }
            return
                "tenant \(tenant) had no \(metric) in the last day: correct spec.source.prometheus.tenant, or scrape "
                + "the kubelets' cAdvisor metrics for it"
        }
        if !labels.isEmpty, await exists(labels) == false {
            return "no \(metric) has the labels of matchLabels: correct spec.source.prometheus.matchLabels"
        }
        guard await exists(labels + namespace) == true else {
            return
                "no \(metric) has namespace=\"\(target.namespace)\": the namespace has no pods there, or relabelling "
                + "renamed the label (give cpuQuery and memoryQuery then)"
        }
        guard await exists(labels + namespace + pods) == true else {
            return "no pod in namespace \(target.namespace) is named after Deployment \(target.deployment), or "
                + "relabelling renamed the label pod (give cpuQuery and memoryQuery then)"
        }
        return "there are pods, but no two scrapes within a step of \(source.step) s, or none of the containers "
            + "\(target.containers?.joined(separator: ", ") ?? ""): lengthen spec.source.prometheus.step"
    }
}
