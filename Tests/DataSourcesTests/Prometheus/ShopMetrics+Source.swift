import DataSources
import HTTPTransport
import TestServers

extension ShopMetrics {
    /// A source that reads it, with no wait between tries.
    static func source(
        _ url: String, days: Int, step: Int = 300, containers: [String]? = nil
    ) -> PrometheusHistory {
        var source = PrometheusHistory(
            url: url, step: step, window: days * 86_400, asOf: end,
            target: .init(namespace: "shop", deployment: "web", containers: containers))
        source.retries = RetryPolicy(attempts: 3, sleep: { _ in }, random: { 0 })
        return source
    }
}
