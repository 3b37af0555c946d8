import Autoscaler
import Foundation
import HTTPTransport
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

    /// Where the store is reached through the gate, and how.
    var store: JSONObject {
        let scheme = server.certificate == nil ? "http" : "https"
        var store: JSONObject = [
            "endpoint": .string("\(scheme)://127.0.0.1:\(gate.port)"), "bucket": "history", "pathStyle": true,
            "credentialsSecret": ["name": "store"],
        ]
        if server.certificate != nil { store["tls"] = ["ca": ["name": "store", "key": "ca.crt"]] }
        return store
    }

    var registry: JSONValue {
        var store = store
        store["prefix"] = "models/test"
        return ["s3": .object(store)]
    }

    var objects: S3Client {
        var tls = TLSConfiguration()
        tls.insecureSkipVerify = server.certificate != nil
        return S3Client(
            bucket: S3Bucket(
                name: "history", endpoint: server.endpoint, pathStyle: true,
                credentials: S3Credentials(
                    accessKeyID: server.accessKeyID, secretAccessKey: server.secretAccessKey)),
            client: HTTPClient(configuration: HTTPClientConfiguration(tls: tls)))
    }

    func secret(_ id: String? = nil, _ key: String? = nil) -> JSONValue {
        func encoded(_ text: String) -> JSONValue { .string(Data(text.utf8).base64EncodedString()) }
        var data: JSONObject = [
            "accessKeyID": encoded(id ?? server.accessKeyID),
            "secretAccessKey": encoded((key ?? server.secretAccessKey) + "\n"),
        ]
        if let file = server.certificate, let text = try? String(contentsOf: file, encoding: .utf8) {
            data["ca.crt"] = encoded(text)
        }
        return [
            "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "store", "namespace": "demo"],
            "data": .object(data),
        ]
    }

    /// The objects of the store, by their keys; forecasts that were written out are none of the registry's.
    func keys() async throws -> Set<String> {
        Set(try await objects.list(prefix: "").objects.map(\.key).filter { !$0.hasPrefix("forecasts/") })
    }

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
        pods: Bool = false, tls: Bool = false, _ body: (ObjectRegistryBench) async throws -> Void
    ) async throws {
        try await MotoServer.with(objects: [:], speaksTLS: tls) { server in
            let port = try #require(URL(string: server.endpoint)?.port)
            try await TCPGate.with(target: port) { gate in
                let folder = FileManager.default.temporaryDirectory.appending(path: "presage-s3-\(UUID().uuidString)")
                defer { try? FileManager.default.removeItem(at: folder) }
                let runner = pods ? try RealPods.runner(in: folder) : nil
                try await OperatorHarness.with(pods: runner) { harness in
                    try await body(
                        ObjectRegistryBench(harness: harness, folder: folder, server: server, gate: gate))
                }
            }
        }
    }
}
