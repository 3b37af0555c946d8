import DataSources
import Foundation
import HTTPTransport
import TestServers
import Testing

/// Logging in, at a real Prometheus and at a proxy that wants a token and a tenant.
@Suite(.serialized, .enabled(if: PrometheusServer.isInstalled, "Prometheus is not installed"))
struct PrometheusAccessTests {
    private func failure(_ source: PrometheusHistory) async -> DataError? {
        do {
            _ = try await source.read()
            return nil
        } catch {
            return error as? DataError
        }
    }

    private var history: String {
        var shop = ShopMetrics(days: 1)
        shop.addWeb(pods: 1)
        return shop.text
    }

    @Test func `TLS with the server's own authority, and a user name with its password`() async throws {
        var options = PrometheusServer.Options()
        options.asksForPassword = true
        options.speaksTLS = true
        try await PrometheusServer.with(history: history, options) { server in
            var source = ShopMetrics.source(server.url, days: 1)
            let certificate = try #require(server.certificate)

            let distrusted = try #require(await failure(source))
            #expect(distrusted.code == .requestFailed && distrusted.message.contains("certificate"), "\(distrusted)")

            source.tls.certificateAuthority = .file(certificate.path)
            let unknown = try #require(await failure(source))
            #expect(unknown.code == .accessDenied && unknown.message.contains("name a Secret"))

            source.credentials = .basic(user: "presage", password: "wr0ng-pass")
            let wrong = try #require(await failure(source))
            #expect(wrong.code == .accessDenied && wrong.field == "spec.source.prometheus.auth")
            #expect(!wrong.description.contains("wr0ng-pass"))

            source.credentials = .basic(user: "presage", password: PrometheusServer.password)
            #expect(try await source.read().series.count == 2)

            source.tls = TLSConfiguration()
            source.tls.insecureSkipVerify = true
            #expect(try await source.read().series.count == 2)
        }
    }

    @Test(.enabled(if: MetricsProxy.isInstalled, "python3 is not installed"))
    func `a bearer token and a tenant go along, and no error repeats the token`() async throws {
        try await PrometheusServer.with(history: history) { server in
            try await MetricsProxy.with(server) { proxy in
                var source = ShopMetrics.source("\(proxy.url)/tenant", days: 1)
                source.tenant = "shop"
                source.credentials = .bearer("wr0ng-t0ken")
                let wrong = try #require(await failure(source))
                #expect(wrong.code == .accessDenied && wrong.message.contains("token"))
                #expect(!wrong.description.contains("wr0ng-t0ken"))

                source.credentials = .bearer(MetricsProxy.token)
                #expect(try await source.read().series.count == 2)
                source.tenant = nil
                #expect(await failure(source)?.code == .accessDenied)
            }
        }
    }

    @Test(
        .enabled(if: MetricsProxy.isInstalled, "python3 is not installed"), arguments: [nil, "t0ken/of+a=session"])
    func `requests are signed as Amazon wants it, long ones and those of a session too`(token: String?) async throws {
        try await PrometheusServer.with(history: history) { server in
            try await MetricsProxy.with(server) { proxy in
                var source = ShopMetrics.source("\(proxy.url)/signed", days: 1)
                source.tenant = "shop"
                var signature = AWSSignature(
                    accessKeyID: MetricsProxy.accessKeyID, secretAccessKey: MetricsProxy.secretAccessKey,
                    sessionToken: token, region: "eu-central-1", service: "aps")
                source.credentials = .signature(signature)
                #expect(try await source.read().series.count == 2)

                // A question that is too long for an address is a body.
                source.target = nil
                source.cpuQuery =
                    "max by (container,pod) (rate(container_cpu_usage_seconds_total{container!=\"\"}[5m]))"
                    + String(repeating: " ", count: 5000)
                #expect(try await source.read().series.count == 1)

                signature.secretAccessKey = "wr0ng-key"
                source.credentials = .signature(signature)
                let wrong = try #require(await failure(source))
                #expect(wrong.code == .accessDenied && wrong.field == "spec.source.prometheus.sigv4")
                #expect(!wrong.description.contains("wr0ng-key"))
            }
        }
    }
}
