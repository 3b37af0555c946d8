import HTTPTransport
import Metrics

/// The metrics of requests, by controller-runtime's names.
enum ClientMetrics {
    static func record(_ call: KubernetesClient.Call, host: String, code: String, _ duration: Duration) {
        let host = host.split(separator: "/").last.map(String.init) ?? host
        Counter(
            label: "rest_client_requests_total",
            dimensions: [("code", code), ("host", host), ("method", call.method)]
        ).increment()
        Timer(label: "rest_client_request_duration_seconds", dimensions: [("host", host), ("verb", call.method)])
            .recordNanoseconds(Int64(duration.seconds * 1e9))
    }
}
