import ForecastEngine
import Foundation
import HTTPTransport
import TestServers
import Testing

@testable import DataSources

/// What a real Prometheus, or what stands in front of one, can do to a training.
@Suite(.serialized, .enabled(if: PrometheusServer.isInstalled, "Prometheus is not installed"))
struct PrometheusFaultTests {
    private func failure(_ source: PrometheusHistory) async -> DataError? {
        do {
            _ = try await source.read()
            return nil
        } catch {
            return error as? DataError
        }
    }

    private func web(days: Int = 1) -> ShopMetrics {
        var shop = ShopMetrics(days: days)
        shop.addWeb(pods: 1)
        return shop
    }

    @Test func `a server that is not there is told from one that is`() async throws {
        let source = ShopMetrics.source("http://127.0.0.1:\(try TestServer.freePort())", days: 1)
        let error = try #require(await failure(source))
        #expect(error.code == .requestFailed && error.description.contains("cannot be asked"))
    }

    @Test func `where nothing is returned the error says where the trail ends`() async throws {
        var shop = web()
        shop.addCPU(shop.labels("api-5d4f8c9b7-x2bcd", namespace: "backend")) { _ in 1 }
        try await PrometheusServer.with(history: "") { server in
            let error = try #require(await failure(ShopMetrics.source(server.url, days: 1)))
            #expect(error.code == .noData && error.message.contains("scrape the kubelets' cAdvisor metrics"))
        }
        try await PrometheusServer.with(history: shop.text) { server in
            var source = ShopMetrics.source(server.url, days: 1)
            for (namespace, deployment, labels, expected) in [
                ("shop", "checkout", [:], "no pod in namespace shop is named after Deployment checkout"),
                ("store", "web", [:], "no container_cpu_usage_seconds_total has namespace=\"store\""),
                ("shop", "web", ["cluster": "north"], "correct spec.source.prometheus.matchLabels"),
            ] {
                source.target = .init(namespace: namespace, deployment: deployment)
                source.matchLabels = labels
                let error = try #require(await failure(source))
                #expect(error.code == .noData && error.message.contains(expected), "\(error)")
            }
            source = ShopMetrics.source(server.url, days: 1)
            source.cpuQuery = "no_such_metric"
            source.memoryQuery = "no_such_metric"
            let own = try #require(await failure(source))
            #expect(own.code == .noData && own.field == "spec.source.prometheus.cpuQuery")
        }
    }

    @Test func `ten thousand series are refused with how many there are`() async throws {
        var metrics = MetricsText()
        for number in 0..<10_000 {
            metrics.add(
                "requests", ["pod": "p\(number)", "container": "app"],
                [(ShopMetrics.end - 60, 1), (ShopMetrics.end, 1)])
        }
        try await PrometheusServer.with(history: metrics.text) { server in
            var source = ShopMetrics.source(server.url, days: 1)
            source.cpuQuery = "requests"
            source.memoryQuery = "requests"
            let error = try #require(await failure(source))
            #expect(error.code == .tooManySeries && error.message.contains("10000 series"))
            #expect(error.field == "spec.source.prometheus.cpuQuery")
        }
    }

    @Test func `a Deployment that was rolled out all day has thousands of pods, and is read`() async throws {
        var shop = ShopMetrics(days: 1, interval: 300)
        // Twenty pods anew every five minutes, each there for half an hour: up to 200 in a step of fifteen minutes.
        let letters = Array("bcdfghjklmnpqrstvwxz")
        var count = 0
        for begin in stride(from: shop.start, to: shop.end, by: 300) {
            let number = (begin - shop.start) / 300
            let hash = String("\(1000 + number)".map { Array("bcdf456789")[$0.wholeNumberValue ?? 0] })
            for letter in letters {
                let labels = shop.labels("web-\(hash)-x2bc\(letter)")
                let until = min(begin + 1800, shop.end)
                shop.addCPU(labels, from: begin, until: until) { _ in 0.5 }
                shop.addMemory(labels, from: begin, until: until) { _ in 2e8 }
                count += 1
            }
        }
        #expect(count > 5000)
        try await PrometheusServer.with(history: shop.text) { server in
            let history = try await ShopMetrics.source(server.url, days: 1, step: 900).read()
            #expect(history.series.map(\.id) == ["app/cpu", "app/memory"])
            let pods = try #require(history.series.first?.columns[History.podsColumn])
            #expect(pods.dropFirst(4).allSatisfy { (100...200).contains($0) }, "\(pods)")
            #expect(history.series.last?.values.allSatisfy { $0 == 2e8 } == true)
        }
    }

