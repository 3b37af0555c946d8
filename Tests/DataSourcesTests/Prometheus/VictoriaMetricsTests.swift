import DataSources
import ForecastEngine
import Foundation
import TestServers
import Testing

/// Against a real VictoriaMetrics, whose `rate` and limits are its own.
@Suite(.serialized, .enabled(if: VictoriaMetricsServer.isInstalled, "VictoriaMetrics is not installed"))
struct VictoriaMetricsTests {
    @Test func `the same metrics are the same history, and what is missing is told alike`() async throws {
        var shop = ShopMetrics(days: 2)
        shop.addWeb()
        shop.addCPU(shop.labels("web-frontend-5d4f8c9b7-x2bcd")) { _ in 7 }
        try await VictoriaMetricsServer.with(history: shop.text) { server in
            let source = ShopMetrics.source(server.url, days: 2)
            let history = try await source.read()
            #expect(history.meaning == .allPods && history.series.map(\.id) == ["app/cpu", "app/memory"])
            let cpu = try #require(history.series.first)
            #expect(cpu.columns[History.podsColumn]?.allSatisfy { $0 == 3 } == true)
            for (row, time) in cpu.times.enumerated().dropFirst(2) {
                let expected = (0..<3).map { ShopMetrics.cores(pod: $0, at: time - 150) }.reduce(0, +)
                #expect(abs(cpu.values[row] - expected) < 0.01)
            }
            let memory = try #require(history.series.last)
            for (row, time) in memory.times.enumerated().dropFirst(2) {
                #expect(abs(memory.values[row] - ShopMetrics.bytes(pod: 2, at: time)) < 600_000)
            }

            var other = source
            other.target?.deployment = "checkout"
            await #expect { try await other.read() } throws: { error in
                let error = error as? DataError
                return error?.code == .noData && error?.message.contains("no pod in namespace shop") == true
            }
            other = source
            other.cpuQuery = "rate(container_cpu_usage_seconds_total[5m"
            await #expect { try await other.read() } throws: { ($0 as? DataError)?.code == .invalidQuery }
        }
    }
}
