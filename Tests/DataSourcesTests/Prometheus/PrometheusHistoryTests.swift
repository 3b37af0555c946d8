import DataSources
import ForecastEngine
import Foundation
import TestServers
import Testing

/// Against a real Prometheus, whose history `promtool` wrote.
@Suite(.serialized, .enabled(if: PrometheusServer.isInstalled, "Prometheus is not installed"))
struct PrometheusHistoryTests {
    private func series(_ history: History, _ id: String) throws -> TimeSeries {
        try #require(history.series.first { $0.id == id }, "\(history.series.map(\.id))")
    }

    @Test func `a Deployment's pods become the total of CPU and the busiest pod's memory, and nobody else's do`()
        async throws
    {
        var shop = ShopMetrics(days: 3)
        shop.addWeb()
        let own = ShopMetrics.pods[0]
        // Each of these is in every cluster: the pod's sum, its pause container, another Deployment, another namespace.
        for labels in [
            ["namespace": "shop", "pod": own], shop.labels(own, container: "POD"),
            shop.labels("web-frontend-5d4f8c9b7-x2bcd"), shop.labels(own, namespace: "other"),
            shop.labels("web-0"),
        ] {
            shop.addCPU(labels) { _ in 7 }
            shop.addMemory(labels) { _ in 7e9 }
        }
        try await PrometheusServer.with(history: shop.text) { server in
            let history = try await ShopMetrics.source(server.url, days: 3).read()
            #expect(history.meaning == .allPods)
            #expect(history.series.map(\.id) == ["app/cpu", "app/memory"])
            let cpu = try series(history, "app/cpu")
            #expect(cpu.columns[History.podsColumn]?.allSatisfy { $0 == 3 } == true)
            for (row, time) in cpu.times.enumerated().dropFirst(2) {
                // The mean rate in the step that ends at the row.
                let expected = (0..<3).map { ShopMetrics.cores(pod: $0, at: time - 150) }.reduce(0, +)
                #expect(abs(cpu.values[row] - expected) < 0.005)
                let share = ShopMetrics.cores(pod: 2, at: time - 150) / (expected / 3)
                #expect(abs((cpu.columns[History.shareColumn]?[row] ?? 0) - share) < 0.01)
            }
            let memory = try series(history, "app/memory")
            for (row, time) in memory.times.enumerated().dropFirst(2) {
                let highest = stride(from: time - 300, through: time, by: 60).map { ShopMetrics.bytes(pod: 2, at: $0) }
                    .max()
                #expect(abs(memory.values[row] - (highest ?? 0)) < 150_000)
            }
            #expect(cpu.times.last == ShopMetrics.end / 300 * 300)
            #expect(cpu.times.count >= 3 * 288 - 1)
        }
    }

    @Test func `a history of more points than a server gives at once is read in parts`() async throws {
        var shop = ShopMetrics(days: 9)
        shop.addWeb(pods: 1)
        try await PrometheusServer.with(history: shop.text) { server in
            // 12,960 points a series, where the server answers 11,000.
            let whole = try await ShopMetrics.source(server.url, days: 9, step: 60).read()
            let cpu = try series(whole, "app/cpu")
            #expect(zip(cpu.times, cpu.times.dropFirst()).allSatisfy { $1 - $0 == 60 })
            let memory = try series(whole, "app/memory")
            #expect(memory.times.count >= 9 * 1440 - 1)
            #expect(zip(memory.times, memory.times.dropFirst()).allSatisfy { $1 - $0 == 60 })
        }
    }

    @Test func `a server that loads few samples is asked for less at once, for the same history`() async throws {
        var shop = ShopMetrics(days: 2)
        shop.addWeb()
        var limited = PrometheusServer.Options()
        limited.arguments = ["--query.max-samples=3000"]
        var histories: [History] = []
        for options in [PrometheusServer.Options(), limited] {
            try await PrometheusServer.with(history: shop.text, options) { server in
                histories.append(try await ShopMetrics.source(server.url, days: 2).read())
            }
        }
        #expect(histories[0].series == histories[1].series)
    }

