import Foundation
import KubernetesClient
import Operator

/// The demo's hands on the cluster: what a person would do with `kubectl`.
struct DemoCluster {
    let client: KubernetesClient

    /// Applies every document of the manifests in a folder, files in the order of their names.
    func apply(folder: URL) async throws -> [String] {
        let all = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        let files = (all ?? [])
            .filter { ["yaml", "yml"].contains($0.pathExtension) && $0.lastPathComponent != "kustomization.yaml" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
        guard !files.isEmpty else {
            throw DemoError(
                "no manifests in \(folder.path); run this from the repository's root, or name the folder of the custom resource "
                    + "definitions by --crds")
        }
        var names: [String] = []
        for file in files {
            for document in try YAML.parse(try String(contentsOf: file, encoding: .utf8)) {
                names.append(try await create(document).metadata.name)
            }
        }
        return names
    }

    /// Creates an object as `kubectl apply` would have: by its field manager, which then owns what it wrote.
    @discardableResult
    func create(_ json: JSONValue) async throws -> KubernetesObject {
        try await client.create(
            KubernetesObject(json: json), options: WriteOptions(fieldManager: "kubectl-client-side-apply"))
    }

    /// Waits until an object says what is wanted of it.
    ///
    /// - Parameters:
    ///   - check: called with the object whenever it changes; returns what was waited for.
    ///   - alive: asked every second; throws where waiting has become pointless.
    func wait<R: KubernetesResource, Result: Sendable>(
        for type: R.Type, _ name: String, within seconds: Double = 300, alive: () throws -> Void,
        until check: (R) throws -> Result?
    ) async throws -> Result {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            if let object = try await client.find(type, name, namespace: DemoWorkload.namespace),
                let result = try check(object)
            {
                return result
            }
            try alive()
            try await Task.sleep(for: .milliseconds(50))
        }
        throw DemoError("waited \(Int(seconds)) s for \(R.definition.kind) \(name) in vain; see the operator's log")
    }
}

/// What ends the demo early, as a sentence for the person who started it.
struct DemoError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
