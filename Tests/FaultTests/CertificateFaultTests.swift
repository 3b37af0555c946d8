import Foundation
import KubernetesClient
import Playground
import TestSupport
import Testing

/// Every certificate is replaced while the operator goes through the whole loop: the authority, the server's own, and
/// that of the operator, which has them from the files that its kubeconfig names.
@Suite(
    .serialized, .patience(minutes: 3), .enabled(if: TLSTerminator.available, "needs openssl and python3")
)
struct CertificateFaultTests {
    @Test func `certificates are rotated and the old ones refused`() async throws {
        try await FaultBench.with { bench in
            let first = try await Certificates.make()
            var rotations: [Certificates] = []
            for _ in 0..<8 { rotations.append(try await Certificates.make()) }
            let later = rotations
            let port = try #require(URL(string: bench.server.url)?.port)
            let front = try await TLSTerminator.start(before: port, first)
            defer { front.stop() }
            let files = try OperatorFiles(first, server: front.url)
            defer { files.remove() }
            bench.work {
                var generator = SeededGenerator(salt: "certificates rotated")
                for certificates in later where !Task.isCancelled {
                    try? await Task.sleep(for: .milliseconds(Int.random(in: 30...300, using: &generator)))
                    guard (try? await front.rotate(to: certificates)) != nil else { return }
                    bench.injected.change { $0 += 1 }
                    // For a while nothing is let through, then the files come one by one.
                    for name in ["ca.pem", "client.pem", "client.key"].shuffled(using: &generator) {
                        try? await Task.sleep(for: .milliseconds(Int.random(in: 0...60, using: &generator)))
                        try? files.replace(name, by: certificates)
                    }
                }
            }
            bench.startOperator(configuration: try .load(kubeconfig: files.kubeconfig))
            try await bench.play { try await bench.wait("three rotations") { bench.injected.value >= 3 ? () : nil } }
            try await bench.verify("certificates rotated", atLeast: 3)
            // The terminator does refuse who was welcome first.
            let old = try OperatorFiles(first, server: front.url)
            defer { old.remove() }
            let client = KubernetesClient(configuration: try .load(kubeconfig: old.kubeconfig))
            let error = await #expect(throws: KubernetesError.self) {
                try await client.get(Namespace.self, bench.namespace)
            }
            #expect(error?.code == .transport)
        }
    }
}

/// A kubeconfig and the certificate files that it names.
private struct OperatorFiles {
    private let folder: URL

    var kubeconfig: String { folder.appending(path: "config").path }

    init(_ certificates: Certificates, server: String) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "presage-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in ["ca.pem", "client.pem", "client.key"] { try replace(name, by: certificates) }
        let text = """
            apiVersion: v1
            kind: Config
            current-context: test
            clusters: [{name: test, cluster: {server: "\(server)", certificate-authority: ca.pem}}]
            users: [{name: test, user: {client-certificate: client.pem, client-key: client.key}}]
            contexts: [{name: test, context: {cluster: test, user: test}}]
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: kubeconfig))
    }

    func replace(_ name: String, by certificates: Certificates) throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: certificates.path(name)))
        try data.write(to: folder.appending(path: name), options: .atomic)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }
}
