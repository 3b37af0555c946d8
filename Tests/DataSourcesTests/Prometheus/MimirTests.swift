import ForecastEngine
import TestServers
import Testing

@testable import DataSources

/// What Mimir 3.0 was seen to answer, by a proxy that answers the same.
@Suite(
    .serialized,
    .enabled(if: PrometheusServer.isInstalled && MetricsProxy.isInstalled, "Prometheus or python3 is not installed"))
struct MimirTests {
    /// Three days of two pods of the form that `web` has: its own, and one of somebody else.
    private var history: String {
        var shop = ShopMetrics(days: 3)
        let foreign = "web-6f7c8d9b4-q4rst"
        shop.addCPU(shop.labels(ShopMetrics.pods[0])) { _ in 0.5 }
        shop.addCPU(shop.labels(foreign)) { _ in 4 }
        shop.addGauge(
            "kube_replicaset_owner",
            ["namespace": "shop", "replicaset": "web-5d4f8c9b7", "owner_kind": "Deployment", "owner_name": "web"]
        ) { _ in 1 }
        for (pod, owner) in [(ShopMetrics.pods[0], "web-5d4f8c9b7"), (foreign, "web-6f7c8d9b4")] {
            shop.addGauge(
                "kube_pod_owner",
                ["namespace": "shop", "pod": pod, "owner_kind": "ReplicaSet", "owner_name": owner]
            ) { _ in 1 }
        }
        return shop.text
    }

    private func failure(_ source: PrometheusHistory) async throws -> DataError {
        try await #require(throws: DataError.self) { _ = try await source.read() }
    }

    @Test func `limits of time and of chunks are met by smaller questions, for pods and their owners too`() async throws
    {
        try await PrometheusServer.with(history: history) { server in
            try await MetricsProxy.with(server) { proxy in
                var source = ShopMetrics.source("\(proxy.url)/mimir", days: 3)
                source.tenant = "shop"
                let history = try await source.read()
                #expect(!history.report.findings.contains { $0.kind == .warning }, "\(history.report.findings)")
                #expect(history.series.map(\.id) == ["app/cpu"])
                #expect(history.series[0].values.allSatisfy { $0.isNaN || $0 < 1 })
                let whole = try await ShopMetrics.source(server.url, days: 3).read()
                #expect(history.series == whole.series)
            }
        }
    }

    @Test func `a tenant that was not named, or has nothing, is told by its field`() async throws {
        try await PrometheusServer.with(history: "") { server in
            try await MetricsProxy.with(server) { proxy in
                var source = ShopMetrics.source("\(proxy.url)/mimir", days: 1)
                let none = try await failure(source)
                #expect(none.code == .accessDenied && none.field == "spec.source.prometheus.tenant", "\(none)")
                source.tenant = "shp"
                let other = try await failure(source)
                #expect(other.code == .noData && other.message.contains("correct spec.source.prometheus.tenant"))
            }
        }
    }
}
