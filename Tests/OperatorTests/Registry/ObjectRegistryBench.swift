import Autoscaler
import Foundation
import KubernetesClient
import ModelRegistry
import ObjectStore
import TestServers
import Testing

@testable import Operator

/// A model whose chunks are in a real S3 server, the server as somebody sees it who may do everything, and the gate in front
/// of it that can be shut.
struct ObjectRegistryBench {
    let harness: OperatorHarness
    let folder: URL
    let server: MotoServer
    let gate: TCPGate

    var registry: JSONValue {
        [
            "s3": [
                "endpoint": .string("http://127.0.0.1:\(gate.port)"), "bucket": "history", "prefix": "models/test",
                "pathStyle": true, "credentialsSecret": ["name": "store"],
            ]
        ]
    }

    var objects: S3Client {
        S3Client(
            bucket: S3Bucket(
                name: "history", endpoint: server.endpoint, pathStyle: true,
                credentials: S3Credentials(
                    accessKeyID: server.accessKeyID, secretAccessKey: server.secretAccessKey)))
    }

    func secret(_ id: String? = nil, _ key: String? = nil) -> JSONValue {
        func encoded(_ text: String) -> JSONValue { .string(Data(text.utf8).base64EncodedString()) }
        return [
            "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "store", "namespace": "demo"],
            "data": [
                "accessKeyID": encoded(id ?? server.accessKeyID),
                "secretAccessKey": encoded((key ?? server.secretAccessKey) + "\n"),
            ],
        ]
    }

    /// The objects of the store, by their keys.
    func keys() async throws -> Set<String> { Set(try await objects.list(prefix: "").objects.map(\.key)) }

    /// What the manifests in the cluster name.
    func named() async throws -> Set<String> {
        let registry = ClusterRegistry(client: harness.client)
        var keys: Set<String> = []
        for name in try await harness.artifacts("manifest") {
            let manifest = try await registry.manifest(name, namespace: "demo")
            let store = try #require(manifest.store)
            keys.formUnion(manifest.chunks.map(store.key))
        }
        return keys
    }

    /// Waits until the store holds just what manifests name.
    func settled() async throws -> Set<String> {
        try await harness.wait("a store without surplus") {
            let keys = try await keys()
            return try await named() == keys ? keys : nil
        }
    }

    func wake() async throws {
        try await harness.patchModel(["metadata": ["annotations": ["wake": .string(UUID().uuidString)]]])
    }

    /// A spec without a target.
    static let general: JSONObject = ["targetRef": .null, "scaling": [:]]

    /// Creates the Secret and a model that only forecasts.
    func createModel(_ changes: JSONObject = [:]) async throws {
        try await harness.create(secret())
        var spec = Self.general
        spec["registry"] = registry
        for (key, value) in changes { spec[key] = value }
        try await harness.createModel(spec: spec)
    }

    /// Starts the server, the gate, a cluster and an operator.
    static func with(
        pods: Bool = false, scripts: [String: String] = [:], _ body: (ObjectRegistryBench) async throws -> Void
    ) async throws {
        try await MotoServer.with(objects: [:]) { server in
            let port = try #require(URL(string: server.endpoint)?.port)
            try await TCPGate.with(target: port) { gate in
                let folder = FileManager.default.temporaryDirectory.appending(path: "presage-s3-\(UUID().uuidString)")
                defer { try? FileManager.default.removeItem(at: folder) }
                let runner = pods ? try RealPods.runner(scripts: scripts, in: folder) : nil
                try await OperatorHarness.with(pods: runner) { harness in
                    try await body(
                        ObjectRegistryBench(harness: harness, folder: folder, server: server, gate: gate))
                }
            }
        }
    }
}