    @Test func `another unit is told by its size, by the limit, and by its sign`() async throws {
        var shop = web()
        var limits = shop.labels(ShopMetrics.pods[0])
        limits["resource"] = "cpu"
        shop.addGauge("kube_pod_container_resource_limits", limits) { _ in 0.5 }
        let cpu = "rate(container_cpu_usage_seconds_total[5m])"
        try await PrometheusServer.with(history: shop.text) { server in
            for (cpuQuery, memoryQuery, field, words) in [
                ("container_memory_working_set_bytes", nil, "cpuQuery", "bytes or millicores"),
                ("\(cpu) * 1000", nil, "cpuQuery", "sixteen times its cpu limit"),
                ("\(cpu) - 10", nil, "cpuQuery", "never below zero"),
                (nil, "container_memory_working_set_bytes / 1048576", "memoryQuery", "Mi, or cores"),
                (nil, cpu, "memoryQuery", "Mi, or cores"),
            ] as [(String?, String?, String, String)] {
                var source = ShopMetrics.source(server.url, days: 1)
                source.cpuQuery = cpuQuery
                source.memoryQuery = memoryQuery
                let error = try #require(await failure(source))
                #expect(error.code == .wrongUnit && error.message.contains(words), "\(error)")
                #expect(error.field == "spec.source.prometheus.\(field)")
            }
        }
    }

    @Test func `a query that the server refuses, or that says not whose values they are, names the field`() async throws
    {
        try await PrometheusServer.with(history: web().text) { server in
            for (query, code, words) in [
                ("rate(container_cpu_usage_seconds_total[5m)", DataError.Code.invalidQuery, "parse error"),
                ("sum(rate(container_cpu_usage_seconds_total[5m]))", .missingLabel, "no label “container”"),
                ("sum by (pod) (rate(container_cpu_usage_seconds_total[5m]))", .missingLabel, "(its labels: pod)"),
                (
                    "label_replace(rate(container_cpu_usage_seconds_total[5m]), \"job\", \"other\", \"\", \"\") or "
                        + "rate(container_cpu_usage_seconds_total[5m])", .invalidQuery, "two series of container app"
                ),
            ] {
                var source = ShopMetrics.source(server.url, days: 1)
                source.cpuQuery = query
                let error = try #require(await failure(source))
                #expect(error.code == code && error.message.contains(words), "\(error)")
                #expect(error.field == "spec.source.prometheus.cpuQuery")
            }
        }
    }

    @Test func `half of a history is too little, unless that is allowed`() async throws {
        var shop = ShopMetrics(days: 4)
        // Eight hours of each day are there.
        for day in 0..<4 {
            let begin = shop.start + day * 86_400
            shop.addWeb(pods: 1, from: begin, until: begin + 8 * 3600)
        }
        try await PrometheusServer.with(history: shop.text) { server in
            var source = ShopMetrics.source(server.url, days: 4, containers: ["app"])
            let error = try #require(await failure(source))
            #expect(error.code == .lowCoverage && error.message.contains("% of the steps between"))
            #expect(error.message.contains("the longest gap is from"))
            source.minimumCoverage = 30
            let history = try await source.read()
            #expect(history.series.count == 2)
            #expect(history.report.findings.contains { $0.kind == .gaps })
        }
    }

