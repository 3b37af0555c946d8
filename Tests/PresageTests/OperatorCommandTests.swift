import Foundation
import KubernetesClient
import Playground
import Testing

/// What `presage operator` says when it cannot start.
@Suite(.serialized)
struct OperatorCommandTests {
    private func start(
        _ kubeconfig: String?, _ arguments: [String] = [], environment: [String: String] = [:]
    ) async throws -> PresageProcess {
        let folder = FileManager.default.temporaryDirectory.appending(path: "presage-operator-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "kubeconfig")
        if let kubeconfig { try Data(kubeconfig.utf8).write(to: file) }
        return try await PresageProcess.run(
            ["operator", "--kubeconfig", file.path, "--port", "0"] + arguments, environment: environment)
    }

    private func kubeconfig(server: String, user: String = "{}") -> String {
        """
        apiVersion: v1
        kind: Config
        current-context: it
        clusters: [{name: it, cluster: {server: "\(server)"}}]
        users: [{name: it, user: \(user)}]
        contexts: [{name: it, context: {cluster: it, user: it}}]
        """
    }

    private func expect(
        _ process: PresageProcess, _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(process.status == 1, sourceLocation: sourceLocation)
        #expect(process.error.contains("presage: error: "), "\(process.error)", sourceLocation: sourceLocation)
        for part in parts {
            #expect(process.error.contains(part), "\(process.error)", sourceLocation: sourceLocation)
        }
    }

    @Test func `an API server that does not answer is named with its address`() async throws {
        expect(try await start(kubeconfig(server: "http://127.0.0.1:9")), "127.0.0.1", "9")
    }

    @Test func `a proxy of the environment is used, but not for the hosts that NO_PROXY excepts`() async throws {
        // As a proxy the playground answers what it is asked for any host: it refuses the token.
        let playground = try await PlaygroundServer.start()
        // With a label of 64 letters it is no name at all: no server of names is asked, which may be slow or away.
        let host = "presage.\(String(repeating: "a", count: 64)).invalid"
        let config = kubeconfig(server: "http://\(host)", user: "{token: wrong}")
        let through = try await start(config, environment: ["http_proxy": playground.url, "no_proxy": "other.invalid"])
        let direct = try await start(config, environment: ["http_proxy": playground.url, "NO_PROXY": ".invalid"])
        await playground.stop()
        expect(through, "401")
        expect(direct, host, "resolve")
    }

    @Test func `an address that cannot be listened on is named with what to do`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "presage-listen-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let playground = try await PlaygroundServer.start()
        let (kubeconfig, _) = try await playground.prepare(in: folder)
        let port = try #require(URL(string: playground.url)?.port)
        let process = try await PresageProcess.run(
            ["operator", "--kubeconfig", kubeconfig.path, "--host", "127.0.0.1", "--port", "\(port)"])
        await playground.stop()
        expect(
            process,
            "cannot listen on 127.0.0.1:\(port): Address already in use; choose another address by --host and --port")
    }

    @Test func `a kubeconfig that is not there is named`() async throws {
        expect(try await start(nil), "kubeconfig")
    }

    @Test func `a kubeconfig that is no YAML is named with the line`() async throws {
        expect(try await start("clusters: [\n  {name: it"), "kubeconfig", "line")
    }

    @Test func `a context that does not exist is named`() async throws {
        expect(try await start(kubeconfig(server: "http://127.0.0.1:9"), ["--context", "other"]), "other")
    }

    @Test func `a wrong token is told, and is not shown`() async throws {
        let playground = try await PlaygroundServer.start()
        let process = try await start(playground.kubeconfig(token: "s3cret-token"))
        await playground.stop()
        expect(process, "401")
        #expect(!process.error.contains("s3cret-token"))
    }

    @Test func `a missing token is told with the place where it would be`() async throws {
        var configuration = PlaygroundConfiguration()
        configuration.allowsAnonymous = false
        let playground = try await PlaygroundServer.start(configuration)
        let process = try await start(kubeconfig(server: playground.url))
        await playground.stop()
        expect(process, "401", "no credentials are set in")
    }

    @Test func `missing custom resources are told with the command that installs them`() async throws {
        let playground = try await PlaygroundServer.start()
        let process = try await start(playground.kubeconfig)
        await playground.stop()
        expect(process, "kubectl apply -f crds/")
    }

    @Test func `a mode of authorization that there is not is refused with those that there are`() async throws {
        let process = try await PresageProcess.run(["operator", "--authorization-mode", "RBAC"])
        #expect(process.status == 64)
        #expect(process.error.contains("--authorization-mode"))
        #expect(process.error.contains("AlwaysAllow") && process.error.contains("Webhook"))
    }

    @Test func `a certificate without its key is refused, and files that are not there are named`() async throws {
        let alone = try await PresageProcess.run(["operator", "--tls-cert-file", "/tls.crt"])
        #expect(alone.status == 64)
        #expect(alone.error.contains("--tls-cert-file and --tls-private-key-file go together"))
        expect(
            try await PresageProcess.run([
                "operator", "--tls-cert-file", "/no.crt", "--tls-private-key-file", "/no.key",
            ]),
            "--tls-cert-file /no.crt cannot be read")
    }

    @Test func `options out of range are refused with their name`() async throws {
        for (option, value) in [("--workers", "0"), ("--max-trainings", "-1")] {
            let process = try await PresageProcess.run(["operator", "\(option)=\(value)"])
            #expect(process.status == 64)
            #expect(process.error.contains("\(option) is \(value); give"), "\(process.error)")
        }
    }
}
