import Foundation
import KubernetesClient
import Playground
import Testing

/// The API servers that the same tests run against, so that the playground cannot drift from the real one.
enum APIServer: String, CaseIterable, CustomTestStringConvertible {
    case playground
    /// That of the kubeconfig in `PRESAGE_TEST_KUBECONFIG`; `make test-integration` starts one.
    case real

    static let kubeconfig = ProcessInfo.processInfo.environment["PRESAGE_TEST_KUBECONFIG"]

    /// Those that are at hand.
    static var atHand: [APIServer] { kubeconfig == nil ? [.playground] : [.playground, .real] }

    var testDescription: String { rawValue }

    /// Works with an administrator's client.
    func withClient(_ body: (KubernetesClient) async throws -> Void) async throws {
        _ = openFiles
        let options = KubernetesClient.Options(requestsPerSecond: 0)
        switch self {
        case .real:
            try await body(
                KubernetesClient(configuration: try .load(kubeconfig: Self.kubeconfig), options: options))
        case .playground:
            var configuration = PlaygroundConfiguration()
            // Its first versions are soon too old to be watched from, as the real one's are.
            configuration.historyLimit = 500
            let playground = try await PlaygroundServer.start(configuration)
            let outcome: Result<Void, any Error>
            do {
                let file = playground.dataDirectory.appending(path: "kubeconfig")
                try Data(playground.kubeconfig.utf8).write(to: file)
                outcome = .success(
                    try await body(
                        KubernetesClient(configuration: try .load(kubeconfig: file.path), options: options)))
            } catch {
                outcome = .failure(error)
            }
            await playground.stop()
            try outcome.get()
        }
    }

    /// Works in a namespace that goes afterwards.
    func inNamespace(_ body: (KubernetesClient, String) async throws -> Void) async throws {
        try await withClient { client in
            let namespace = "presage-\(UUID().uuidString.prefix(8).lowercased())"
            _ = try await client.create(Namespace(metadata: ObjectMeta(name: namespace)))
            let outcome: Result<Void, any Error>
            do { outcome = .success(try await body(client, namespace)) } catch { outcome = .failure(error) }
            try await client.delete(Namespace.self, namespace)
            try outcome.get()
        }
    }
}