    @Test func `a restarted container's counter is seen through, and its start-up is left out`() async throws {
        var shop = ShopMetrics(days: 2)
        let restart = shop.start + 86_400
        let labels = shop.labels(ShopMetrics.pods[0])
        // It uses four cores while it starts.
        shop.addCPU(labels, restarts: [restart]) { (restart...(restart + 240)).contains($0) ? 4 : 0.5 }
        shop.addMemory(labels) { _ in 3e8 }
        let start = shop.start
        shop.addGauge("container_start_time_seconds", labels) { Double($0 < restart ? start : restart) }
        try await PrometheusServer.with(history: shop.text) { server in
            let history = try await ShopMetrics.source(server.url, days: 2).read()
            let cpu = try series(history, "app/cpu")
            let known = cpu.values.filter { !$0.isNaN }
            #expect(known.allSatisfy { $0 >= 0 && $0 < 0.7 })
            #expect(known.count > cpu.values.count - 6)
            #expect(history.report.findings.contains { $0.kind == .startUp })
        }
    }

    @Test func `samples at the limit are marked`() async throws {
        var shop = ShopMetrics(days: 1)
        let labels = shop.labels(ShopMetrics.pods[0])
        let noon = shop.start + 43_200
        shop.addCPU(labels) { $0 > noon ? 0.99 : 0.3 }
        shop.addMemory(labels) { $0 > noon ? 990e6 : 300e6 }
        var limits = labels
        limits["resource"] = "cpu"
        shop.addGauge("kube_pod_container_resource_limits", limits) { _ in 1 }
        // Without kube-state-metrics' number, cAdvisor's counts.
        shop.addGauge("container_spec_memory_limit_bytes", labels) { _ in 1e9 }
        try await PrometheusServer.with(history: shop.text) { server in
            let history = try await ShopMetrics.source(server.url, days: 1).read()
            for id in ["app/cpu", "app/memory"] {
                let one = try series(history, id)
                let marks = try #require(one.columns[History.limitColumn])
                for (row, time) in one.times.enumerated() where abs(time - noon) > 600 {
                    #expect((marks[row] == 1) == (time > noon), "\(id) at \(time)")
                }
            }
            #expect(history.report.findings.filter { $0.kind == .atLimit }.count == 2)
        }
    }

