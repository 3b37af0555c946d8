import Autoscaler
import Foundation
import KubernetesClient
import TestServers
import Testing

@testable import Operator

/// Models that learn from real servers, with the operator, the trainer's pods and the servers all running.
@Suite(.serialized)
struct SourceLoopTests {
    private func secret(_ name: String, _ entries: [String: String]) -> JSONValue {
        let data = entries.mapValues { JSONValue.string(Data($0.utf8).base64EncodedString()) }
        return [
            "apiVersion": "v1", "kind": "Secret", "metadata": ["name": .string(name), "namespace": "demo"],
            "data": .object(JSONObject(data.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })),
        ]
    }

    /// Deployment `web` with three replicas of a container `app`.
    private func createWeb(_ harness: OperatorHarness) async throws {
        try await harness.create([
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web", "namespace": "demo"],
            "spec": [
                "replicas": 3, "selector": ["matchLabels": ["app": "web"]],
                "template": [
                    "metadata": ["labels": ["app": "web"]],
                    "spec": ["containers": [["name": "app", "image": "app:1"]]],
                ],
            ],
        ])
    }

    private func resources(_ harness: OperatorHarness) async throws -> JSONValue? {
        try await harness.deploymentJSON("web")["spec", "template", "spec", "containers", 0, "resources"]
    }

    private static let canRunPrometheus = PrometheusServer.isInstalled && MetricsProxy.isInstalled

    @Test(.enabled(if: canRunPrometheus, "Prometheus is not installed"))
    func `Prometheus teaches a model that sizes its Deployment, and nothing that the source does takes that away`()
        async throws
    {
        let now = Int(Date().timeIntervalSince1970) / 300 * 300
        var shop = ShopMetrics(days: 5, interval: 300, end: now, namespace: "demo")
        shop.addWeb()
        for number in 0..<6000 {
            // For longer than a step of the query, so that one falls into it at whatever minute this runs.
            shop.addGauge("requests", ["pod": "p\(number)", "container": "app"], from: now - 1200) { _ in 1 }
        }
        try await PrometheusServer.with(history: shop.text) { server in
            try await MetricsProxy.with(server) { proxy in
                try await RealPods.with { harness, _ in
                    try await createWeb(harness)
                    try await harness.create(secret("prometheus-login", ["token": MetricsProxy.token]))
                    try await harness.createModel(spec: [
                        "targetRef": ["name": "web"], "horizon": "Day", "algorithm": ["name": "SeasonalNaive"],
                        "training": ["env": [RealPods.patience]],
                        "source": [
                            "prometheus": [
                                "url": .string("\(proxy.url)/tenant"), "step": "15m", "window": "5d", "tenant": "shop",
                                "auth": ["bearerToken": ["name": "prometheus-login", "key": "token"]],
                            ]
                        ],
                    ])
                    let model = try await harness.model { $0.status?.conditions?.isTrue("Scaled") == true }
                    let target = try #require(model.status?.recommendation?.containers.first)
                    #expect(target.name == "app")
                    // The total of three pods peaks at 1.2 cores; one of them takes a third, times about 1.5.
                    let explanation = String(describing: target)
                    #expect(explanation.contains("one of 3 pods"), "\(explanation)")
                    // A live history is forecast from the same origin for some minutes: else each status would wake the next.
                    let writes = try await harness.writes(to: "forecastmodels/shop") {
                        try await Task.sleep(for: .seconds(2))
                    }
                    let later = try await harness.model { _ in true }
                    #expect(later.status?.forecast == model.status?.forecast)
                    // One was seen each time, the rollout's progress; a loop would write hundreds of times.
                    #expect(writes.count <= 5, "\(writes)")
                    let applied = try #require(try await resources(harness))
                    #expect(applied["requests", "cpu"] != nil && applied["limits", "memory"] != nil, "\(applied)")

                    try await failures(harness, proxy: proxy.url)
                    #expect(try await resources(harness) == applied)
                    let after = try await harness.model { $0.status?.production?.version == 1 }
                    #expect(after.status?.conditions?.isTrue("Scaled") == true)
                }
            }
        }
    }

    /// Trains on sources that fail, one after the other; each says what to do, and version 1 goes on serving.
    private func failures(_ harness: OperatorHarness, proxy: String) async throws {
        let cpu = "max by (container,pod) (rate(container_cpu_usage_seconds_total[15m]))"
        let port = try TestServer.freePort()
        let changed = Int(Date().timeIntervalSince1970) - 4 * 86_400
        let faults: [(name: String, url: String, changes: JSONObject, reason: String, words: String)] = [
            ("page", "\(proxy)/login", [:], "InvalidAnswer", "spec.source.prometheus.url"),
            ("tomorrow", "\(proxy)/future", [:], "UnexpectedTime", "check the clocks"),
            ("nothing", "\(proxy)/plain", ["matchLabels": ["cluster": "north"]], "NoData", "matchLabels"),
            ("many", "\(proxy)/plain", ["cpuQuery": "requests"], "TooManySeries", "6000 series"),
            (
                "bytes", "\(proxy)/plain",
                ["cpuQuery": "max by (container,pod) (container_memory_working_set_bytes)"], "WrongUnit", "Return cores"
            ),
            (
                "quarter", "\(proxy)/plain", ["cpuQuery": .string("\(cpu) and on () (hour() % 4 == 0)")], "LowCoverage",
                "the longest gap"
            ),
            (
                "relabelled", "\(proxy)/plain",
                // What a relabelling four days ago leaves of the old selectors.
                [
                    "cpuQuery": .string("\(cpu) and on () (vector(time()) < \(changed))"),
                    "memoryQuery": .string(
                        "max by (container,pod) (container_memory_working_set_bytes) and on () (vector(time()) < \(changed))"
                    ),
                    "minimumCoveragePercent": 0,
                ], "Stale", "labels"
            ),
            ("unnamed", "\(proxy)/plain", ["cpuQuery": .string("sum(\(cpu))")], "MissingLabel", "containerLabel"),
            ("refused", "\(proxy)/tenant", [:], "AccessDenied", "spec.source.prometheus.auth"),
            ("away", "http://127.0.0.1:\(port)", [:], "RequestFailed", "cannot be asked"),
        ]
        for fault in faults {
            // Times have whole seconds: of two runs that end in one, either is the last.
            let now = Date().timeIntervalSince1970
            try await Task.sleep(for: .seconds(1 - now.truncatingRemainder(dividingBy: 1)))
            var source: JSONObject = ["url": .string(fault.url), "step": "15m", "window": "5d"]
            for (key, value) in fault.changes { source[key] = value }
            try await harness.challenge(
                fault.name, spec: ["source": ["prometheus": .object(source)], "backoffLimit": 0])
            _ = try await harness.wait("the end of \(fault.name)", within: 90) {
                let run = try await harness.client.get(TrainingJob.self, fault.name, namespace: "demo")
                return run.isFinished ? true : nil
            }
            let (reason, message) = try await harness.failure(of: fault.name)
            #expect(reason == fault.reason && message.contains(fault.words), "\(fault.name): \(reason), \(message)")
        }
    }

    @Test(.enabled(if: MotoServer.isInstalled, "moto is not installed"))
    func `an object in S3 teaches a model, with keys out of a Secret`() async throws {
        try await RealPods.with { harness, folder in
            let table = try String(
                contentsOfFile: try RealPods.panel(series: 3, days: 14, in: folder), encoding: .utf8)
            try await MotoServer.with(objects: ["panel.csv": table]) { server in
                try await harness.create(
                    secret(
                        "s3-login", ["accessKeyID": server.accessKeyID, "secretAccessKey": server.secretAccessKey]))
                try await harness.createModel(spec: [
                    "targetRef": .null, "scaling": [:], "horizon": "Day", "algorithm": ["name": "SeasonalNaive"],
                    "source": [
                        "csv": [
                            "s3": [
                                "endpoint": .string(server.endpoint), "bucket": "history", "key": "panel.csv",
                                "pathStyle": true, "credentialsSecret": ["name": "s3-login"],
                            ],
                            "recorded": true,
                        ]
                    ],
                ])
                let model = try await harness.model { $0.status?.production?.version == 1 }
                #expect(model.status?.forecast?.series == 3)
            }
        }
    }

    @Test(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"))
    func `a query teaches a model, with a login out of a Secret; a dropped table takes nothing away`() async throws {
        try await PostgresServer.with { server in
            try server.sql(
                """
                CREATE TABLE sales AS SELECT 'shop ' || s AS unique_id, timestamptz '2026-01-05 00:00+00'
                    + h * interval '1 hour' AS ds, 10 + s + 3 * sin(h * 2 * pi() / 24) AS y
                FROM generate_series(0, 14 * 24 - 1) h, generate_series(1, 2) s
                """)
            try await RealPods.with { harness, _ in
                try await harness.create(
                    secret("reader", ["username": server.user, "password": server.password]))
                try await harness.createModel(spec: [
                    "targetRef": .null, "scaling": [:], "horizon": "Day", "algorithm": ["name": "SeasonalNaive"],
                    "source": [
                        "postgresql": [
                            "host": "127.0.0.1", "port": .int(Int64(server.port)), "database": .string(server.database),
                            "query": "SELECT * FROM sales", "credentialsSecret": ["name": "reader"], "recorded": true,
                        ]
                    ],
                ])
                let model = try await harness.model { $0.status?.production?.version == 1 }
                #expect(model.status?.forecast?.series == 2)
                try server.sql("DROP TABLE sales")
                try await harness.challenge("dropped", spec: ["backoffLimit": 0])
                let (reason, message) = try await harness.failure(of: "dropped")
                #expect(reason == "NotFound" && message.contains("sales"), "\(reason): \(message)")
            }
        }
    }
}
