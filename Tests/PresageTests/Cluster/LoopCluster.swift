import Foundation
import HTTPTransport
import KubernetesClient
import Playground
import Testing

@testable import presage

/// A whole cluster: an API server with its controllers, and a node on which pods run as processes of this machine.
enum LoopCluster: String, CaseIterable, CustomTestStringConvertible {
    case playground
    /// That of the kubeconfig in `PRESAGE_TEST_KUBECONFIG`, with kube-controller-manager; `presage playground --node-of` is
    /// its node.
    case real

    static let kubeconfig = ProcessInfo.processInfo.environment["PRESAGE_TEST_KUBECONFIG"]

    static var atHand: [LoopCluster] { kubeconfig == nil ? [.playground] : [.playground, .real] }

    var testDescription: String { rawValue }

    /// A cluster that runs.
    struct Running: Sendable {
        /// An administrator's.
        let client: KubernetesClient
        let kubeconfig: String
        /// The minor version of the server, such as 33.
        let minor: Int
        let isReal: Bool

        /// Whether the server knows a feature that came with 1.`minor`; the playground does.
        func has(_ minor: Int) -> Bool { !isReal || self.minor >= minor }
    }

    /// Works with the cluster; everything that runs on its node ends afterwards.
    func run(_ body: (Running) async throws -> Void) async throws {
        let executable = try PresageProcess.executable().path
        let folder = FileManager.default.temporaryDirectory.appending(path: "presage-cluster-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let runner = PodRunner { image in image.contains("presage") ? executable : nil }
        switch self {
        case .playground:
            var configuration = PlaygroundConfiguration()
            configuration.pods = runner
            let playground = try await PlaygroundServer.start(configuration)
            let file = folder.appending(path: "kubeconfig")
            try Data(playground.kubeconfig.utf8).write(to: file)
            try await Self.finally {
                try await body(try await Self.running(file.path, isReal: false))
            } then: {
                await playground.stop()
            }
        case .real:
            let kubeconfig = try #require(Self.kubeconfig)
            let running = try await Self.running(kubeconfig, isReal: true)
            let node = try ChildProcess(
                URL(filePath: executable),
                arguments: [
                    "playground", "--node-of", kubeconfig, "--data-dir", folder.appending(path: "pods").path,
                ], log: folder.appending(path: "node.log"))
            try await Self.finally {
                try await body(running)
            } then: {
                await node.stop()
            }
        }
    }

    private static func running(_ kubeconfig: String, isReal: Bool) async throws -> Running {
        let client = KubernetesClient(
            configuration: try .load(kubeconfig: kubeconfig), options: .init(requestsPerSecond: 0))
        return Running(client: client, kubeconfig: kubeconfig, minor: try await minor(client), isReal: isReal)
    }

    /// The minor version of a server, such as 33.
    static func minor(_ client: KubernetesClient) async throws -> Int {
        let minor = try await client.raw("/version")["minor"]?.stringValue?.prefix { $0.isNumber } ?? ""
        return Int(minor) ?? 0
    }

    private static func finally(_ body: () async throws -> Void, then: () async -> Void) async throws {
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
        await then()
        try outcome.get()
    }
}