    @Test func `the pods of a rollout are not counted twice, and a Deployment that grew is`() async throws {
        var shop = ShopMetrics(days: 2)
        let (rollout, growth) = (shop.start + 86_400, shop.start + 129_600)
        // The old pod runs on for ten minutes beside the new one; half a day later there are two.
        for (pod, from, until) in [
            ("web-6c5b9d7f4-p2bcd", shop.start, rollout + 600), ("web-5d4f8c9b7-x2bcd", rollout, shop.end),
            ("web-5d4f8c9b7-x4fgh", growth, shop.end),
        ] {
            shop.addCPU(shop.labels(pod), from: from, until: until) { _ in 0.5 }
            shop.addMemory(shop.labels(pod), from: from, until: until) { _ in 3e8 }
        }
        try await PrometheusServer.with(history: shop.text) { server in
            let history = try await ShopMetrics.source(server.url, days: 2).read()
            let cpu = try series(history, "app/cpu")
            for (row, time) in cpu.times.enumerated() where !cpu.values[row].isNaN && time > cpu.times[2] {
                let expected = time > growth + 600 ? 1.0 : 0.5
                if abs(time - growth) > 900 { #expect(abs(cpu.values[row] - expected) < 0.01, "\(time - rollout)") }
            }
            #expect(history.report.findings.contains { $0.kind == .rollout })
        }
    }

    @Test func `owners decide where kube-state-metrics tells them`() async throws {
        var shop = ShopMetrics(days: 1)
        shop.addWeb(pods: 1)
        // An orphan that the Deployment adopted, and a pod of another owner whose name looks like the Deployment's.
        for pod in ["orphan", "web-5d4f8c9b7-z9xyz"] {
            shop.addCPU(shop.labels(pod)) { _ in pod == "orphan" ? 1 : 50 }
            shop.addMemory(shop.labels(pod)) { _ in 2e8 }
        }
        func owner(_ pod: String, _ kind: String, _ name: String) -> [String: String] {
            ["namespace": "shop", "pod": pod, "owner_kind": kind, "owner_name": name]
        }
        shop.addGauge(
            "kube_replicaset_owner",
            [
                "namespace": "shop", "replicaset": ShopMetrics.replicaSet, "owner_kind": "Deployment",
                "owner_name": "web",
            ]
        ) { _ in 1 }
        for labels in [
            owner(ShopMetrics.pods[0], "ReplicaSet", ShopMetrics.replicaSet),
            owner("orphan", "ReplicaSet", ShopMetrics.replicaSet),
            owner("web-5d4f8c9b7-z9xyz", "ReplicaSet", "web-5d4f8c9b7-z9"),
        ] {
            shop.addGauge("kube_pod_owner", labels) { _ in 1 }
        }
        try await PrometheusServer.with(history: shop.text) { server in
            let history = try await ShopMetrics.source(server.url, days: 1).read()
            let cpu = try series(history, "app/cpu")
            let last = try #require(cpu.values.last { !$0.isNaN })
            #expect(abs(last - 1 - ShopMetrics.cores(pod: 0, at: ShopMetrics.end - 150)) < 0.01)
            #expect(cpu.columns[History.podsColumn]?.last == 2)
        }
    }

    @Test func `pods that were taken away count no longer than they ran`() async throws {
        var shop = ShopMetrics(days: 1)
        let end = shop.end - 6 * 3600
        let names = ["b", "c", "d", "f"].map { "web-5d4f8c9b7-x2bc\($0)" }
        for (index, name) in names.enumerated() {
            let until = index < 2 ? nil : end
            shop.addCPU(shop.labels(name), until: until) { _ in 0.5 }
            shop.addMemory(shop.labels(name), until: until) { _ in 2e8 }
        }
        try await PrometheusServer.with(history: shop.text) { server in
            let cpu = try series(try await ShopMetrics.source(server.url, days: 1).read(), "app/cpu")
            for (time, cores) in [(end, 2.0), (end + 300, 1), (end + 600, 1), (shop.end, 1)] {
                let row = try #require(cpu.times.firstIndex(of: time))
                #expect(abs(cpu.values[row] - cores) < 0.01, "\(cpu.values[row]) cores at \(time - end) s")
                #expect(cpu.columns[History.podsColumn]?[row] == cores * 2, "\(time - end) s")
            }
        }
    }

    @Test func `own queries are read by their own labels, with or without pods`() async throws {
        var shop = ShopMetrics(days: 1)
        shop.addWeb(pods: 2)
        try await PrometheusServer.with(history: shop.text) { server in
            var source = ShopMetrics.source(server.url, days: 1)
            source.target = nil
            source.containerLabel = "name"
            source.podLabel = "instance_name"
            source.cpuQuery = """
                label_replace(label_replace(rate(container_cpu_usage_seconds_total[5m]), "name", "$1", "container", "(.*)"),
                  "instance_name", "$1", "pod", "(.*)")
                """
            let pods = try await source.read()
            #expect(pods.meaning == .allPods && pods.series.map(\.id) == ["app/cpu"])
            #expect(pods.series[0].columns[History.podsColumn]?.last == 2)

            source.cpuQuery = "max by (container) (rate(container_cpu_usage_seconds_total[5m]))"
            source.containerLabel = "container"
            let busiest = try await source.read()
            #expect(busiest.meaning == .busiestPod)
            let last = try #require(busiest.series[0].values.last)
            #expect(abs(last - ShopMetrics.cores(pod: 1, at: ShopMetrics.end - 150)) < 0.005)
        }
    }

    @Test func `a query without pods beside one with pods is no further pod`() async throws {
        var shop = ShopMetrics(days: 1)
        shop.addWeb(pods: 1)
        try await PrometheusServer.with(history: shop.text) { server in
            let cores = ShopMetrics.cores(pod: 0, at: ShopMetrics.end - 150)

            var source = ShopMetrics.source(server.url, days: 1)
            source.memoryQuery = "2 * max by (container) (container_memory_working_set_bytes)"
            var history = try await source.read()
            #expect(history.meaning == .allPods && history.series.map(\.id) == ["app/cpu", "app/memory"])
            #expect(abs(try #require(history.series[0].values.last) - cores) < 0.005)
            #expect(history.series[0].columns[History.podsColumn]?.last == 1)
            let memory = try #require(history.series[1].values.last)
            #expect(abs(memory / 2 - ShopMetrics.bytes(pod: 0, at: ShopMetrics.end)) < 150_000)
            #expect(!history.report.findings.contains { [.podsMissing, .emptySeries].contains($0.kind) })

            source = ShopMetrics.source(server.url, days: 1)
            source.cpuQuery = "max by (container) (rate(container_cpu_usage_seconds_total[5m]))"
            history = try await source.read()
            #expect(history.meaning == .busiestPod && history.series.map(\.id) == ["app/cpu", "app/memory"])
            #expect(abs(try #require(history.series[0].values.last) - cores) < 0.005)
            #expect(history.series[0].columns[History.podsColumn] == nil)
            #expect(!history.report.findings.contains { [.podsMissing, .emptySeries].contains($0.kind) })
        }
    }

    @Test func `pods that are added count with what they use, and take no share of what was before them`() async throws
    {
        var shop = ShopMetrics(days: 1)
        // Four pods share four cores; two minutes into a step four more come, and the eight share the same.
        let growth = shop.start + 43_200 + 120
        for (index, letter) in ["b", "c", "d", "f", "g", "h", "j", "k"].enumerated() {
            let labels = shop.labels("web-5d4f8c9b7-x2bc\(letter)")
            let from = index < 4 ? shop.start : growth
            shop.addCPU(labels, from: from) { $0 <= growth ? 1 : 0.5 }
            shop.addMemory(labels, from: from) { _ in 2e8 }
            shop.addGauge("container_start_time_seconds", labels, from: from) { _ in Double(from) }
        }
        try await PrometheusServer.with(history: shop.text) { server in
            let history = try await ShopMetrics.source(server.url, days: 1).read()
            let cpu = try series(history, "app/cpu")
            for (row, time) in cpu.times.enumerated() where abs(time - growth) < 1800 {
                #expect(abs(cpu.values[row] - 4) < 0.15, "\(cpu.values[row]) cores at \(time - growth) s")
            }
            // The busiest pod is one of the four, which had the load alone for two minutes of the five.
            let busiest = try #require(history.perPod.first { $0.id == "app/cpu" })
            let row = try #require(busiest.times.firstIndex(of: growth + 180))
            #expect(abs(busiest.values[row] - 0.7) < 0.02, "\(busiest.values[row]) cores")
            #expect(cpu.columns[History.podsColumn]?.last == 8)
        }
    }

    @Test func `labels keep the clusters of one server apart`() async throws {
        var shop = ShopMetrics(days: 1)
        for cluster in ["east", "west"] {
            var labels = shop.labels(ShopMetrics.pods[0])
            labels["cluster"] = cluster
            shop.addCPU(labels) { _ in cluster == "east" ? 0.5 : 5 }
            shop.addMemory(labels) { _ in 2e8 }
        }
        try await PrometheusServer.with(history: shop.text) { server in
            var source = ShopMetrics.source(server.url, days: 1)
            source.matchLabels = ["cluster": "east"]
            let cpu = try series(try await source.read(), "app/cpu")
            #expect(cpu.values.allSatisfy { $0.isNaN || abs($0 - 0.5) < 0.01 })
        }
    }
}
