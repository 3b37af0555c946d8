import Foundation
import KubernetesClient
import TestServers
import Testing

/// The alerts of config/prometheus, by Prometheus' own tool.
struct AlertRulesTests {
    /// One alert: series as promtool writes them, a sample a minute, and what is to fire after so many hours.
    private struct Case {
        var alert: String
        var series: [(String, String)]
        var hours: Int
        var labels: [String: String]
    }

    private static let cases = [
        Case(
            alert: "PresageModelFailing", series: [(#"presage_models{namespace="shop",health="Failing"}"#, "2x240")],
            hours: 1, labels: ["namespace": "shop", "severity": "warning"]),
        Case(
            alert: "PresageModelNeedsAttention",
            series: [(#"presage_models{namespace="shop",health="Warning"}"#, "1x240")], hours: 3,
            labels: ["namespace": "shop", "severity": "info"]),
        Case(
            alert: "PresageTrainingsFail",
            series: [(#"presage_trainings_total{namespace="shop",phase="Failed",reason="NoHistory"}"#, "0+0.02x480")],
            hours: 6, labels: ["namespace": "shop", "reason": "NoHistory", "severity": "warning"]),
        Case(
            alert: "PresageTrainingsWait",
            series: [(#"presage_trainingjobs{namespace="shop",phase="Pending"}"#, "1x480")], hours: 4,
            labels: ["namespace": "shop", "severity": "info"]),
        Case(
            alert: "PresageUnreadableObjects",
            // Both replicas say so of the same object.
            series: [
                (#"informer_unreadable_objects{name="forecastmodels.presage.dev",pod="a"}"#, "1x240"),
                (#"informer_unreadable_objects{name="forecastmodels.presage.dev",pod="b"}"#, "1x240"),
            ], hours: 1, labels: ["name": "forecastmodels.presage.dev", "severity": "warning"]),
        Case(
            alert: "PresageReconcileErrors",
            series: [(#"controller_runtime_reconcile_errors_total{controller="trainingjob"}"#, "0+12x240")], hours: 2,
            labels: ["controller": "trainingjob", "severity": "warning"]),
        Case(
            alert: "PresageNoLeader",
            series: [(#"leader_election_master_status{name="presage-operator",pod="a"}"#, "0x240")], hours: 1,
            labels: ["severity": "warning"]),
    ]

    private static let leader = #"leader_election_master_status{name="presage-operator",pod="a"}"#

    @Test(.enabled(if: PrometheusServer.isInstalled))
    func `each alert fires where it should, with who is meant, and nothing fires where all is well`() throws {
        let rules = try Self.rules()
        let well: [JSONValue] = [
            (Self.leader, "1x480"), (#"presage_models{namespace="shop",health="Good"}"#, "9x480"),
            (#"presage_models{namespace="shop",health="Waiting"}"#, "1x480"),
            (#"presage_trainingjobs{namespace="shop",phase="Succeeded"}"#, "3x480"),
            (#"presage_trainings_total{namespace="shop",phase="Succeeded",reason="Promoted"}"#, "0+1x480"),
            (#"presage_trainings_total{namespace="shop",phase="Failed",reason="NoHistory"}"#, "0x100 1x380"),
        ].map { ["series": .string($0.0), "values": .string($0.1)] }
        let quiet: [JSONValue] = try Self.alerts(of: rules).map {
            ["eval_time": "7h", "alertname": $0["alert"] ?? .null, "exp_alerts": []]
        }
        let loud: [JSONValue] = Self.cases.map { item in
            let series: [JSONValue] = item.series.map { ["series": .string($0.0), "values": .string($0.1)] }
            let labels =
                (item.labels.map { ($0.key, $0.value) } + [("alertname", item.alert), ("alertstate", "firing")])
                .map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ",")
            // As a series, not as an alert: that would ask for its texts too, which a reader judges.
            let firing: JSONValue = [
                "expr": .string("ALERTS{alertstate=\"firing\",alertname=\"\(item.alert)\"}"),
                "eval_time": .string("\(item.hours)h"),
                "exp_samples": [["labels": .string("ALERTS{\(labels)}"), "value": 1]],
            ]
            return ["interval": "1m", "input_series": .array(series), "promql_expr_test": [firing]]
        }
        let tests: JSONValue = [
            "rule_files": ["rules.yml"], "evaluation_interval": "1m",
            "tests": .array(
                [["interval": "1m", "input_series": .array(well), "alert_rule_test": .array(quiet)]] + loud),
        ]
        let folder = FileManager.default.temporaryDirectory.appending(path: "alerts-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try YAML.write(rules).write(to: folder.appending(path: "rules.yml"), atomically: true, encoding: .utf8)
        try YAML.write(tests).write(to: folder.appending(path: "tests.yml"), atomically: true, encoding: .utf8)
        let promtool = try #require(TestServer.program("promtool"))
        _ = try TestServer.run(promtool, ["check", "rules", folder.appending(path: "rules.yml").path])
        _ = try TestServer.run(promtool, ["test", "rules", folder.appending(path: "tests.yml").path])
    }

    @Test func `every alert is tried, and says which command to go on with or where to look`() throws {
        let alerts = try Self.alerts(of: try Self.rules())
        #expect(Set(alerts.compactMap { $0["alert"]?.stringValue }) == Set(Self.cases.map(\.alert)))
        for alert in alerts {
            let description = alert["annotations", "description"]?.stringValue ?? ""
            #expect(description.contains("kubectl") || description.contains("Ready"), "\(description)")
            #expect(alert["annotations", "summary"]?.stringValue?.isEmpty == false)
        }
    }

    private static func rules() throws -> JSONValue {
        let file = Repository.root.appending(path: "config/prometheus/alerts.yaml")
        let object = try YAML.parseOne(try String(contentsOf: file, encoding: .utf8))
        return ["groups": object["spec", "groups"] ?? []]
    }

    private static func alerts(of rules: JSONValue) throws -> [JSONValue] {
        try #require(rules["groups", 0, "rules"]?.arrayValue)
    }
}
