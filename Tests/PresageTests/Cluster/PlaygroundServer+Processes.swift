import Foundation
import KubernetesClient
import Playground

@testable import presage

extension PlaygroundServer {
    /// Installs Presage's definitions and writes a kubeconfig for processes into a folder.
    func prepare(in folder: URL) async throws -> (kubeconfig: URL, cluster: DemoCluster) {
        let file = folder.appending(path: "kubeconfig")
        try Data(kubeconfig.utf8).write(to: file)
        let cluster = DemoCluster(client: KubernetesClient(configuration: try .load(kubeconfig: file.path)))
        for name in try await cluster.apply(folder: PresageProcess.repository.appending(path: "crds")) {
            try await cluster.waitUntilEstablished(name)
        }
        return (file, cluster)
    }
}