    @Test func `a container that is seldom there keeps no other from being read`() async throws {
        var shop = web(days: 2)
        let labels = shop.labels(ShopMetrics.pods[0], container: "migrate")
        for hour in [1, 40] {
            let begin = shop.start + hour * 3600
            shop.addCPU(labels, from: begin, until: begin + 900) { _ in 2 }
            shop.addMemory(labels, from: begin, until: begin + 900) { _ in 9e8 }
        }
        try await PrometheusServer.with(history: shop.text) { server in
            let all = try await ShopMetrics.source(server.url, days: 2).read()
            #expect(all.series.map(\.id) == ["app/cpu", "app/memory"])
            #expect(all.report.findings.contains { $0.kind == .seldom && $0.example.contains("migrate/") })
            let error = try #require(
                await failure(ShopMetrics.source(server.url, days: 2, containers: ["app", "migrate"])))
            #expect(error.code == .lowCoverage)
        }
    }

    @Test func `labels that changed long ago leave the history short, and lately end it with what to do`() async throws
    {
        for (old, new) in [("pod_name", "pod"), ("pod", "pod_name")] {
            var shop = ShopMetrics(days: 6)
            let change = shop.end - 4 * 86_400
            for (label, from, until) in [(old, shop.start, change), (new, change, shop.end)] {
                var labels = shop.labels(ShopMetrics.pods[0])
                labels[label] = labels.removeValue(forKey: "pod")
                shop.addCPU(labels, from: from, until: until) { ShopMetrics.cores(pod: 0, at: $0) }
                shop.addMemory(labels, from: from, until: until) { ShopMetrics.bytes(pod: 0, at: $0) }
            }
            try await PrometheusServer.with(history: shop.text) { server in
                let source = ShopMetrics.source(server.url, days: 6)
                if new == "pod" {
                    let history = try await source.read()
                    #expect((history.series[0].times.first ?? 0) >= change)
                } else {
                    let error = try #require(await failure(source))
                    #expect(error.code == .stale && error.message.contains("labels"), "\(error)")
                }
            }
        }
    }

    @Test(.enabled(if: MetricsProxy.isInstalled, "python3 is not installed"))
    func `what stands in front of a server is told apart`() async throws {
        try await PrometheusServer.with(history: web().text) { server in
            try await MetricsProxy.with(server) { proxy in
                for (mode, code, words) in [
                    ("down", DataError.Code.requestFailed, "could not answer (503)"),
                    ("login", .invalidAnswer, "not its interface's JSON"),
                    ("future", .unexpectedTime, "after the end"),
                    ("plain/nowhere", .requestFailed, "404"),
                ] {
                    let error = try #require(await failure(ShopMetrics.source("\(proxy.url)/\(mode)", days: 1)))
                    #expect(error.code == code && error.message.contains(words), "\(error)")
                }
                let whole = try await ShopMetrics.source(server.url, days: 1).read()
                for mode in ["flaky", "narrow", "plain", "partial", "storages"] {
                    let history = try await ShopMetrics.source("\(proxy.url)/\(mode)/", days: 1).read()
                    #expect(history.series == whole.series, "\(mode)")
                    let parts = history.report.findings.filter { $0.kind == .partial }
                    let words = [
                        "partial": "store 10.0.0.7:10901 did not answer",
                        "storages": "some storage nodes did not take part",
                    ][mode]
                    #expect(parts.isEmpty == (words == nil), "\(mode)")
                    #expect(parts.allSatisfy { words.map($0.example.contains) == true }, "\(parts)")
                }
            }
        }
    }

    @Test(.enabled(if: MetricsProxy.isInstalled, "python3 is not installed"))
    func `a store that comes back is waited for, so that its pods are not taken for gone`() async throws {
        var shop = ShopMetrics(days: 1)
        shop.addWeb()
        try await PrometheusServer.with(history: shop.text) { server in
            try await MetricsProxy.with(server) { proxy in
                let whole = try await ShopMetrics.source(server.url, days: 1).read()
                let history = try await ShopMetrics.source("\(proxy.url)/returning", days: 1).read()
                #expect(history.series == whole.series)
                #expect(!history.report.findings.contains { [.warning, .partial].contains($0.kind) })
            }
        }
    }

    @Test(.enabled(if: MetricsProxy.isInstalled, "python3 is not installed"))
    func `a server that hangs is not asked for smaller parts down to the last point`() async throws {
        try await PrometheusServer.with(history: web().text) { server in
            try await MetricsProxy.with(server) { proxy in
                let port = try #require(URL(string: proxy.url)?.port)
                try await TCPGate.with(target: port) { gate in
                    var source = ShopMetrics.source("http://127.0.0.1:\(gate.port)/silent", days: 1)
                    source.timeouts.idle = .milliseconds(500)
                    let error = try #require(await failure(source))
                    #expect(error.code == .requestFailed && error.message.contains("hangs"), "\(error)")
                    let asked = gate.traffic().requests.filter { $0.contains("query_range") }
                    #expect(asked.count == RangeReader.mostSilences)
                }
            }
        }
    }

    @Test(.enabled(if: MetricsProxy.isInstalled, "python3 is not installed"))
    func `while a store is away nothing is said to be missing, and no pod to be somebody else's`() async throws {
        var shop = ShopMetrics(days: 1)
        shop.addWeb()
        let replicaSets = [ShopMetrics.replicaSet, "web-6c7d8f9b4"]
        for name in replicaSets {
            shop.addGauge(
                "kube_replicaset_owner",
                ["namespace": "shop", "replicaset": name, "owner_kind": "Deployment", "owner_name": "web"]
            ) { _ in 1 }
        }
        for pod in ShopMetrics.pods {
            shop.addGauge(
                "kube_pod_owner",
                ["namespace": "shop", "pod": pod, "owner_kind": "ReplicaSet", "owner_name": replicaSets[0]]
            ) { _ in 1 }
        }
        try await PrometheusServer.with(history: shop.text) { server in
            try await MetricsProxy.with(server) { proxy in
                let whole = try await ShopMetrics.source(server.url, days: 1).read()
                for mode in ["forgetful", "thanos"] {
                    let history = try await ShopMetrics.source("\(proxy.url)/\(mode)", days: 1).read()
                    #expect(history.series == whole.series, "\(mode)")
                    let words = "by their names alone: the server answers in part (store 10.0.0.7:10901 did not answer)"
                    #expect(
                        history.report.findings.contains { $0.kind == .warning && $0.example.contains(words) },
                        "\(mode)")
                }

                var late = ShopMetrics.source("\(proxy.url)/partial", days: 5)
                late.asOf += 4 * 86_400
                for (source, what) in [
                    (ShopMetrics.source("\(proxy.url)/hollow", days: 1), "returns nothing"),
                    (late, "the last value is from"),
                ] {
                    let error = try #require(await failure(source))
                    #expect(error.code == .requestFailed, "\(error)")
                    #expect(error.message.contains("answers in part (store 10.0.0.7:10901 did not answer)"), "\(error)")
                    #expect(error.message.contains(what), "\(error)")
                }
            }
        }
    }
}
