import Autoscaler
import Foundation
import ModelRegistry
import TestServers
import Testing

/// The whole trainer, from the run document to a published version, on a real Prometheus.
@Suite(.serialized, .enabled(if: PrometheusServer.isInstalled, "Prometheus is not installed"))
struct TrainPrometheusTests {
    private func source(_ url: String, days: Int, _ change: (inout TrainingRun.Prometheus) -> Void = { _ in })
        -> TrainingRun.Source
    {
        var prometheus = TrainingRun.Prometheus(
            url: url, stepSeconds: 900, windowSeconds: days * 86_400, deployment: "web")
        prometheus.containers = ["app"]
        change(&prometheus)
        var source = TrainingRun.Source()
        source.prometheus = prometheus
        return source
    }

    private func train(
        _ source: TrainingRun.Source, secrets: [String: String] = [:], environment: [String: String] = [:]
    ) async throws -> TrainerFolder.Outcome {
        try await TrainerFolder.train(source, secrets: secrets, asOf: ShopMetrics.end, environment: environment)
    }

    @Test(.enabled(if: MetricsProxy.isInstalled, "python3 is not installed"))
    func `a version is trained from a server that wants signed requests`() async throws {
        var shop = ShopMetrics(days: 7, interval: 300)
        shop.addWeb()
        try await PrometheusServer.with(history: shop.text) { server in
            try await MetricsProxy.with(server) { proxy in
                let source = source("\(proxy.url)/signed", days: 7) {
                    $0.signingRegion = "eu-central-1"
                    $0.accessKeyIDFile = "../secrets/prometheus-access-key-id"
                    $0.secretAccessKeyFile = "../secrets/prometheus-secret-access-key"
                    $0.sessionTokenFile = "../secrets/prometheus-session-token"
                }
                let id = ["prometheus-access-key-id": MetricsProxy.accessKeyID]
                let key = "prometheus-secret-access-key"
                let trained = try await train(
                    source, secrets: id.merging([key: MetricsProxy.secretAccessKey]) { $1 })
                #expect(trained.status == 0 && trained.report.succeeded, "\(trained.output)")
                let refused = try await train(source, secrets: id.merging([key: "wr0ng-key"]) { $1 })
                #expect(refused.status == 65 && refused.report.message.contains("spec.source.prometheus.sigv4"))
                #expect(!refused.output.contains("wr0ng-key"))
                let missing = try await train(source, secrets: id)
                #expect(missing.status == 65 && missing.report.message.contains("sigv4.credentialsSecret"))
            }
        }
    }

    @Test func `a version is trained from a server with TLS and a password out of mounted Secrets`() async throws {
        var shop = ShopMetrics(days: 7, interval: 300)
        shop.addWeb()
        var options = PrometheusServer.Options()
        options.asksForPassword = true
        options.speaksTLS = true
        try await PrometheusServer.with(history: shop.text, options) { server in
            let source = source(server.url, days: 7) {
                $0.usernameFile = "../secrets/prometheus-username"
                $0.passwordFile = "../secrets/prometheus-password"
                $0.caFile = "../secrets/prometheus-ca.pem"
            }
            let certificate = try String(contentsOf: try #require(server.certificate), encoding: .utf8)
            let login = ["prometheus-username": "presage", "prometheus-ca.pem": certificate]
            let trained = try await train(
                source, secrets: login.merging(["prometheus-password": PrometheusServer.password]) { $1 })
            #expect(trained.status == 0 && trained.report.succeeded, "\(trained.output)")
            #expect(trained.series == ["app/cpu", "app/memory"])
            // Three pods, the busiest of them 1.2 to 1.5 times the mean.
            let share = try #require(PodShares(metadata: trained.metadata, replicas: nil).containers["app"])
            #expect(share.pods == 3 && (1.2...1.5).contains(share.busiestOverMean))
            let manifest = try #require(trained.manifest)
            // Seasonal naive repeats a day that repeats itself.
            #expect(try #require(manifest.scores.challenger) < 2)
            #expect(abs(manifest.historyEnd.timeIntervalSince1970 - Double(ShopMetrics.end)) <= 900)

            let refused = try await train(
                source, secrets: login.merging(["prometheus-password": "wr0ng-pass"]) { $1 })
            #expect(refused.status == 65 && refused.report.reason == "AccessDenied")
            #expect(refused.report.stages.map(\.name) == ["Validated"])
            #expect(!refused.output.contains("wr0ng-pass") && refused.manifest == nil)

            let missing = try await train(source, secrets: login)
            #expect(missing.report.reason == "InvalidCredential")
            #expect(missing.report.message.contains("spec.source.prometheus.auth.password"))
        }
    }

    @Test func `a second training asks the server for what the first has not kept, and comes to the same version`()
        async throws
    {
        var shop = ShopMetrics(days: 7, interval: 300)
        shop.addWeb()
        let folder = FileManager.default.temporaryDirectory.appending(path: "presage-kept-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await PrometheusServer.with(history: shop.text) { server in
            let port = try #require(URL(string: server.url)?.port)
            try await TCPGate.with(target: port) { gate in
                let url = "http://127.0.0.1:\(gate.port)"
                let whole = try await train(source(url, days: 7))
                let cold = gate.traffic().bytes
                let kept = source(url, days: 7) {
                    $0.cache = .init(path: folder.path, overlapSeconds: 21_600, maximumBytes: 1 << 30)
                }
                let first = try await train(kept)
                _ = gate.traffic()
                let second = try await train(kept)
                let warm = gate.traffic().bytes
                #expect(warm * 2 < cold, "\(warm) of \(cold) bytes")
                let digest = try #require(whole.manifest?.historyDigest)
                #expect(first.manifest?.historyDigest == digest && second.manifest?.historyDigest == digest)
                #expect(second.manifest?.artifactDigest == whole.manifest?.artifactDigest)
            }
        }
    }

    @Test func `a server that is away is worth another try, and a history that says nothing is not`() async throws {
        let port = try TestServer.freePort()
        let clock = ContinuousClock()
        let start = clock.now
        let away = try await train(
            source("http://127.0.0.1:\(port)", days: 7), environment: ["PRESAGE_PATIENCE": "1s"])
        #expect(away.status == 69 && away.report.reason == "RequestFailed", "\(away.output)")
        // Six tries, whose waits vary by a quarter.
        #expect(clock.now - start > .milliseconds(700))
        let odd = try await train(
            source("http://127.0.0.1:\(port)", days: 7), environment: ["PRESAGE_PATIENCE": "long"])
        #expect(odd.status == 64 && odd.report.message.contains("PRESAGE_PATIENCE"), "\(odd.output)")

        var shop = ShopMetrics(days: 6, interval: 300)
        shop.addWeb(pods: 1, until: shop.start + 86_400)
        try await PrometheusServer.with(history: shop.text) { server in
            let stale = try await train(source(server.url, days: 6))
            #expect(stale.status == 65 && stale.report.reason == "Stale", "\(stale.output)")
            let none = try await train(source(server.url, days: 6) { $0.deployment = "checkout" })
            #expect(none.status == 65 && none.report.reason == "NoData")
            #expect(none.report.message.contains("scrape the kubelets' cAdvisor metrics"))
        }
    }
}
