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

    private func train(_ source: TrainingRun.Source, secrets: [String: String] = [:]) async throws
        -> TrainerFolder.Outcome
    {
        try await TrainerFolder.train(source, secrets: secrets, asOf: ShopMetrics.end)
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

    @Test func `a server that is away is worth another try, and a history that says nothing is not`() async throws {
        let port = try TestServer.freePort()
        // With its retries this takes half a minute.
        let away = try await train(source("http://127.0.0.1:\(port)", days: 7))
        #expect(away.status == 69 && away.report.reason == "RequestFailed", "\(away.output)")

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
