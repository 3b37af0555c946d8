import Autoscaler
import Foundation
import KubernetesClient
import ModelRegistry
import Operator
import Playground
import TestServers
import Testing

@testable import presage

/// From a history to rows of a real database: operator, training pod and writing pod, the password from a Secret.
@Suite(
    .serialized, .enabled(if: PostgresServer.isInstalled, "scripts/install-test-servers installs PostgreSQL"))
struct WrittenForecastsTests {
    @Test func `a promoted version's forecasts are in PostgreSQL, and a challenger's after it`() async throws {
        try await PostgresServer.with { server in
            let folder = FileManager.default.temporaryDirectory.appending(path: "presage-e2e-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let history = folder.appending(path: "history.csv")
            try Data(Self.history.utf8).write(to: history)

            let executable = try PresageProcess.executable().path
            var configuration = PlaygroundConfiguration()
            configuration.dataDirectory = folder.appending(path: "playground")
            configuration.pods = PodRunner { _ in executable }
            let playground = try await PlaygroundServer.start(configuration)
            let (kubeconfig, cluster) = try await playground.prepare(in: folder)
            let operatorProcess = try ChildProcess(
                PresageProcess.executable(),
                arguments: [
                    "operator", "--kubeconfig", kubeconfig.path, "--trainer-image", "presage", "--host", "127.0.0.1",
                    "--port", "0", "--no-leader-election",
                ], log: folder.appending(path: "operator.log"))
            do {
                try await run(cluster, server, history)
            } catch {
                await operatorProcess.stop()
                await playground.stop()
                throw error
            }
            await operatorProcess.stop()
            await playground.stop()
        }
    }

    private func run(_ cluster: DemoCluster, _ server: PostgresServer, _ history: URL) async throws {
        try await cluster.create(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "demo"]])
        func login(_ password: String) -> JSONValue {
            [
                "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "login", "namespace": "demo"],
                "type": "kubernetes.io/basic-auth",
                "data": [
                    "username": .string(Data(server.user.utf8).base64EncodedString()),
                    "password": .string(Data(password.utf8).base64EncodedString()),
                ],
            ]
        }
        try await cluster.create(login("not-the-password"))
        try await cluster.create([
            "apiVersion": "presage.dev/v1alpha1", "kind": "ForecastModel",
            "metadata": ["name": "shops", "namespace": "demo"],
            "spec": [
                "source": ["csv": ["path": .string(history.path), "recorded": true]],
                "algorithm": ["name": "SeasonalNaive"], "horizon": "Week",
                "output": [
                    "postgresql": [
                        "host": "127.0.0.1", "port": .int(Int64(server.port)), "database": .string(server.database),
                        "credentialsSecret": ["name": "login"],
                    ]
                ],
            ],
        ])
        let refused = try await cluster.wait(for: ForecastModel.self, "shops", alive: {}) { model -> ForecastModel? in
            model.status?.conditions?["ForecastsWritten"]?.status == .false ? model : nil
        }
        let why = try #require(refused.status?.conditions?["ForecastsWritten"])
        #expect(why.reason == "LoginRefused", "\(why.message)")
        #expect(!why.message.contains("not-the-password"))
        #expect(refused.status?.production?.version == 1, "what serves does not wait for a database")

        // The Secret is corrected, and the failed Job deleted so as not to wait for the next attempt.
        _ = try await cluster.client.patch(
            Secret.self, "login", namespace: "demo", .merge(["data": login(server.password)["data"] ?? .null]))
        let failed = try await cluster.client.list(
            Job.self, namespace: "demo", options: ListOptions(labelSelector: "presage.dev/forecast-output"))
        #expect(failed.items.count == 1)
        for job in failed.items {
            try await cluster.client.delete(
                Job.self, job.metadata.name, namespace: "demo", options: DeleteOptions(propagation: .background))
        }
        let written = try await cluster.wait(for: ForecastModel.self, "shops", alive: {}) { model -> Condition? in
            model.status?.conditions?["ForecastsWritten"].flatMap { $0.status == .true ? $0 : nil }
        }
        #expect(written.message.contains("14 rows of 2 series are in forecast_results"))
        let row =
            "SELECT namespace, model, unique_id, ds AT TIME ZONE 'UTC', version, revision FROM forecast_results ORDER BY 3, 4 LIMIT 1"
        #expect(try server.sql(row).hasPrefix("demo|shops|north|2026-04-01 00:00:00|1|"))
        #expect(try server.sql("SELECT count(*), max(version) FROM forecast_results") == "14|1")

        try await cluster.create([
            "apiVersion": "presage.dev/v1alpha1", "kind": "TrainingJob",
            "metadata": ["name": "trend", "namespace": "demo"],
            "spec": ["modelRef": ["name": "shops"], "algorithm": ["name": "Prophet"]],
        ])
        let model = try await cluster.wait(for: ForecastModel.self, "shops", alive: {}) { model -> ForecastModel? in
            let isNewer = model.status?.production?.artifact == "trend-artifact"
            return isNewer && model.status?.conditions?.isTrue("ForecastsWritten") == true ? model : nil
        }
        let production = try #require(model.status?.production)
        #expect(
            try server.sql("SELECT DISTINCT version, revision, count(*) FROM forecast_results GROUP BY 1, 2")
                == "\(production.version)|\(production.revision ?? 0)|14")
    }

    /// 90 days of two shops from 2026-01-01 with a weekly rhythm.
    private static let history: String = {
        var text = "unique_id,ds,y\n"
        for (shop, level) in [("north", 100.0), ("south", 40.0)] {
            for day in 0..<90 {
                let date = Date(timeIntervalSince1970: 1_767_225_600 + Double(day) * 86_400)
                let value = level + Double(day) / 2 + [0, 5, 8, 9, 12, 30, 25][day % 7] + Double((day * 7919) % 11)
                text += "\(shop),\(date.formatted(.iso8601.year().month().day())),\(value)\n"
            }
        }
        return text
    }()
}
