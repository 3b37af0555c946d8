import Foundation
import HTTPTransport
import KubernetesClient
import Logging
import TestServers
import TestSupport
import Testing
import Threading

@testable import Operator

/// The operator's HTTP server over TLS.
@Suite(.serialized, .enabled(if: Certificates.available, "openssl is not on PATH"))
struct ServingTLSTests {
    private func folder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "presage-serving-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder)
    }

    /// Puts what is in `source` in the place of `target`, as a kubelet does: at once.
    private func replace(_ target: URL, with source: String) throws {
        try Data(contentsOf: URL(filePath: source)).write(to: target, options: .atomic)
    }

    private func ask(_ url: String, trusting authority: String? = nil) async throws -> Int {
        var tls = TLSConfiguration()
        tls.certificateAuthority = authority.map { .file($0) }
        let client = HTTPClient(configuration: HTTPClientConfiguration(tls: tls))
        return try await client.fetch(HTTPRequest(url: url)).status
    }

    @Test func `it answers over TLS, and shows a certificate that was replaced`() async throws {
        let first = try await Certificates.make(), second = try await Certificates.make()
        try await folder { folder in
            let certificate = folder.appending(path: "tls.crt"), key = folder.appending(path: "tls.key")
            try replace(certificate, with: first.path("server.pem"))
            try replace(key, with: first.path("server.key"))
            let ahead = Locked(Duration.zero)
            let shown = try ServingCertificate(
                certificate: certificate.path, key: key.path, now: { .now + ahead.withLock { $0 } },
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            try await OperatorHarness.with { harness in
                let port = try TestServer.freePort()
                let main = Operator(
                    client: harness.client,
                    settings: OperatorSettings(
                        namespace: "nowhere", trainerImage: "presage", host: "127.0.0.1", port: port,
                        certificate: shown, electsLeader: false, leaseNamespace: "default"),
                    registry: PrometheusRegistry(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
                let running = Task { try await main.run() }
                defer { running.cancel() }
                let url = "https://localhost:\(port)/healthz"
                try await harness.wait("an answer") {
                    (try? await ask(url, trusting: first.path("ca.pem"))) == 200 ? true : nil
                }
                await #expect(throws: HTTPTransportError.self, "plain HTTP is not answered") {
                    try await ask("http://localhost:\(port)/healthz")
                }
                await #expect(throws: HTTPTransportError.self, "another authority's") {
                    try await ask(url, trusting: second.path("ca.pem"))
                }

                // A certificate whose key is not there yet: the last one stays.
                try replace(certificate, with: second.path("server.pem"))
                ahead.withLock { $0 = .seconds(2) }
                #expect(try await ask(url, trusting: first.path("ca.pem")) == 200)
                try replace(key, with: second.path("server.key"))
                ahead.withLock { $0 = .seconds(4) }
                #expect(try await ask(url, trusting: second.path("ca.pem")) == 200)
                // Nor does one go whose files go.
                try FileManager.default.removeItem(at: key)
                ahead.withLock { $0 = .seconds(6) }
                #expect(try await ask(url, trusting: second.path("ca.pem")) == 200)
                running.cancel()
                _ = try? await running.value
            }
        }
    }

    @Test func `files that cannot be used are told with their option`() async throws {
        let first = try await Certificates.make(), second = try await Certificates.make()
        func message(certificate: String, key: String) -> String {
            do {
                _ = try ServingCertificate(certificate: certificate, key: key, logger: Logger(label: "test"))
                return ""
            } catch { return "\(error)" }
        }
        let certificate = first.path("server.pem"), key = first.path("server.key")
        #expect(message(certificate: certificate, key: key) == "")
        #expect(message(certificate: "/no.crt", key: key).hasPrefix("--tls-cert-file /no.crt cannot be read"))
        #expect(
            message(certificate: certificate, key: "/no.key").hasPrefix("--tls-private-key-file /no.key cannot be read")
        )
        #expect(message(certificate: key, key: key).contains("--tls-cert-file \(key) holds no certificate in PEM"))
        #expect(
            message(certificate: certificate, key: certificate)
                .contains("--tls-private-key-file \(certificate) holds no private key in PEM"))
        #expect(
            message(certificate: certificate, key: second.path("server.key"))
                .contains("\(second.path("server.key")) is not the key of the certificate in \(certificate)"))
    }
}
