import Foundation
import HTTPTransport
import TestSupport
import Testing

@testable import KubernetesClient

/// Certificate files that are replaced while a client is at work.
@Suite(.enabled(if: TLSTerminator.available, "needs openssl and python3"), .patience(minutes: 2))
struct CertificateRotationTests {
    /// The files that a client is configured with.
    private final class Files {
        let folder: URL

        init(_ certificates: Certificates) throws {
            folder = FileManager.default.temporaryDirectory.appending(path: "presage-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for name in ["ca.pem", "client.pem", "client.key"] { try replace(name, by: certificates) }
        }

        deinit { try? FileManager.default.removeItem(at: folder) }

        func path(_ name: String) -> String { folder.appending(path: name).path }

        func replace(_ name: String, by certificates: Certificates) throws {
            let data = try Data(contentsOf: URL(fileURLWithPath: certificates.path(name)))
            try data.write(to: folder.appending(path: name), options: .atomic)
        }

        var tls: TLSConfiguration {
            TLSConfiguration(
                certificateAuthority: .file(path("ca.pem")),
                identity: .init(certificate: .file(path("client.pem")), key: .file(path("client.key"))))
        }
    }

    private func with(
        _ body: (KubernetesClient, Files, TLSTerminator, Certificates) async throws -> Void
    ) async throws {
        let server = try ScriptedServer { _, connection in
            connection.respond(200, #"{"kind":"ConfigMap","metadata":{"name":"a","resourceVersion":"1"}}"#)
        }
        defer { server.stop() }
        let certificates = try await Certificates.make()
        let front = try await TLSTerminator.start(before: server.port, certificates)
        defer { front.stop() }
        let files = try Files(certificates)
        let client = KubernetesClient(configuration: .init(server: front.url, tls: files.tls, proxy: .none))
        try await body(client, files, front, certificates)
    }

    private func asks(_ client: KubernetesClient) async throws {
        _ = try await client.get(ConfigMap.self, "a", namespace: "n")
    }

    @Test func `replaced files are used at once where the old ones are refused`() async throws {
        try await with { client, files, front, _ in
            try await asks(client)
            for _ in 0..<3 {
                let next = try await Certificates.make()
                try await front.rotate(to: next)
                let error = await #expect(throws: KubernetesError.self) { try await asks(client) }
                #expect(error?.code == .transport)
                for name in ["ca.pem", "client.pem", "client.key"] { try files.replace(name, by: next) }
                try await asks(client)
            }
        }
    }

    @Test func `replaced files are used for new connections where the old ones are still welcome`() async throws {
        try await with { client, files, front, first in
            try await asks(client)
            let next = try await Certificates.make()
            // The client is told to trust the next authority alone: the server's present certificate is none of it.
            try files.replace("ca.pem", by: next)
            await eventually("the server is no longer trusted") {
                do { try await asks(client) } catch { return true }
                return false
            }
            try files.replace("ca.pem", by: first)
            try await asks(client)
        }
    }

    @Test func `a certificate whose key is not there yet, or half of one, leaves the old pair in use`() async throws {
        try await with { client, files, front, first in
            try await asks(client)
            let next = try await Certificates.make()
            try files.replace("client.pem", by: next)
            try await Task.sleep(for: .milliseconds(1_100))
            for _ in 0..<3 { try await asks(client) }
            // And one that is being written in place.
            try Data("-----BEGIN CERTIFICATE-----\nMII".utf8).write(to: URL(fileURLWithPath: files.path("ca.pem")))
            try await Task.sleep(for: .milliseconds(1_100))
            try await asks(client)
            try await front.rotate(to: next)
            for name in ["client.key", "ca.pem"] { try files.replace(name, by: next) }
            try await asks(client)
        }
    }

    @Test func `a file that was never readable is named`() async throws {
        let tls = TLSConfiguration(certificateAuthority: .file("/no/such/ca.pem"))
        let client = KubernetesClient(configuration: .init(server: "https://127.0.0.1:1", tls: tls, proxy: .none))
        let error = await #expect(throws: KubernetesError.self) { try await asks(client) }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("/no/such/ca.pem") == true)
    }
}
